"""What a measure computes, in words: the few aggregates there are, over the columns as people call them."""

import re
from collections.abc import Callable

from ledger.measures.aggregates import COUNT, UNITS
from ledger.measures.measure import Measure

COLUMN = r"r\.(\w+)"
SHAPES: tuple[tuple[str, str], ...] = (
    (rf"coalesce\(sum\({COLUMN}\), 0\)", "明细中“{0}”一列的合计"),
    (rf"coalesce\(sum\({COLUMN}\), 0\)::numeric\(60,30\) / 10000", "明细中“{0}”一列的合计,由元换算成万元"),
    (
        rf"100 \* sum\({COLUMN}\)::numeric\(60,30\) / nullif\(sum\({COLUMN}\), 0\)",
        "“{0}”的合计除以“{1}”的合计,乘以 100",
    ),
    (
        rf"1 \* sum\({COLUMN}\)::numeric\(60,30\) / nullif\(count\({COLUMN}\), 0\)",
        "各行“{0}”的算术平均,空着的不算",
    ),
    (
        rf"100 \* sum\({COLUMN}\)::numeric\(60,30\) / nullif\(count\({COLUMN}\), 0\)",
        "各行“{0}”的算术平均,乘以 100,空着的不算",
    ),
    (
        rf"1 \* sum\(\({COLUMN} - {COLUMN}\)\).*",
        "各行“{0}”减“{1}”的算术平均,两个都有的行才算",
    ),
    (
        rf"100 \* sum\(\({COLUMN}::numeric\(60,40\) / nullif\({COLUMN}, 0\)\)\).*",
        "先算各行“{0}”除以“{1}”,再求算术平均,乘以 100",
    ),
    (r"100 \* \(count\(\*\) filter .*", "符合条件的行数除以全部行数,乘以 100"),
    (r"100 \* \(count\(distinct .*", "有符合条件的行的部门单位数除以全部部门单位数,乘以 100"),
)


def in_words(measure: Measure, title: Callable[[str], str]) -> str:
    """Say how a measure is computed from its rows. title: of a column."""
    aggregate = measure.aggregate
    if aggregate == COUNT:
        return "明细的行数"
    if aggregate == UNITS:
        return "明细涉及的部门单位数,同一个部门单位只算一次"
    for shape, words in SHAPES:
        found = re.fullmatch(shape, aggregate)
        if found:
            return words.format(*(title(column).partition("(")[0] for column in found.groups()))
    raise LookupError(f"expected words for every aggregate, found none for {aggregate}")
