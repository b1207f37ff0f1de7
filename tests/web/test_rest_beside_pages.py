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
