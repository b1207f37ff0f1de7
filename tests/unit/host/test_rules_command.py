"""`bihuan rules`: what stands on each rule of the localities."""

import json

from click.testing import CliRunner

from host.cli.main import bihuan


def test_a_rule_leads_to_the_values_and_the_rows_that_stand_on_it() -> None:
    run = CliRunner().invoke(bihuan, ["rules", "--rule", "SW-R08", "--json"])

    [found] = json.loads(run.output)
    assert found["rule"] == "SW-R08"
    assert {(one["kind"], one["where"]) for one in found["grounds"]} >= {
        ("policy", "shawan/slots.finance_check"),
        ("decision", "spot_check_frame.dmn/spot_check_frame_rule_1"),
    }


def test_one_pack_alone_has_the_rules_of_its_locality() -> None:
    run = CliRunner().invoke(bihuan, ["rules", "--policy", "guanxian", "--json"])

    values = {one["rule"][:2] for one in json.loads(run.output) if one["grounds"][0]["kind"] == "policy"}
    assert values == {"GX"}


def test_a_rule_nothing_stands_on_is_refused() -> None:
    run = CliRunner().invoke(bihuan, ["rules", "--rule", "XX"])

    assert run.exit_code == 1 and getattr(run.exception, "code", "") == "rules.not_found"
