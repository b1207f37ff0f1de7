"""The permission table: every endpoint needs one permission; a route that is not listed stops the start."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from host.web.acting import Acting


class Permission(StrEnum):
    """What somebody must be to use a page; what he may do to one thing, the engine decides."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    WORK = "work"


ENDPOINTS: Final[Mapping[str, Permission]] = {
    "static": Permission.PUBLIC,
    "sign_in": Permission.PUBLIC,
    "set_up": Permission.PUBLIC,
    "home": Permission.SIGNED_IN,
    "sign_out": Permission.SIGNED_IN,
    "choose_look": Permission.SIGNED_IN,
    "inbox": Permission.WORK,
    "claim_task": Permission.WORK,
    "release_task": Permission.WORK,
    "form": Permission.WORK,
    "keep_form": Permission.WORK,
    "save_draft": Permission.WORK,
    "answers": Permission.WORK,
    "file_form": Permission.WORK,
    "review_task": Permission.WORK,
    "withdraw_task": Permission.WORK,
}


def holds(acting: Acting | None, permission: Permission) -> bool:
    """Tell whether somebody (None: nobody signed in) has a permission."""
    if permission is Permission.PUBLIC:
        return True
    if acting is None:
        return False
    return permission is Permission.SIGNED_IN or acting.actor.person_id is not None
