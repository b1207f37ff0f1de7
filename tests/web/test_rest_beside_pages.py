"""The interface of programs beside the pages: each command needs what its page needs, and no page was left out unawares."""

from host.web.permissions import ENDPOINTS, Permission

ELSEWHERE = {
    "list_organisations": "organisations",
    "list_people": "organisations",
    "read_person": "person",
    "list_accounts": "accounts",
    "reset_password": "change_account",
    "disable_account": "change_account",
    "enable_account": "change_account",
    "sign_out_everywhere": "change_account",
    "remove_factor": "change_account",
    "keep_view": "save_view",
    "forget_view": "remove_view",
    "list_alike": "batch",
    "read_money": "form",
    "read_sheet": "sheet",
    "read_health": "health",
    "list_audit": "audit",
    "read_calendar": "holidays",
    "read_annual_document": "annual_report_docx",
    "read_annual_workbook": "annual_report_xlsx",
    "read_congress_package": "congress_file",
    "list_places": "add_place",
    **dict.fromkeys(("list_incidents", "read_incident"), "incidents"),
    **dict.fromkeys(("retry_incident", "skip_incident", "move_incident"), "settle_incident"),
    "list_definitions": "definitions",
    "list_versions": "definition",
    "read_version": "definition_file",
    "check_definition": "offer_definition",
    "publish_version": "publish_definition",
    "publish_again": "republish_definition",
    "read_policy": "policy",
    "confirm_value": "confirm_policy",
    "read_disclosed": "public_place",
    "read_figures": "figures",
    "read_figure_rows": "figures_rows",
    "read_annual_report": "annual_report",
    "read_measure_rows": "annual_figure",
    "read_year_plan": "plan_year",
    "read_newer_pack": "newer_pack",
    "list_stages": "years",
    **dict.fromkeys(("start_stage", "extend_stage", "waive_stage", "close_stage"), "command_stage"),
    "import_projects": "bring_in_projects",
    **dict.fromkeys(("order_year_import", "read_year_import"), "bring_in_projects"),
    "carry_projects": "carry_over",
    "publish_arrangement": "publish_calendar",
    **dict.fromkeys(
        (
            "list_receivers",
            "list_deliveries",
            "read_delivery",
            "new_receiver_key",
            "pause_receiver",
            "remove_receiver",
            "replay_receiver",
            "resume_receiver",
            "test_receiver",
            "list_sources",
            "list_calls",
            "read_call",
            "drop_call",
            "retry_call",
            "new_source_key",
            "pause_source",
            "resume_source",
        ),
        "systems",
    ),
    "list_letters": "letters",
    **dict.fromkeys(("list_jobs", "list_timers"), "jobs"),
    "list_robots": "robots",
    **dict.fromkeys(("remove_robot", "pause_robot", "resume_robot", "test_robot"), "change_robot"),
    **dict.fromkeys(("order_import", "read_import", "take_passwords"), "import_directory"),
}
"""Commands whose page bears another name."""


def test_a_command_needs_what_its_page_needs_and_one_on_a_task_the_permission_to_work() -> None:
    names = [name.removeprefix("api.") for name in ENDPOINTS if name.startswith("api.")]
    reads = ("read_", "list_")

    for name in set(names) - {"read_me"}:
        page = ELSEWHERE.get(name, name)
        by_kind = Permission.VIEW if name.startswith(reads) else Permission.WORK
        assert ENDPOINTS[f"api.{name}"] is ENDPOINTS.get(page, by_kind), name


BESIDE = {
    "list_messages": ["messages"],
    "read_message": ["open_message"],
    "list_substitutes": ["substitutes"],
    "order_import": ["bring_in"],
    "read_import": ["directory_import"],
    "take_passwords": ["import_passwords"],
    "read_year_import": ["projects_import"],
    "import_projects": ["budgets"],
    "list_accounts": ["account"],
    "list_receivers": ["receiver"],
    "read_delivery": ["delivery"],
    "list_sources": ["source"],
    "list_calls": ["quarantine"],
    "read_call": ["call"],
    "retry_call": ["settle_call"],
    "list_stages": ["stage"],
    "read_disclosed": ["public_places", "public_kind", "public_department", "public_project"],
    "read_congress_package": ["congress"],
    "read_figures": ["figures_file"],
    "read_figure_rows": ["figures_rows_file"],
    "read_annual_report": ["annual_lists", "annual_problems"],
    "read_measure_rows": ["annual_figure_file"],
    "read_inbox": ["inbox", "beside"],
    "claim": ["claim_task"],
    "release": ["release_task"],
    "transfer": ["transfer_task"],
    "delegate": ["delegate_task"],
    "resolve": ["give_task_back"],
    "send_back": ["return_task"],
    "urge": ["urge_task"],
    "copy": ["copy_task"],
    "put_off": ["put_off_task"],
    "take_up": ["take_up_task"],
    "comment": ["comment_task"],
    "sign": ["sign_task"],
    "complete_alike": ["complete_batch"],
    "keep_draft": ["keep_form", "save_draft", "take_sheet"],
    "answer": ["answers"],
    "complete": ["file_form", "review_task"],
    "withdraw": ["withdraw_task"],
    "read_where": ["where", "diagram"],
    "list_projects": ["project_list"],
    "read_project": ["project"],
    "read_lateness": ["lateness"],
    "list_heats": ["heats"],
    "read_heat": ["heat", "definition_heat"],
    "list_years": ["this_year"],
    "read_year": ["year"],
    "list_members": ["year_rows"],
    "list_overdue": ["year_overdue"],
    "list_changes": ["changes"],
    "judge": ["judge_remarks"],
    "read_form": ["form_now"],
    "attach": ["attach_file"],
    "withdraw_attachment": ["remove_file"],
    "read_attachment": ["attachment"],
    "read_filed": ["paper", "receipt"],
    "read_paper": ["filed"],
}
"""The pages beside an operation of another name."""
OF_BROWSERS = {
    "what machines ask for": ["static", "live", "ready", "metrics", "receive_call", "calendar", "rest"],
    "who signs in is a person": [
        "sign_in",
        "sign_out",
        "set_up",
        "show_code",
        "sign_in_oidc",
        "back_from_oidc",
    ],
    "one's own account, its password, factor and tokens": [
        *("me", "change_password", "end_sessions", "factor", "factor_off", "link_oidc", "act_for"),
        *("make_token", "revoke_token"),
    ],
    "one's own address, proved by a code in a letter": [
        *("my_telling", "change_telling", "ask_code", "confirm_address", "forget_address", "test_telling"),
        *("make_calendar", "end_calendar"),
    ],
    "how pages look": ["home", "choose_look", "keys", "choose_keys"],
    "for reading": ["manual", "manual_chapter"],
    "an empty workbook to fill in": ["directory_template", "projects_template"],
}
"""Pages that programs have no use for, by the reason."""


def test_every_page_is_there_for_programs_too_or_there_is_a_reason() -> None:
    operations = {name.removeprefix("api.") for name in ENDPOINTS if name.startswith("api.")}
    pages = {name for name in ENDPOINTS if not name.startswith(("api.", "api-docs."))}
    beside = {page for page_list in BESIDE.values() for page in page_list}
    excused = {page for page_list in OF_BROWSERS.values() for page in page_list}

    assert set(BESIDE) <= operations
    assert pages - {ELSEWHERE.get(name, name) for name in operations} - beside - excused == set()
    assert beside | excused <= pages and not beside & excused
