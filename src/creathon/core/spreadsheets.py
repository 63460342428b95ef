"""Tables for spreadsheets: texts that no spreadsheet runs; for French Excel, a byte order mark and semicolons."""

import csv
import io
from collections.abc import Iterable, Sequence

BARRED_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a text for a formula."""

BYTE_ORDER_MARK = "\ufeff"


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """A CSV whose texts no spreadsheet runs; None is an empty cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([neutral(name) for name in header])
    for row in rows:
        writer.writerow(["" if cell is None else neutral(str(cell)) for cell in row])
    return file.getvalue()


def neutral(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(BARRED_STARTS) else text


def french_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file that French spreadsheets open as it is."""
    return (BYTE_ORDER_MARK + write_rows(header, rows, delimiter=";")).encode()
