"""The permission table: who has which permission, and which one every endpoint needs.

A route that is not listed stops the start. What somebody may do to one thing, the engine decides.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final, Protocol

from host.web.interface_permissions import INTERFACE


class Permission(StrEnum):
    """What opens a page. All but the first two may also be given to a token of a program."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    VIEW = "view"
    WORK = "work"
    SUBSTITUTE = "substitute"
    DIRECTORY = "directory"
    PEOPLE = "people"
    ACCOUNTS = "accounts"
    SYSTEMS = "systems"
    DEFINITIONS = "definitions"
    CONFIRM = "confirm"
    YEAR = "year"
    PROCESSES = "processes"
    HEALTH = "health"
    AUDIT = "audit"
    TELLING = "telling"
    FIGURES = "figures"
    REPORT = "report"


MEANINGS: Final[Mapping[Permission, str]] = {
    Permission.VIEW: "查看待办、事项和表单",
    Permission.WORK: "认领、填报、审核和退回",
    Permission.SUBSTITUTE: "委托别人代理自己",
    Permission.DIRECTORY: "查看单位和人员名册",
    Permission.PEOPLE: "维护单位、人员、岗位和代理",
    Permission.ACCOUNTS: "维护账号",
    Permission.SYSTEMS: "维护与外部系统的往来",
    Permission.DEFINITIONS: "查看制度、决策表、流程和表单的定义",
    Permission.CONFIRM: "代表财政局确认制度里待定的取值",
    Permission.YEAR: "开启年度、管理阶段、导入项目、维护日历",
    Permission.PROCESSES: "维护流程，处理运行故障",
    Permission.HEALTH: "查看系统运行状况",
    Permission.AUDIT: "查看审计记录",
    Permission.TELLING: "维护通知渠道，查看发送记录",
    Permission.FIGURES: "查看本单位的统计报表（财政看全部）",
    Permission.REPORT: "查看和下载年度报告、报人大材料",
}
"""What each permission means, in the words of the pages."""

_P = Permission
AT_WORK: Final = frozenset({_P.VIEW, _P.WORK})
"""What everybody has who is in the register."""
REPORTS: Final = frozenset({_P.FIGURES, _P.REPORT})
"""Of the bureau: the figures of all, and its reports."""
OF_ROLE: Final[Mapping[str, frozenset[Permission]]] = {
    "preparer": frozenset({_P.SUBSTITUTE}),
    "finance": frozenset({_P.SUBSTITUTE}),
    "unit_head": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, _P.FIGURES}),
    "department": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, _P.FIGURES}),
    "section": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, *REPORTS}),
    "economic_construction": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, *REPORTS}),
    "social_insurance": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, *REPORTS}),
    "performance": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, _P.DEFINITIONS, _P.CONFIRM, _P.YEAR, *REPORTS}),
    "budget": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, *REPORTS}),
    "treasury": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, *REPORTS}),
    "third_party": frozenset({_P.SUBSTITUTE}),
    "expert": frozenset(),  # an expert is chosen in person: nobody judges in his place
    "government": frozenset({_P.SUBSTITUTE}),
    "leading_group": frozenset({_P.SUBSTITUTE, _P.DIRECTORY, *REPORTS}),
    "upper_finance": frozenset({_P.SUBSTITUTE}),
}
"""What a role (`ledger.roles`) adds."""
OF_DUTY: Final[Mapping[str, frozenset[Permission]]] = {
    "system": frozenset({_P.DIRECTORY, _P.PEOPLE, _P.ACCOUNTS, _P.TELLING, _P.SYSTEMS, _P.HEALTH}),
    "process": frozenset({_P.DEFINITIONS, _P.PROCESSES, _P.HEALTH}),
    "audit": frozenset({_P.DEFINITIONS, _P.AUDIT}),
}
"""The three administrators (三员分立): none may do what another does, and none does a person's work."""

