"""The words of the report: each figure from its own measure, none where there is nothing to say."""

import re
from collections import Counter

import pytest

from ledger.measures.catalogue import catalogue
from ledger.policy.pack import load
from ledger.reports.composing import compose
from ledger.reports.document import Document, Heading, Items, Paragraph, Table, chinese_number
from ledger.reports.markdown import as_markdown
from ledger.reports.sentences import GRADES, PLACE, day, punctuated
from ledger.reports.stage_plan import StageSection, stage_plan
from tests.unit.reports.examples import CONSEQUENCES, EVALUATED, OPENED, report

SECTIONS = [section for section in stage_plan() if section.sentences]


def body(document: Document) -> str:
    """Return the running text up to the annexes, without spaces."""
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            texts.append(block.text)
        elif isinstance(block, Items):
            texts += block.texts
    return re.sub(r"\s", "", "\n".join(texts))


def named(section: StageSection) -> list[str]:
    return [name for options in section.sentences for name in set(PLACE.findall("".join(options)))]


def test_the_self_evaluation_is_told_in_the_words_and_figures_of_the_year() -> None:
    text = body(compose(report()))

    assert "2021年度共计上报项目998个" in text
    assert "73类资金不予进行项目自评" in text
    assert (
        "2021年共有财政预算安排的627个项目实施了项目支出绩效自评，全年预算145683.48万元，实际执行142844.15万元，"
        "预算执行率98.05%，绩效目标总体完成率98.3%。单位自评平均得分98.04分，财政部门项目支出评价平均得分94.5分，"
        "其中：优（90分（含）—100分）535个，良（80分（含）—90分）49个，中（70分（含）—80分）26个，差（70分以下）17个。"
    ) in text


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_every_place_of_a_sentence_is_a_measure_of_its_stage_or_a_figure_of_a_policy(
    section: StageSection,
) -> None:
    pack = load("shawan").resolve(2021, {})
    measures = catalogue(pack.context(), [section.key])
    stated = set(report().parameters)

    unknown = [
        name
        for name in named(section)
        if name != "year" and not name.startswith(GRADES) and name not in measures and name not in stated
    ]

    assert not unknown


def test_no_two_sentences_share_a_measure() -> None:
    used = Counter(name for section in SECTIONS for name in named(section) if name != "year")

    assert not [name for name, times in used.items() if times > 1]


def test_every_measure_of_a_stage_is_told_in_its_sentences() -> None:
    pack = load("shawan").resolve(2021, {})
    told = {name for section in SECTIONS for name in named(section)}

    untold = [
        key
        for key in catalogue(pack.context(), [section.key for section in SECTIONS])
        if key not in told and ".grade." not in key
    ]

    assert not untold


def test_scores_of_the_department_and_of_the_bureau_are_told_apart() -> None:
    text = body(compose(report()))

    assert "部门评价平均得分97.4分，财政部门审核平均得分97.1分" in text


def test_a_stage_that_ran_without_outcomes_is_named_without_figures() -> None:
    text = body(compose(report()))

    assert "此外，项目支出绩效目标、预算批复、绩效目标公开、项目支出绩效运行监控已按流程办理" in text
    assert "target.count" not in as_markdown(compose(report()))


def test_an_empty_population_is_told_as_none_and_prints_its_zero() -> None:
    text = body(compose(report(empty=True)))

    assert "没有项目报送项目支出绩效自评（0个）" in text
    assert "平均得分—" not in text


def test_an_average_of_nothing_is_a_dash_and_a_zero_count_is_printed() -> None:
    given = {"self_eval.count": "1", "self_eval.fin_avg": None, "self_eval.grade.差": "0"}

    text = body(compose(report(given=given)))

    assert "财政部门项目支出评价平均得分—，" in text
    assert "差（70分以下）0个" in text


def test_grades_are_those_of_the_policy() -> None:
    bands = [["合格", 60, 100], ["不合格", 0, 60]]
    found = report(overrides={"grading.bands": bands})

    document = compose(found)

    assert "合格（60分（含）—100分）1" in body(document)
    assert "不合格（60分以下）1" in body(document)
    assert "优" not in [row[0] for block in document.blocks if isinstance(block, Table) for row in block.rows]


def test_a_policy_that_excludes_no_classes_gets_the_other_sentence() -> None:
    text = body(compose(report(policy="cn-default")))

    assert "按政策不纳入当年自评的项目371个" in text
    assert "类资金不予" not in text


def test_waived_rounds_are_told_in_the_section_of_their_stage() -> None:
    text = body(compose(report(stated=("monitoring",), opened=("monitoring",))))

    assert "第2轮未开展，原因：本轮监控未开展。" in text


def test_stages_still_to_come_are_announced_with_their_days() -> None:
    stated = ("target", "monitoring")

    document = compose(report(year=2022, stated=stated, opened=stated))

    tables = {block.caption: block.rows for block in document.blocks if isinstance(block, Table)}
    assert ["项目支出单位自评", "2023年1月4日", "2023年2月15日"] in tables["2022年度后续环节时间安排表"]


def test_a_year_that_is_over_announces_no_stage() -> None:
    document = compose(report(opened=(*OPENED, *CONSEQUENCES)))

    assert not [b for b in document.blocks if isinstance(b, Table) and "后续环节" in b.caption]


def test_findings_are_grouped_by_rule_with_numbers_and_examples() -> None:
    text = body(compose(report()))

    assert "共发现11处问题，涉及2条规则" in text
    assert "执行数大于全年预算数（L35），共9处。例如P0000（应为≤10.00万元，实为12.50万元）、P0001" in text


def test_long_lists_show_their_beginning_and_the_number_of_the_rest() -> None:
    document = compose(report())

    overdue = next(b for b in document.blocks if isinstance(b, Table) and b.caption == "逾期任务表")
    assert len(overdue.rows) == 10
    assert "共14项，下表列出前10项，其余4项见数据文件" in body(document)


def test_parts_are_counted_without_gaps() -> None:
    document = compose(report(opened=EVALUATED))

    heads = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1]
    assert [head.partition("、")[0] for head in heads] == [chinese_number(n + 1) for n in range(len(heads))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲,乙:丙;丁(戊)", "甲，乙：丙；丁（戊）"),
        ("中央转移支付(SW-R06),371个", "中央转移支付（SW-R06），371个"),
        ("自评项目: 优", "自评项目：优"),
        ("1,234.5 at 12:30 (x)", "1,234.5 at 12:30 (x)"),
    ],
)
def test_punctuation_beside_chinese_characters_is_chinese(text: str, expected: str) -> None:
    assert punctuated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("2023-02-15", "2023年2月15日"), ("05-31", "5月31日"), ("2023-02", "2023年2月")]
)
def test_days_are_written_as_people_write_them(text: str, expected: str) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")]
)
def test_headings_count_in_chinese(number: int, expected: str) -> None:
    assert chinese_number(number) == expected
