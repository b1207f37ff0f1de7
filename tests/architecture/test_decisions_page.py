"""The list of decisions is that of the tables, and every decision of the domain has one."""

from tests.architecture.decision_list import PAGE, page


def test_the_page_of_decisions_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_decision_of_the_domain_has_a_table() -> None:
    numbers = {line[3:6] for line in page().splitlines() if line.startswith("## ")}

    assert numbers == {f"D{number:02}" for number in range(1, 25)}