ENDPOINTS: Final[Mapping[str, Permission]] = {
    "static": _P.PUBLIC,
    "live": _P.PUBLIC,
    "ready": _P.PUBLIC,
    "metrics": _P.PUBLIC,
    "sign_in": _P.PUBLIC,
    "receive_call": _P.PUBLIC,
    "set_up": _P.PUBLIC,
    "show_code": _P.PUBLIC,
    "sign_in_oidc": _P.PUBLIC,
    "back_from_oidc": _P.PUBLIC,
    "home": _P.SIGNED_IN,
    "sign_out": _P.SIGNED_IN,
    "choose_look": _P.SIGNED_IN,
    "me": _P.SIGNED_IN,
    "change_password": _P.SIGNED_IN,
    "end_sessions": _P.SIGNED_IN,
    "factor": _P.SIGNED_IN,
    "factor_off": _P.SIGNED_IN,
    "make_token": _P.SIGNED_IN,
    "revoke_token": _P.SIGNED_IN,
    "link_oidc": _P.SIGNED_IN,
    "act_for": _P.SIGNED_IN,
    "calendar": _P.PUBLIC,
    "my_telling": _P.VIEW,
    "change_telling": _P.VIEW,
    "ask_code": _P.VIEW,
    "confirm_address": _P.VIEW,
    "forget_address": _P.VIEW,
    "test_telling": _P.VIEW,
    "make_calendar": _P.VIEW,
    "end_calendar": _P.VIEW,
    "robots": _P.TELLING,
    "add_robot": _P.TELLING,
    "change_robot": _P.TELLING,
    "letters": _P.TELLING,
    "replay_letter": _P.TELLING,
    "messages": _P.VIEW,
    "open_message": _P.VIEW,
    "read_messages": _P.VIEW,
    "substitutes": _P.VIEW,
    "arrange_substitute": _P.SUBSTITUTE,
    "end_substitute": _P.WORK,
    "organisations": _P.DIRECTORY,
    "person": _P.DIRECTORY,
    "add_organisation": _P.PEOPLE,
    "change_organisation": _P.PEOPLE,
    "close_organisation": _P.PEOPLE,
    "add_person": _P.PEOPLE,
    "change_person": _P.PEOPLE,
    "leave": _P.PEOPLE,
    "assign_role": _P.PEOPLE,
    "end_role": _P.PEOPLE,
    "substitute_for": _P.PEOPLE,
    "end_substitute_for": _P.PEOPLE,
    "import_directory": _P.PEOPLE,
    "bring_in": _P.PEOPLE,
    "directory_template": _P.PEOPLE,
    "directory_import": _P.PEOPLE,
    "import_passwords": _P.PEOPLE,
    "accounts": _P.ACCOUNTS,
    "make_account": _P.ACCOUNTS,
    "account": _P.ACCOUNTS,
    "change_account": _P.ACCOUNTS,
    "systems": _P.SYSTEMS,
    "add_receiver": _P.SYSTEMS,
    "receiver": _P.SYSTEMS,
    "change_receiver": _P.SYSTEMS,
    "delivery": _P.SYSTEMS,
    "replay_delivery": _P.SYSTEMS,
    "add_source": _P.SYSTEMS,
    "source": _P.SYSTEMS,
    "change_source": _P.SYSTEMS,
    "quarantine": _P.SYSTEMS,
    "call": _P.SYSTEMS,
    "settle_call": _P.SYSTEMS,
    "audit": _P.AUDIT,
    "health": _P.HEALTH,
    "jobs": _P.HEALTH,
    "retry_job": _P.HEALTH,
    "incidents": _P.PROCESSES,
    "settle_incident": _P.PROCESSES,
    "policy": _P.DEFINITIONS,
    "confirm_policy": _P.CONFIRM,
    "holidays": _P.YEAR,
    "publish_calendar": _P.YEAR,
    "budgets": _P.YEAR,
    "bring_in_projects": _P.YEAR,
    "carry_over": _P.YEAR,
    "projects_template": _P.YEAR,
    "projects_import": _P.YEAR,
    "years": _P.YEAR,
    "plan_year": _P.YEAR,
    "open_year": _P.YEAR,
    "newer_pack": _P.YEAR,
    "take_over_pack": _P.YEAR,
    "lateness": _P.VIEW,
    "stage": _P.YEAR,
    "command_stage": _P.YEAR,
    "add_place": _P.PEOPLE,
    "definitions": _P.DEFINITIONS,
    "definition": _P.DEFINITIONS,
    "definition_file": _P.DEFINITIONS,
    "offer_definition": _P.PROCESSES,
    "publish_definition": _P.PROCESSES,
    "republish_definition": _P.PROCESSES,
    "public_places": _P.PUBLIC,
    "public_place": _P.PUBLIC,
    "public_kind": _P.PUBLIC,
    "public_department": _P.PUBLIC,
    "public_project": _P.PUBLIC,
    "congress": _P.REPORT,
    "congress_file": _P.REPORT,
    "figures": _P.FIGURES,
    "figures_file": _P.FIGURES,
    "figures_rows": _P.FIGURES,
    "figures_rows_file": _P.FIGURES,
    "annual_report": _P.REPORT,
    "annual_lists": _P.REPORT,
    "annual_problems": _P.REPORT,
    "annual_report_docx": _P.REPORT,
    "annual_report_xlsx": _P.REPORT,
    "annual_figure": _P.REPORT,
    "annual_figure_file": _P.REPORT,
    "inbox": _P.VIEW,
    "claim_task": _P.WORK,
    "release_task": _P.WORK,
    "transfer_task": _P.WORK,
    "delegate_task": _P.WORK,
    "give_task_back": _P.WORK,
    "return_task": _P.WORK,
    "urge_task": _P.WORK,
    "copy_task": _P.WORK,
    "put_off_task": _P.WORK,
    "ask_extension": _P.WORK,
    "take_up_task": _P.WORK,
    "comment_task": _P.WORK,
    "add_signers": _P.WORK,
    "remove_signer": _P.WORK,
    "sign_task": _P.WORK,
    "claim_seat": _P.WORK,
    "release_seat": _P.WORK,
    "batch": _P.WORK,
    "complete_batch": _P.WORK,
    "save_view": _P.VIEW,
    "manual": _P.SIGNED_IN,
    "manual_chapter": _P.SIGNED_IN,
    "keys": _P.SIGNED_IN,
    "choose_keys": _P.SIGNED_IN,
    "remove_view": _P.VIEW,
    "form": _P.WORK,
    "keep_form": _P.WORK,
    "save_draft": _P.WORK,
    "answers": _P.WORK,
    "file_form": _P.WORK,
    "review_task": _P.WORK,
    "withdraw_task": _P.WORK,
    "where": _P.VIEW,
    "project_list": _P.VIEW,
    "project": _P.VIEW,
    "search": _P.VIEW,
    "heats": _P.VIEW,
    "heat": _P.VIEW,
    "definition_heat": _P.DEFINITIONS,
    "this_year": _P.VIEW,
    "year": _P.VIEW,
    "year_rows": _P.VIEW,
    "year_overdue": _P.VIEW,
    "diagram": _P.VIEW,
    "paper": _P.VIEW,
    "changes": _P.VIEW,
    "judge_remarks": _P.WORK,
    "form_now": _P.WORK,
    "beside": _P.WORK,
    "attach_file": _P.WORK,
    "remove_file": _P.WORK,
    "attachment": _P.VIEW,
    "sheet": _P.WORK,
    "compare_sheet": _P.WORK,
    "take_sheet": _P.WORK,
    "receipt": _P.VIEW,
    "filed": _P.VIEW,
    "api-docs.openapi_json": _P.SIGNED_IN,
    "rest": _P.VIEW,
    **{endpoint: Permission(needed) for endpoint, needed in INTERFACE.items()},
}


class Permitted(Protocol):
    """Somebody with permissions."""

    @property
    def permissions(self) -> frozenset[Permission]: ...


def granted(*, person: bool, roles: Iterable[str], duties: Collection[str]) -> frozenset[Permission]:
    """Return what somebody may open. person: whether he is in the register."""
    found = {Permission.SIGNED_IN, *(AT_WORK if person else ())}
    for role in roles:
        found |= OF_ROLE.get(role, frozenset())
    for duty in duties:
        found |= OF_DUTY[duty]
    return frozenset(found)


def holds(who: Permitted | None, permission: Permission) -> bool:
    """Tell whether somebody (None: nobody signed in) has a permission."""
    return permission is Permission.PUBLIC or (who is not None and permission in who.permissions)
