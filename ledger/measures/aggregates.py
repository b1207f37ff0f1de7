"""The few ways in which a figure is made from rows. Averages and shares keep 30 decimals."""

COUNT = "count(*)"
UNITS = "count(distinct r.department_code)"


def total(column: str) -> str:
    """Σ column; zero over an empty population."""
    return f"coalesce(sum(r.{column}), 0)"


def wan(column: str) -> str:
    """Σ of a column in yuan, in 万元."""
    return f"coalesce(sum(r.{column}), 0)::numeric(60,30) / 10000"


def mean(expression: str, factor: int = 1) -> str:
    """Arithmetic mean of a column or expression over `r`; null over an empty population."""
    return f"{factor} * sum({expression})::numeric(60,30) / nullif(count({expression}), 0)"


def ratio(part: str, whole: str) -> str:
    """Percentage of two sums (not the mean of ratios); null if the whole is zero."""
    return f"100 * sum(r.{part})::numeric(60,30) / nullif(sum(r.{whole}), 0)"


def share_of_rows(condition: str) -> str:
    """Percentage of rows that meet a condition; null over an empty population."""
    return f"100 * (count(*) filter (where {condition}))::numeric(60,30) / nullif(count(*), 0)"


def each(part: str, whole: str) -> str:
    """Return part/whole of one row, with 40 decimals."""
    return f"(r.{part}::numeric(60,40) / nullif(r.{whole}, 0))"


def share_of_units(condition: str) -> str:
    """Percentage of departments with a row that meets a condition; null over an empty population."""
    met = f"count(distinct r.department_code) filter (where {condition})"
    return f"100 * ({met})::numeric(60,30) / nullif(count(distinct r.department_code), 0)"
