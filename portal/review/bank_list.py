"""What goes to the bank, one payment a line, as CSV or XLSX: cells of text alone, none of which is ever a formula.

Each line carries the list's number, and the words are Chinese whoever asks: the same list is the same bytes each time.
The XLSX is made in memory (Office Open XML, ECMA-376), and neither says who made it or when.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType

from portal.office.bank_lists import Taken
from portal.review.ledger_csv import MARK, safe
from portal.web.reward_words import plain_yuan

CSV, XLSX = "csv", "xlsx"
MEDIA = MappingProxyType({CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})
NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 — what an archive without times says, in no zone
TEXT = 49  # the built-in format “@”
HEAD = ("付款批次", "编号", "户名", "开户行", "账号", "金额（元）")
WIDTHS = (20, 18, 24, 36, 28, 14)  # characters


def written(kind: str, taken: Taken) -> tuple[bytes, str, str]:
    """The file, its media type and its name."""
    data = as_xlsx(taken) if kind == XLSX else as_csv(taken)
    return data, MEDIA[kind], f"{taken.number}.{kind}"


def as_csv(taken: Taken) -> bytes:
    """As RFC 4180 has it; what a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO(newline="")
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerows([safe(cell) for cell in row] for row in _rows(taken))
    return (MARK + out.getvalue()).encode()


def as_xlsx(taken: Taken) -> bytes:
    """A workbook of one sheet; a cell is a text by its type, so `=1+1` and nineteen digits stay as they are."""
    from xlsxwriter import Workbook  # noqa: PLC0415 — loaded where a list is asked for, and nowhere else

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:  # otherwise rows lie in temporary files
        book.set_properties({"created": NO_TIME})
        sheet, text = book.add_worksheet(), book.add_format({"num_format": TEXT})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width, text)
        sheet.ignore_errors({"number_stored_as_text": "A1:E1048576"})
        for at, row in enumerate(_rows(taken)):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell, text)
    return out.getvalue()


def _rows(taken: Taken) -> Iterator[tuple[str, ...]]:
    yield HEAD
    for one in taken.lines:
        yield taken.number, one.reference, one.holder, one.bank, one.account, plain_yuan(one.fen)
