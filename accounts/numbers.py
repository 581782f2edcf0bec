"""Numbers without gaps per body, kind and year (R6.12).

A number is drawn inside the transaction that writes its paper: a roll-back gives it back, and the series' row lock makes
the next drawer wait for the outcome. Draw late in an act, since others wait from then on.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from accounts.models import NumberSeries
from audit import plans

Series = tuple[str, str, int]
"""Body code, kind of paper, year."""

_DRAW = """
INSERT INTO {table} (body, kind, year, last) VALUES {rows}
ON CONFLICT (body, kind, year) DO UPDATE SET last = {table}.last + excluded.last
RETURNING body, kind, year, last
"""


def draw(body: str, kind: str, year: int, count: int = 1) -> list[int]:
    """The next `count` numbers of one series."""
    return draw_many([(body, kind, year)] * count)[(body, kind, year)]


def draw_many(wanted: Iterable[Series]) -> dict[Series, list[int]]:
    """Numbers of several series in one statement; a series named n times gives n numbers, in order.

    Rows are taken in sorted order, so that two acts drawing from the same series never wait for each other crosswise.
    """
    counts = sorted(Counter(wanted).items())
    if not counts:
        return {}
    table = connection.ops.quote_name(NumberSeries._meta.db_table)
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(counts))
    parameters = [value for (body, kind, year), count in counts for value in (body, kind, year, count)]
    with plans.cursor() as cursor:
        cursor.execute(_DRAW.format(table=table, rows=rows), parameters)
        last = {(body, kind, year): number for body, kind, year, number in cursor.fetchall()}
    return {series: list(range(last[series] - count + 1, last[series] + 1)) for series, count in counts}
