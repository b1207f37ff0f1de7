"""The topics: grades, scores, quantification, execution and progress, workload, first-pass rate."""

from collections.abc import Sequence

from ledger.figures.topic import Column, Topic
from ledger.measures import frames
from ledger.measures.aggregates import COUNT, each, mean, ratio, share_of_rows, total, wan

GE, WAN, SCORE, PERCENT = "个", "万元", "分", "%"
PROJECTS = Column("count", "项目数", GE, 0, COUNT)
OF_PROJECTS = ("department", "fund", "year")


def topics(grades: Sequence[str]) -> dict[str, Topic]:
    """Return the topics by key, in the order of the menu. grades: the policy's, best first."""
    found = (_grades(grades), SCORES, QUANTIFICATION, EXECUTION, WORKLOAD, FIRST_PASS)
    return {one.key: one for one in found}


def _grades(grades: Sequence[str]) -> Topic:
    counts = [
        Column(f"grade{place}", grade, GE, 0, f"count(*) filter (where r.grade = '{_quoted(grade)}')")
        for place, grade in enumerate(grades)
    ]
    best = Column(
        "best", f"{grades[0]}的占比", PERCENT, 2, share_of_rows(f"r.grade = '{_quoted(grades[0])}'")
    )
    return Topic(
        "grades",
        "评价等级",
        f"select * from ({frames.SELF_EVALUATED}) as graded where graded.grade is not null",  # noqa: S608
        [PROJECTS, *counts, best, Column("amount", "全年预算", WAN, 2, wan("budget_amount"))],
        ["count"],
        None,
        ("grade", *OF_PROJECTS),
        ["单位自评经财政评分后评定等级的项目,每个项目算一个。", "等级按本年度制度里的分数段评定。"],
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''").replace(":", "\\:")


SCORES = Topic(
    "scores",
    "自评与财政评分",
    frames.SELF_EVALUATED,
    [
        PROJECTS,
        Column("self", "单位自评平均分", SCORE, 2, mean("r.self_score")),
        Column("finance", "财政评分平均分", SCORE, 2, mean("r.finance_score")),
        Column("gap", "平均相差", SCORE, 2, mean("(r.self_score - r.finance_score)")),
        Column("scored", "财政已评", GE, 0, "count(r.finance_score)"),
    ],
    ["self", "finance"],
    100,
    OF_PROJECTS,
    [
        "平均分是各项目得分的算术平均。",
        "平均相差是自评分减财政评分的平均,只算财政已经评分的项目;财政还没有评的,自评分算进自评平均分。",
    ],
)
QUANTIFICATION = Topic(
    "quantification",
    "指标量化率",
    frames.TARGETS,
    [
        PROJECTS,
        Column("indicators", "三级指标", GE, 0, total("indicator_count")),
        Column("quantified", "其中量化", GE, 0, total("quantified_count")),
        Column("mean", "项目平均", PERCENT, 2, mean(each("quantified_count", "indicator_count"), 100)),
        Column("pooled", "指标合计", PERCENT, 2, ratio("quantified_count", "indicator_count")),
    ],
    ["mean", "pooled"],
    100,
    OF_PROJECTS,
    [
        "项目平均:先算每个项目的量化率,再求算术平均,大小项目一样重。",
        "指标合计:全部量化指标数除以全部三级指标数,指标多的项目分量重。",
    ],
)
EXECUTION = Topic(
    "execution",
    "执行与进度",
    frames.PROGRESS,
    [
        PROJECTS,
        Column("budget", "调整后预算", WAN, 2, wan("adjusted_amount")),
        Column("executed", "已执行", WAN, 2, wan("executed_amount")),
        Column("rate", "预算执行率", PERCENT, 2, ratio("executed_amount", "adjusted_amount")),
        Column("progress", "平均工作进度", PERCENT, 2, mean("r.progress_share", 100)),
        Column("failed", "审核不合格", GE, 0, "count(*) filter (where r.passed is false)"),
        Column("missed", "未报最近一轮", GE, 0, "count(*) filter (where r.missed)"),
        Column("never", "其中从未填报", GE, 0, "count(*) filter (where r.never)"),
        Column("unreported", "从未填报的预算", WAN, 2, wan("unreported_amount")),
    ],
    ["rate", "progress"],
    100,
    OF_PROJECTS,
    [
        "取每个项目自己最近一次运行监控报送的数,明细里写明是第几轮;还没有报最近一轮的仍按上次报的算,并另外计数。",
        "要求报而从未填报的项目也列出:没有执行数和进度,预算另计一列,不进执行率。",
        "预算执行率是执行数合计除以调整后预算合计;工作进度由项目单位填报,是各项目的算术平均,不由付款推算。",
    ],
)
PERSON_WEEKS = "count(distinct r.person_id::bigint * 100000 + (r.week - date '2000-01-03') / 7)"
WORKLOAD = Topic(
    "workload",
    "工作量",
    frames.COMPLETED_TASKS,
    [
        Column("tasks", "办结", "件", 0, "coalesce(sum(r.tasks), 0)"),
        Column("weeks", "有办结的周", "周", 0, "count(distinct r.week)"),
        Column(
            "per_week", "平均每人每周", "件", 1, f"sum(r.tasks)::numeric(60,30) / nullif({PERSON_WEEKS}, 0)"
        ),
        Column("people", "经办人", "人", 0, "count(distinct r.person_id)"),
        Column("late", "其中逾期办结", "件", 0, "coalesce(sum(r.late), 0)"),
    ],
    ["tasks"],
    None,
    ("person", "week", "department", "year"),
    [
        "由人办结的任务,一项算一件;在别人名下代办的,算在被代的人名下。",
        "平均每人每周只算有办结任务的周;一周从周一开始,年度按任务所属的预算年度。",
    ],
    frames.COMPLETED_BY_WEEK,
)
FIRST_PASS = Topic(
    "first-pass",
    "一次通过率",
    frames.FIRST_PASSES,
    [
        Column("targets", "审核绩效目标", GE, 0, "count(*) filter (where r.kind = 'target')"),
        Column(
            "target_rate",
            "目标一次通过",
            PERCENT,
            2,
            "100 * (count(*) filter (where r.first and r.kind = 'target'))::numeric(60,30) "
            "/ nullif(count(*) filter (where r.kind = 'target'), 0)",
        ),
        Column("self_evaluations", "审核单位自评", GE, 0, "count(*) filter (where r.kind = 'self')"),
        Column(
            "self_rate",
            "自评一次通过",
            PERCENT,
            2,
            "100 * (count(*) filter (where r.first and r.kind = 'self'))::numeric(60,30) "
            "/ nullif(count(*) filter (where r.kind = 'self'), 0)",
        ),
    ],
    ["target_rate", "self_rate"],
    100,
    OF_PROJECTS,
    ["只算财政已经审核的:第一次报送就审核通过、没有退回过的,除以审核过的全部。"],
)
