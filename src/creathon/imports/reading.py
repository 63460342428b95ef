"""Reads the table somebody sent, in a process of its own that may neither grow nor last (bar E56, E58).

`python -m creathon.imports.reading` takes the file on its standard input and answers in JSON: the rows, or the problem
in a sentence. The parent (`creathon.imports.sandbox`) trusts neither: whatever else happens is « unreadable ».
The content decides what the file is, never its name.
"""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

from creathon.core.apart import limit_itself
from creathon.core.archives import DenseArchive, OddArchive, checked_archive

LINES = 5_000
COLUMNS = 60
CELL = 5_000
TEXT = 8_000_000
ENTRIES = 500
UNPACKED = 40_000_000
RATIO = 300
MEMORY = 512 * 1024 * 1024
SECONDS = 10

SEPARATORS = (";", ",", "\t")
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
NOT_A_TABLE = "Ce fichier n’est pas un tableau : envoyez un fichier CSV, XLSX ou ODS."
OLD = "Ce fichier est d’un ancien format, ou protégé par un mot de passe : enregistrez-le en XLSX, ODS ou CSV."
DAMAGED = "Ce fichier est abîmé ou piégé : ouvrez-le dans un tableur, enregistrez-le de nouveau, puis renvoyez-le."
TOO_DENSE = "Ce fichier contient bien plus de données qu’un tableau de cette taille : il n’a pas été ouvert."
TOO_MANY_LINES = f"Ce tableau a plus de {LINES} lignes : coupez-le en plusieurs fichiers."
TOO_MANY_COLUMNS = f"Ce tableau a plus de {COLUMNS} colonnes : gardez seulement celles du modèle."
TOO_LONG = f"Une case de ce tableau dépasse {CELL} caractères."
UNCLOSED = "Vers la ligne {line}, un guillemet ouvre une case que rien ne ferme."
UNDECODED = "Ce fichier n’est ni en UTF-8 ni en Windows-1252 : enregistrez-le en « CSV UTF-8 »."
EMPTY = "Ce tableau est vide."

Cells = list[str]


class Unreadable(ValueError):
    """A file that is no table we take; the message is a French sentence."""


def parse(content: bytes) -> dict[str, Any]:
    """The rows of a table: `sheet`, `others` (sheets not read), `rows` as (line, cells) and `dates` as (line, place).

    Raises:
        Unreadable: it is no table, or more of one than is taken.
    """
    if content.startswith(b"PK"):
        return _book(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(OLD)
    return _text(content)


def _book(content: bytes) -> dict[str, Any]:
    _check_archive(content)
    book = load_workbook(io.BytesIO(content))
    shown = [
        one.name
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    if not shown:
        raise Unreadable(EMPTY)
    sheet = book.get_sheet_by_name(shown[0])
    if sheet.end is None:
        raise Unreadable(EMPTY)
    if sheet.end[1] >= COLUMNS:
        raise Unreadable(TOO_MANY_COLUMNS)
    values = sheet.to_python(skip_empty_area=False)
    dates = [
        (number, place)
        for number, row in enumerate(values, 1)
        for place, value in enumerate(row)
        if isinstance(value, (date, datetime, time, timedelta))
    ]
    rows = _limited((number, [_words(value) for value in row]) for number, row in enumerate(values, 1))
    return {"sheet": shown[0], "others": len(shown) - 1, "rows": rows, "dates": dates}


def _check_archive(content: bytes) -> None:
    """Refuse what is no XLSX or ODS, or unpacks to far more than it should, before anything else opens it."""
    try:
        archive = checked_archive(content, entries=ENTRIES, unpacked=UNPACKED, ratio=RATIO)
    except DenseArchive as error:
        raise Unreadable(TOO_DENSE) from error
    except OddArchive as error:
        raise Unreadable(DAMAGED) from error
    names = archive.namelist()
    is_ods = "mimetype" in names and archive.read("mimetype").strip() == ODS
    if "xl/workbook.xml" not in names and not (is_ods and "content.xml" in names):
        raise Unreadable(NOT_A_TABLE)


def _text(content: bytes) -> dict[str, Any]:
    text = _decoded(content)
    if text.lstrip().startswith(("<", "{", "%PDF")):
        raise Unreadable(NOT_A_TABLE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    return {"sheet": "", "others": 0, "rows": _limited(_records(reader)), "dates": []}


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise Unreadable(NOT_A_TABLE)
    for encoding in ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise Unreadable(UNDECODED)


def _separator(text: str) -> str:
    """What cuts the first line in the most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda separator: (first.count(separator), separator == ";"))


def _records(reader: Any) -> Iterator[tuple[int, Cells]]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(UNCLOSED.format(line=line)) from error
        yield line, cells


def _limited(rows: Iterable[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """The rows that say something, within the limits."""
    kept: list[tuple[int, Cells]] = []
    size = 0
    for number, cells in rows:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > COLUMNS:
            raise Unreadable(TOO_MANY_COLUMNS)
        if any(len(cell) > CELL for cell in cells):
            raise Unreadable(TOO_LONG)
        kept.append((number, cells))
        size += sum(map(len, cells))
        if len(kept) > LINES + 1 or size > TEXT:
            raise Unreadable(TOO_MANY_LINES)
    if not kept:
        raise Unreadable(EMPTY)
    return kept


def _words(value: Any) -> str:
    """The value of a cell as text: 10.0 is « 10 », true is « oui »; a formula is what it last gave."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def main() -> None:
    """Answer for one file, within limits of memory and time."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    try:
        answer: dict[str, Any] = parse(sys.stdin.buffer.read())
    except Unreadable as error:
        answer = {"problem": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
