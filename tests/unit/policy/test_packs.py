"""Packs as files: found by the folder, inherited, valid by year, with their sources."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ledger.policy.errors import PolicyInvalid, PolicyNotFound, UnknownKey
from ledger.policy.pack import available, factory_folder, load
from ledger.policy.schema import FIELDS, nearest

PACKS = Path(__file__).parents[3].parent / "shared" / "domain" / "policy_packs.json"
OWN_TEXT = "meta.note"


def made_up(folder: Path, body: str, name: str = "riverside", extends: str = "cn-default") -> str:
    """Write a pack that no locality has and return its id."""
    head = f'[pack]\nid = "{name}"\nname = "河滨县"\nextends = "{extends}"\n\n'
    (folder / f"{name}.toml").write_text(head + body, encoding="utf-8")
    return name


def test_the_packs_are_the_files_of_the_folder() -> None:
    assert available() == sorted(path.stem for path in factory_folder().glob("*.toml"))
    assert len(available()) == 6


def test_the_national_default_states_every_known_key() -> None:
    chain = load("cn-default").chain

    assert len(chain) == 1
    assert set(chain[0].entries) == set(FIELDS)


@pytest.mark.skipif(not PACKS.exists(), reason="the domain data lies beside the checkout only")
def test_every_value_of_the_domain_data_is_in_our_packs() -> None:
    domain = json.loads(PACKS.read_text(encoding="utf-8"))

    for given in [{**domain["default"], "id": "cn-default", "provenance": {}}, *domain["packs"]]:
        file = load(given["id"]).chain[0]
        stated = {key: entry.value for key, entry in file.entries.items() if entry.states}
        expected = {key: value for key, value in given["values"].items() if key != OWN_TEXT}
        assert {key: stated[key] for key in expected} == expected
        for key, rules in given["provenance"].items():
            assert list(file.entries[key].rules) == rules
        assert set(file.variants) == set(given.get("bpmn_variants", {}))
        inferred = {
            re.split(r"[ =]", text)[0].removesuffix(".cap_grade") for text in given.get("inferred", [])
        }
        inferred = {key.rstrip(":") for key in inferred}
        assert inferred <= {key for key, entry in file.entries.items() if entry.confirm}


@pytest.mark.parametrize("policy_id", available())
def test_every_pack_resolves_for_ten_years_without_a_contradiction(policy_id: str) -> None:
    errors = [remark for remark in load(policy_id).check() if remark.severity == "error"]

    assert errors == []


def test_no_key_is_a_level_of_another() -> None:
    assert [key for key in FIELDS for other in FIELDS if other.startswith(f"{key}.")] == []
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", key) for key in FIELDS)


def test_no_locality_is_named_in_python() -> None:
    root = Path(__file__).parents[3]
    localities = [load(policy_id) for policy_id in available() if load(policy_id).chain[1:]]
    names = [name for pack in localities for name in (pack.id, pack.name)]

    sources = [
        p for room in ("engine", "forms", "ledger", "webhooks", "host") for p in (root / room).rglob("*.py")
    ]
    named = [
        (str(path), name) for path in sources for name in names if name in path.read_text(encoding="utf-8")
    ]

    assert named == []


def test_a_made_up_pack_inherits_what_it_does_not_state(tmp_path: Path) -> None:
    pack = load(made_up(tmp_path, '[spot_check.min_ratio]\nvalue = 0.3\nrules = ["E"]\n'), tmp_path)

    resolved = pack.resolve(2024)

    assert resolved.values["spot_check.min_ratio"] == 0.3
    assert resolved.origins["spot_check.min_ratio"].pack == "riverside"
    assert resolved.values["dept_eval.cycle_years"] == 5
    assert resolved.origins["dept_eval.cycle_years"].pack == "cn-default"


def test_a_remark_without_a_value_keeps_value_and_rules_of_the_pack_below(tmp_path: Path) -> None:
    body = '[dept_eval.cycle_years]\nconfirm = "周期请确认。"\n'

    resolved = load(made_up(tmp_path, body), tmp_path).resolve(2024)

    assert resolved.values["dept_eval.cycle_years"] == 5
    assert resolved.provenance["dept_eval.cycle_years"] == ["N"]
    assert resolved.inferred["dept_eval.cycle_years"] == "周期请确认。"


def test_a_value_may_hold_for_some_budget_years_only(tmp_path: Path) -> None:
    body = (
        "[spot_check.min_ratio]\nvalue = 0.2\n"
        "[[spot_check.min_ratio.editions]]\nuntil = 2021\nvalue = 0.05\n"
        "[[spot_check.min_ratio.editions]]\nfrom = 2025\nvalue = 0.5\n"
    )
    pack = load(made_up(tmp_path, body), tmp_path)

    shares = [pack.resolve(year).values["spot_check.min_ratio"] for year in (2020, 2021, 2022, 2024, 2025)]

    assert shares == [0.05, 0.05, 0.2, 0.2, 0.5]


def test_the_cost_level_changes_with_the_budget_year_and_so_do_the_weights() -> None:
    before, after = load("cn-default").resolve(2021), load("cn-default").resolve(2022)

    assert before.derived["taxonomy.cost_level"] == 2
    assert after.derived["taxonomy.cost_level"] == 1
    assert "成本指标" not in before.derived["weights.effective"]
    assert after.derived["weights.effective"]["成本指标"] == 20


BROKEN: list[tuple[str, str]] = [
    ("[self_eval.dedline]\nvalue = 1\n", "self_eval.deadline"),
    ("[selfeval.deadline]\nvalue = 1\n", "self_eval.deadline"),
    ("[selfeval.deadline]\nvalue = 1\n", "self_eval.deadline"),
    ("[self_eval.deadline]\nvalue = 1\n", "日期规则"),
    ("[self_eval.deadline]\nvalue = { year_offset = 1, month = 2, day = 30 }\n", "日期规则"),
    ("[self_eval.deadline]\nvalue = 1\nunset = true\n", "只能写一个"),
    ("[self_eval.deadline]\nvalu = 1\n", "缺少 value"),
    ('[self_eval.deadline]\nrules = ["Rule 46"]\n', "rules"),
    ('[self_eval.deadline]\nrules = ["SW-R46"]\ncolour = "red"\n', "colour"),
    ("[self_eval]\ndeadline = 3\n", r"\[self_eval.deadline\] 一节"),
    ("[grading.bands]\nvalue = [['优', 90, 100], ['差', 0, 89]]\n", "无缺口"),
    ("[dept_eval.cycle_years]\nunset = true\n", "null"),
    ("[weights.without_cost_l1]\nvalue = { '产出指标' = 60, '效益指标' = 30 }\n", "合计为 100"),
    ("[[[\n", "TOML"),
    ("[self_eval.deadline\n", "TOML"),
]


@pytest.mark.parametrize(("body", "said"), BROKEN)
def test_a_broken_pack_is_refused_with_file_place_and_remedy(tmp_path: Path, body: str, said: str) -> None:
    made_up(tmp_path, body)

    with pytest.raises(PolicyInvalid, match=said) as caught:
        load("riverside", tmp_path)

    assert "riverside.toml" in caught.value.text
    assert re.search("请(改正|补上|删去|按提示)", caught.value.text)


def test_a_circle_of_packs_is_refused(tmp_path: Path) -> None:
    made_up(tmp_path, "", "east", extends="west")
    made_up(tmp_path, "", "west", extends="east")

    with pytest.raises(PolicyInvalid, match="east → west → east"):
        load("east", tmp_path)


def test_a_pack_without_a_base_must_be_complete(tmp_path: Path) -> None:
    (tmp_path / "alone.toml").write_text('[pack]\nid = "alone"\nname = "孤县"\n', encoding="utf-8")

    with pytest.raises(PolicyInvalid, match="extends"):
        load("alone", tmp_path)


@pytest.mark.parametrize("policy_id", ["nowhere", "../cn-default", "", "/etc/passwd"])
def test_an_unknown_pack_is_refused_and_the_known_ones_are_named(policy_id: str) -> None:
    with pytest.raises(PolicyNotFound, match="cn-default"):
        load(policy_id)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("self_eval.dedline", "self_eval.deadline"),
        ("grading.band", "grading.bands"),
        ("monitoring.checkpoint", "monitoring.checkpoints"),
        ("dept_eval.min_share", "dept_eval.min_amount_share"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(typed: str, meant: str) -> None:
    assert nearest(typed) == meant
    with pytest.raises(UnknownKey, match=re.escape(meant)):
        load("cn-default").resolve(2022, {typed: 1})


@pytest.mark.parametrize("year", [1999, 2101, "2022", True, None, 2022.0])
def test_a_year_that_is_none_is_refused(year: Any) -> None:
    with pytest.raises(PolicyInvalid, match="预算年度"):
        load("cn-default").resolve(year)


def test_the_documentation_lists_every_key_under_its_name() -> None:
    text = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")

    assert [key for key, shape in FIELDS.items() if f"| `{key}` | {shape.label} |" not in text] == []
