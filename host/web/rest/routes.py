"""Every route of the interface: importing them puts them on its blueprint."""

from host.web.rest import (
    accounts,
    batch,
    definitions,
    disclosed,
    figures,
    forms,
    handing,
    inbox,
    instances,
    letters,
    messages,
    money,
    organisations,
    people,
    policy,
    project_lives,
    publishing,
    receivers,
    rounds,
    sheets,
    sources,
    substitutes,
    tasks,
    year,
)

__all__ = [
    "accounts", "batch", "definitions", "disclosed", "figures", "forms", "handing", "inbox", "instances", "letters", "messages", "money",
    "organisations", "people",
    "policy", "project_lives", "publishing", "receivers", "rounds", "sheets", "sources", "substitutes", "tasks", "year",
]  # fmt: skip
