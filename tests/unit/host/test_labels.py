"""How a clean value is printed on the page of a form."""

from decimal import Decimal

from forms.library import load
from host.web.form.view import label_of


def test_what_the_form_counts_has_no_decimals_and_what_it_sums_has_two() -> None:
    filing = load("target_filing").field_map

    assert label_of(filing["indicator_count"], Decimal(12)) == "12"
    assert label_of(filing["quantification_share"], Decimal("0.5")) == "50.00%"
    assert label_of(load("finance_review").field_map["line_total"], Decimal(90)) == "90.00"
