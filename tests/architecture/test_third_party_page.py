"""The list of third-party packages is that of the locks, and every package has a licence."""

from tests.architecture.third_party import PAGE, page


def test_the_page_of_third_party_packages_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_package_says_under_which_licence_it_is() -> None:
    rows = [line for line in page().splitlines() if line.startswith("|")]

    assert not [line for line in rows if line.rstrip("| ").count("|") < 3]
