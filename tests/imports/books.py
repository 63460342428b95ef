"""Spreadsheets made by hand, good and hostile: what a real office suite writes, in as few bytes as it takes."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
Cell = str | int | float | bool | None

DATE_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def csv_of(rows: Sequence[Sequence[str]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV without quotes."""
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def xlsx_of(rows: Sequence[Sequence[Cell]], *, after: str = "") -> bytes:
    """An XLSX of one sheet; `after` follows the cells (merged ranges)."""
    lines = "".join(
        f'<row r="{number}">{"".join(_xlsx_cell(number, place, value) for place, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    return xlsx_around(f"<sheetData>{lines}</sheetData>{after}")


def xlsx_around(sheet: str, **more: bytes) -> bytes:
    """An XLSX around the XML of its sheet, with more entries."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="Feuille 1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/styles.xml": DATE_STYLES,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
    }
    return zipped({**{name: text.encode() for name, text in parts.items()}, **more})


def ods_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    """An ODS of one sheet, ended as LibreOffice ends it: by a million empty lines."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    return ods_around(lines + rest + 'table:number-columns-repeated="16384"/></table:table-row>')


def ods_around(lines: str) -> bytes:
    """An ODS around the XML of its lines."""
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0" '
        f'xmlns:text="{oasis}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Feuille 1">'
        f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": b"<m/>"})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip; `mimetype` first and stored, as OpenDocument wants it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/{kind}" Target="{target}"/></Relationships>'
    )


def _xlsx_cell(number: int, place: int, value: Cell) -> str:
    where = f"{chr(65 + place)}{number}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{where}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{where}"><v>{value}</v></c>'
    if value.startswith("date:"):
        return f'<c r="{where}" s="1"><v>{value[5:]}</v></c>'
    return f'<c r="{where}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if value.startswith("date:"):
        return '<table:table-cell office:value-type="date" office:date-value="2027-05-19"/>'
    text = "".join(f"<text:p>{escape(part)}</text:p>" for part in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
