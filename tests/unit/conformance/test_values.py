"""An expectation that cannot be read is never met: null must not pass for a date of the year 12017."""

from lxml import etree

from host.conformance.values import CASES, XSI, same, value_of


def expected(kind: str, text: str) -> object:
    node = etree.fromstring(
        f'<expected xmlns="{CASES[1:-1]}" xmlns:xsi="{XSI[1:-1]}"><value xsi:type="xsd:{kind}">{text}</value></expected>'
    )
    return value_of(node)


def test_a_date_beyond_our_years_is_not_null() -> None:
    beyond = expected("date", "12017-01-01")

    assert not same(None, beyond)
    assert not same("12017-01-01", beyond)
    assert same(expected("date", "2017-01-01"), expected("date", "2017-01-01"))
