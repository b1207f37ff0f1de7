"""Packs for people: shown with their sources, compared in sentences, refused with every error."""

import re
from datetime import date
from pathlib import Path

import pytest

from ledger.policy.confirming import sentence, to_confirm
from ledger.policy.differing import differences
from ledger.policy.errors import PolicyInvalid, UnknownKey
from ledger.policy.pack import available, load, load_file
from ledger.policy.resolved import Confirmed
from ledger.policy.showing import line, shown


def test_a_value_is_shown_with_rules_and_where_it_is_inherited_from() -> None:
    pack = load("shawan").resolve(2022)

    lines = [line(row) for row in shown(pack, ("self_eval",))]

    assert "self_eval.deadline 单位自评截止日 = 次年 2 月 15 日 〔SW-R46〕" in lines
    assert any("继承自 cn-default" in one for one in lines)


def test_an_unknown_key_names_the_nearest_one() -> None:
    with pytest.raises(UnknownKey) as refused:
        shown(load("shawan").resolve(2022), ("self_eval.deadlin",))

    assert refused.value.facts["nearest"] == "self_eval.deadline"


def test_a_difference_is_a_sentence_with_the_rule() -> None:
    found = differences(load("cn-default").resolve(2022), load("shawan").resolve(2022))

    sentences = [difference.sentence for difference in found]
    assert "“单位自评截止日”由“次年 3 月 31 日”改为“次年 2 月 15 日”(依据 SW-R46)。" in sentences
    assert differences(load("shawan").resolve(2022), load("shawan").resolve(2022)) == []


def test_what_the_bureau_must_decide_is_listed_until_it_is_set() -> None:
    open_ones = to_confirm(load("shawan").resolve(2022))
    decided = to_confirm(load("shawan").resolve(2022, {"result.deduct_ratio_table": [[70, 0.1], [0, 0.3]]}))

    assert any("待财政局确认" in sentence(one) for one in open_ones)
    assert {one["key"] for one in open_ones} - {one["key"] for one in decided} == {
        "result.deduct_ratio_table"
    }


def test_a_bad_pack_is_refused_with_every_error(tmp_path: Path) -> None:
    file = tmp_path / "riverside.toml"
    body = "[self_eval.deadlin]\nvalue = 1\n[spot_check.min_ratio]\nvalue = 3\n[grading.bands]\nvalue = []\n"
    file.write_text(
        f'[pack]\nid = "riverside"\nname = "河滨县"\nextends = "cn-default"\n{body}', encoding="utf-8"
    )

    with pytest.raises(PolicyInvalid) as refused:
        load_file(file)

    assert len(refused.value.lines) == 3
    assert "self_eval.deadline" in refused.value.lines[0]


def test_no_inner_word_is_left_in_a_difference() -> None:
    packs = [load(one).resolve(year) for one in available() for year in (2020, 2021, 2022, 2024)]
    sentences = {one.sentence for before in packs for after in packs for one in differences(before, after)}

    raw = [
        sentence
        for sentence in sentences
        if re.search(r"[a-z_]{2,}|\[|→", sentence.split("【待财政局确认】")[0])
    ]
    assert len(sentences) > 100
    assert raw == []


def test_a_condition_and_a_cap_are_said_in_words() -> None:
    found = {
        one.key: one for one in differences(load("cn-default").resolve(2022), load("shawan").resolve(2022))
    }

    assert found["pre_eval.third_party_when"].sentence == (
        "“第三方再评估条件”原来没有规定,改为“总投资(万元)不低于100或者专业性较强”(依据 SW-R39)。"
    )
    assert "连续 2 次不合格没有整改的,不得评为优秀、合格,最高为差" in found["monitoring.fail_cap"].sentence


def test_a_pack_speaks_of_a_year() -> None:
    assert load("shawan").year == 2022
    assert all(load(one).year for one in available())


def test_a_confirmed_value_is_no_longer_open_and_says_who_confirmed_it() -> None:
    pack = load("shawan").resolve(2022)
    key, other = list(pack.inferred)[:2]
    record = Confirmed("李四", date(2022, 3, 1), "纪要 3 号", 2022)

    confirmed = pack.with_confirmed({key: record, "grading.bands": record})
    row = shown(confirmed, (key,))[0]

    assert key not in confirmed.inferred and other in confirmed.inferred
    assert key not in {one["key"] for one in to_confirm(confirmed)}
    assert row["confirmed"] == "李四 2022-03-01:纪要 3 号" and row["to_confirm"] == ""
    assert "【已确认】李四 2022-03-01:纪要 3 号" in line(row)
    assert confirmed.origins[key].question == pack.inferred[key]
    assert confirmed.origins["grading.bands"].confirmed is None, "nothing was open there"
