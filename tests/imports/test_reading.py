"""What a file becomes when it is read apart: good files of three formats, and those made to harm."""

import asyncio
import io
import resource
import struct
import subprocess
import sys
import zipfile

import pytest

from creathon.core.text import french_spaces
from creathon.imports import reading
from creathon.imports.reading import Unreadable, parse
from creathon.imports.sandbox import read_table
from tests.imports.books import csv_of, ods_around, ods_of, xlsx_around, xlsx_of, zipped

ROWS = [["Code", "Nom", "Capacité"], ["LIM", "Limoges – été", "5"], ["POI", "=HYPERLINK(A1)", "10"]]
EXPECTED = [(1, ROWS[0]), (2, ROWS[1]), (3, ROWS[2])]
HUGE = 1 << 20


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_whatever_its_separator_and_encoding(separator: str, encoding: str) -> None:
    assert parse(csv_of(ROWS, separator, encoding))["rows"] == EXPECTED


def test_a_csv_counts_lines_as_people_do() -> None:
    read = parse(b'Code;Nom\r\n\r\nLIM;"Limoges\nhaut"\n;;\nPOI;"a;b"\n')
    assert read["rows"] == [(1, ["Code", "Nom"]), (3, ["LIM", "Limoges\nhaut"]), (6, ["POI", "a;b"])]


@pytest.mark.parametrize("make", [xlsx_of, ods_of])
async def test_a_book_is_read_as_text(make: object) -> None:
    rows = [[None], ["Code", "Nom", "Capacité", "Ouvert"], ["LIM", "=1+1", 5.0, True], ["A", None, 2.5, False], [None]]
    table = await read_table(make(rows))  # type: ignore[operator]
    assert table.sheet == "Feuille 1"
    assert (table.header.number, table.header.cells) == (2, ("Code", "Nom", "Capacité", "Ouvert"))
    assert [(row.number, row.cells) for row in table.rows] == [
        (3, ("LIM", "=1+1", "5", "oui")), (4, ("A", "", "2.5", "non")),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [xlsx_of, ods_of])
async def test_a_cell_that_is_a_date_is_told(make: object) -> None:
    table = await read_table(make([["Code", "Nom"], ["date:46526", "x"]]))  # type: ignore[operator]
    assert table.rows[0].dates == {0}


async def test_merged_cells_give_their_value_once() -> None:
    book = xlsx_of(
        [["Code", "Nom"], ["LIM", "Limoges"], [None, None]],
        after='<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>',
    )
    assert [row.cells for row in (await read_table(book)).rows] == [("LIM", "Limoges")]


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def lying(content: bytes) -> bytes:
    """The same archive, whose directory says that each entry unpacks to ten bytes."""
    place = content.find(b"PK\x01\x02")
    changed = bytearray(content)
    while place >= 0:
        struct.pack_into("<I", changed, place + 24, 10)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def linked() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", "b")
    return file.getvalue()


def encrypted() -> bytes:
    content = bytearray(xlsx_of(ROWS))
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


