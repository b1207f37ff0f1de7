"""What SpiffWorkflow 3.2.0 does wrong or by surprise, and the test that shows that we do not: a part of the document."""

TRAPS: dict[str, str] = {
    "a repeated activity restored by a fresh process stalls": (
        "test_multi_instance.py::test_a_live_multi_instance_restored_by_a_fresh_process_goes_on"
    ),
    "specs change while instances run": (
        "test_specs_are_shared.py::test_running_instances_never_changes_the_specs"
    ),
    "the future is dropped and not predicted right": (
        "test_images.py::test_an_image_is_a_text_that_holds_no_spec_and_no_future"
    ),
    "a timer behind an unfinished task starts on load": (
        "test_timers.py::test_a_timer_behind_an_unfinished_user_task_does_not_start"
    ),
    "a join in a return loop fires early": (
        "test_joins_and_loops.py::test_a_join_in_a_return_loop_does_not_fire_early_on_its_second_pass"
    ),
    "removed tasks stay in the event manager": (
        "test_returning.py::test_timers_of_what_goes_are_withdrawn_and_those_of_the_target_begin_anew"
    ),
    "iteration stops at depth 1000": (
        "test_joins_and_loops.py::test_a_return_loop_of_600_passes_stays_small"
    ),
    "an event subprocess that never fired keeps the process open": (
        "test_event_subprocesses.py::test_an_event_subprocess_that_never_fired_does_not_keep_the_process_open"
    ),
    "a task without a type waits for a person": (
        "test_support_table.py::test_what_cannot_run_is_refused_by_name_at_its_element"
    ),
    "an event-based gateway with timers and messages": (
        "test_events_everywhere.py::test_an_event_based_gateway_takes_the_first_of_its_events"
    ),
    "deserialising migrates with eval": (
        "test_expressions_only_feel.py::test_the_migrating_serializer_of_the_library_is_never_used"
    ),
    "timers read the clock of the machine": (
        "test_timers.py::test_months_are_counted_from_our_clock_on_the_local_calendar"
    ),
    "naive dates mean the zone of the machine": "test_timers.py::test_a_day_means_its_midnight_in_shanghai",
    "a cycle fires for every period missed": (
        "test_timers.py::test_after_dark_days_a_cycle_fires_once_and_says_how_many_it_missed"
    ),
    "reminder and escalation both fire after dark days": (
        "test_timers.py::test_after_dark_days_an_earlier_interrupting_timer_wins_over_a_later_reminder"
    ),
    "expressions are Python": (
        "test_expressions_only_feel.py::test_nothing_in_a_diagram_compiles_or_executes_python"
    ),
    "a return leaves two tokens after a join": (
        "test_returning.py::test_after_a_return_from_behind_a_join_the_join_waits_for_what_is_done_again_only"
    ),
    "a return in or out of a called process": (
        "test_returning_scopes.py::test_a_return_crosses_call_activities_up_and_down"
    ),
    "compaction loses what a join needs": "test_differential.py::test_we_agree_with_the_stock_engine",
    "merging lists drops repeats": "test_joins_and_loops.py::test_repeated_items_of_a_list_survive_a_join",
    "a stale copy of a variable overwrites another branch": (
        "test_joins_and_loops.py::test_a_stale_copy_of_a_variable_never_overwrites_an_update_of_another_branch"
    ),
    "decimals and dates are lost in an image": ("test_images.py::test_a_value_survives_the_image_exactly"),
    "the ids Start, End and Root cut the flow": "test_lint.py::test_a_problem_is_found_at_its_element",
    "entities of a file are expanded": "test_hostile_files.py::test_entities_are_never_expanded",
    "an automatic loop without a wait": (
        "test_odd_diagrams.py::test_a_loop_without_a_wait_is_a_failure_not_a_hang"
    ),
    "an event subprocess does not interrupt its scope": (
        "test_differential_events.py::test_the_stock_event_subprocess_does_not_interrupt_its_scope"
    ),
    "an event subprocess inside a subprocess never starts": (
        "test_differential_events.py::test_the_stock_event_subprocess_listens_in_the_process_only"
    ),
    "an event subprocess does not wait for an escalation": (
        "test_differential_events.py::test_the_stock_event_subprocess_does_not_wait_for_an_escalation"
    ),
    "an event beside its activity happens once only": (
        "test_differential_events.py::test_a_stock_event_beside_its_activity_happens_once_only"
    ),
    "an escalation reaches the border of another subprocess": (
        "test_differential_events.py::test_a_stock_escalation_reaches_the_border_of_another_subprocess"
    ),
    "a join goes on without a branch that an event led elsewhere": (
        "test_differential_events.py::test_the_stock_join_does_not_wait_for_a_branch_that_an_event_led_elsewhere"
    ),
}
