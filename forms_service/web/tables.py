"""Tables to take away: CSV that a spreadsheet opens in Chinese and runs nothing of."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from forms_service.accounting.export import BOM, harmless

Cell = str | int | Decimal | dt.date | dt.datetime


def csv_table(rows: Iterable[Iterable[Cell]]) -> Iterator[bytes]:
    """Yield rows as CSV: UTF-8 with BOM, CRLF; texts harmless, numbers plain, days as ISO."""
    start = BOM
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\r\n").writerow([_written(cell) for cell in row])
        yield (start + line.getvalue()).encode()
        start = ""


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