HOSTILE = {
    "empty": (lambda: b"", reading.EMPTY),
    "blank": (lambda: b"\xef\xbb\xbf \r\n;;\r\n", reading.EMPTY),
    "html named csv": (lambda: b"<!DOCTYPE html><table><tr><td>Code</td></tr></table>", reading.NOT_A_TABLE),
    "xml": (lambda: b"\n<?xml version='1.0'?><x/>", reading.NOT_A_TABLE),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", reading.NOT_A_TABLE),
    "nul": (lambda: b"Code;Nom\nLIM;Li\0moges", reading.NOT_A_TABLE),
    "utf-16": (lambda: "Code;Nom".encode("utf-16"), reading.NOT_A_TABLE),
    "no encoding": (lambda: b"Code;Nom\nLIM;\x81\x8d", reading.UNDECODED),
    "unclosed quote": (lambda: b'Code;Nom\nLIM;"Limoges\nPOI;Poitiers', "Vers la ligne 2"),
    "a hundred thousand columns": (lambda: b";".join([b"x"] * 100_000), reading.TOO_MANY_COLUMNS),
    "too many lines": (lambda: b"Code\n" + b"A\n" * 5_001, reading.TOO_MANY_LINES),
    "a long cell": (lambda: b"Code\n" + b"A" * 5_001, reading.TOO_LONG),
    "a very long cell": (lambda: b"Code\n" + b"A" * 200_000, "Vers la ligne 2"),
    "xls": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, reading.OLD),
    "cut zip": (lambda: cut(xlsx_of(ROWS)), reading.DAMAGED),
    "not really a zip": (lambda: b"PK\x03\x04 pas une archive", reading.DAMAGED),
    "some other zip": (lambda: zipped({"word/document.xml": b"<w/>"}), reading.NOT_A_TABLE),
    "absolute name": (lambda: zipped({"/etc/passwd": b"x"}), reading.DAMAGED),
    "name outside": (lambda: zipped({"../x": b"x"}), reading.DAMAGED),
    "many entries": (lambda: zipped({f"{n}": b"" for n in range(501)}), reading.DAMAGED),
    "link": (linked, reading.DAMAGED),
    "duplicate": (twice, reading.DAMAGED),
    "encrypted": (encrypted, reading.DAMAGED),
    "bomb": (lambda: xlsx_around("<sheetData/>", **{"xl/media/a.xml": b"0" * (60 * HUGE)}), reading.TOO_DENSE),
    "ratio": (lambda: xlsx_around("<sheetData/>", **{"xl/media/a.xml": b"0" * (30 * HUGE)}), reading.TOO_DENSE),
    "lying bomb": (
        lambda: lying(xlsx_around("<sheetData/>", **{"xl/media/a.xml": b"0" * (60 * HUGE)})), reading.DAMAGED,
    ),
    "far cell": (
        lambda: xlsx_around(
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        reading.DAMAGED,
    ),
    "tall sheet of two cells": (
        lambda: xlsx_around(
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="700000"><c r="BH700000"><v>1</v></c></row></sheetData>'
        ),
        reading.DAMAGED,
    ),
    "million of lines": (
        lambda: ods_around(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="string"><text:p>a</text:p>'
            "</table:table-cell></table:table-row>"
        ),
        reading.DAMAGED,
    ),
    "wide sheet": (lambda: xlsx_around('<sheetData><row r="1"><c r="ZZ1"><v>1</v></c></row></sheetData>'),
                   reading.TOO_MANY_COLUMNS),
    "no sheet": (lambda: zipped({"xl/workbook.xml": b"<workbook/>"}), reading.DAMAGED),
}  # fmt: skip


# Asked by a small process of its own: Linux keeps the peak of a process over `exec`, so that a child of the tests would
# start with theirs.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "creathon.imports.reading"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_of_reading(content: bytes) -> int:
    """The most memory the reader held for a file, in KiB."""
    measured = subprocess.run([sys.executable, "-c", MEASURE], input=content, capture_output=True, check=True)
    return int(measured.stdout)


@pytest.mark.bar("E56", "E58")
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_refused_in_a_sentence_and_costs_no_memory(name: str) -> None:
    make, sentence = HOSTILE[name]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable) as refused:
        await read_table(content)
    assert str(refused.value).startswith(french_spaces(str(sentence)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024
    assert peak_of_reading(content) < reading.MEMORY // 1024


@pytest.mark.bar("E58")
async def test_a_reader_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    really = asyncio.create_subprocess_exec

    async def endless(program: str, *_arguments: str, **options: object) -> asyncio.subprocess.Process:
        started.append(await really(program, "-c", "while True: pass", **options))  # type: ignore[arg-type]
        return started[0]

    monkeypatch.setattr("creathon.core.apart.asyncio.create_subprocess_exec", endless)
    monkeypatch.setattr("creathon.core.apart.GRACE", 0.2 - reading.SECONDS)
    with pytest.raises(Unreadable):
        await read_table(b"Code")
    assert started[0].returncode == -9


@pytest.mark.parametrize("make", [xlsx_of, ods_of, csv_of])
async def test_the_largest_table_is_read(make: object) -> None:
    rows = [["Code", *(f"c{n}" for n in range(20))], *([f"S{n}", *["texte ordinaire"] * 20] for n in range(5_000))]
    table = await read_table(make(rows))  # type: ignore[operator]
    assert len(table.rows) == 5_000
    assert len(table.rows[-1].cells) == 21
