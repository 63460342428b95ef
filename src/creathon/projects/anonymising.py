"""Makes the copy that is read blind: a file without what it says, beside its text, of who made it.

`python -m creathon.projects.anonymising <kind>` takes the file on its standard input and answers its copy. Whatever
cannot be read ends the process badly: no copy is made, and nobody is given the original in its place.
What a text says of its authors stays: only people can remove that.
"""

import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator

import pikepdf
from lxml import etree

from creathon.core.apart import limit_itself

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
MEMORY = 512 * 1024 * 1024
SECONDS = 20
NESTED_DEPTH = 3
SOMEBODY = "Auteur"

JPEG_START, PNG_START, ZIP_START, OLE_START = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PNG_WORDS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
PDF_KEYS = ("/Metadata", "/PieceInfo", "/CreatorInfo", "/Threads", "/SpiderInfo", "/Perms")
"""What a PDF keeps of people and programs, wherever it hangs: XMP, private data, layers, articles, signatures."""
XML_ENDS = (".xml", ".rels", ".vml")

_PACKAGE = "http://schemas.openxmlformats.org"
PROPERTIES = {
    f"{{{_PACKAGE}/package/2006/metadata/core-properties}}coreProperties": None,
    f"{{{_PACKAGE}/officeDocument/2006/extended-properties}}Properties": None,
    f"{{{_PACKAGE}/officeDocument/2006/custom-properties}}Properties": None,
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}document-meta": (
        "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}meta"
    ),
}
"""The parts that speak of the document, by their first element, and the one empty element left in each."""
PEOPLE = frozenset({"author", "initials", "lastModifiedBy", "userId", "userName", "creator", "displayName"})
"""Attributes that name somebody: remarks, changes followed, people of a conversation."""
AUTHORS = frozenset({"cmAuthor", "author", "person"})
"""Elements whose attribute `name` names somebody."""
WRITTEN = frozenset(
    {
        *("creator", "initial-creator", "creator-initials", "sender-initials", "printed-by", "author-name"),
        *("author-initials", "author", "Author", "Manager", "Company", "CompanyAddress", "CompanyEmail"),
        *("CompanyPhone", "CompanyFax", "LastModifiedBy", "sender-firstname", "sender-lastname", "sender-company"),
        *("sender-email", "modification-user"),
    }
)
"""Elements whose text names somebody: remarks of OpenDocument, fields, pages of title."""
SETTINGS = frozenset({"PrinterName", "PrinterSetup", "PrinterPaperFromSetup"})


class Unreadable(ValueError):
    """No copy can be made."""


def anonymous(media_type: str, content: bytes) -> bytes:
    """The copy of a content; the same each time, and the content itself when it says nothing.

    Raises:
        Unreadable: no copy can be made.
    """
    try:
        if media_type == PDF:
            return _pdf(content)
        return _part("", content, 0) if media_type in (PNG, JPEG) else _archive(content, 0)
    except (pikepdf.PdfError, etree.LxmlError, zipfile.BadZipFile, ValueError, KeyError, OSError) as error:
        raise Unreadable(str(error)) from error


def _pdf(content: bytes) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for key in ("/Info", "/ID"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        for held in pdf.objects:
            for inner in _within(held):
                _clear(inner)
        pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _within(held: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries and streams of an object, those written inside it too."""
    waiting = [held]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inner = [value for _key, value in one.items()]
        elif isinstance(one, pikepdf.Array):
            inner = list(one)
        else:
            continue
        waiting += [value for value in inner if not getattr(value, "is_indirect", True)]


def _clear(held: pikepdf.Object) -> None:
    for key in PDF_KEYS:
        if key in held:
            del held[key]
    if "/Subtype" in held and "/Rect" in held and held.Subtype != pikepdf.Name.Widget and "/T" in held:
        del held["/T"]  # who wrote a remark; the name of a field is not a person's
    if held.get("/FT") == pikepdf.Name.Sig and "/V" in held:
        del held["/V"]  # who signed
    if isinstance(held, pikepdf.Stream) and held.get("/Filter") == pikepdf.Name.DCTDecode:
        picture = held.read_raw_bytes()
        cleared = _jpeg(picture) if picture.startswith(JPEG_START) else picture
        if cleared != picture:
            held.write(cleared, filter=pikepdf.Name.DCTDecode, decode_parms=held.get("/DecodeParms"))  # type: ignore[arg-type]


def _archive(content: bytes, depth: int) -> bytes:
    """A document of Word, PowerPoint or OpenDocument: the same entries, in their order, without dates."""
    if depth > NESTED_DEPTH:
        raise Unreadable("documents within documents")
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(written, "w") as archive:
        for entry in read.infolist():
            made = zipfile.ZipInfo(entry.filename)
            made.compress_type = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(made, _part(entry.filename.lower(), read.read(entry), depth))
    return written.getvalue()


def _part(name: str, content: bytes, depth: int) -> bytes:
    """One entry of a document, or an image by itself."""
    if "printersettings" in name:
        return b""
    if content.startswith(OLE_START):
        raise Unreadable("an old document within the document")
    for start, cleared in _BY_START.items():
        if content.startswith(start):
            return cleared(content)
    if content.startswith(ZIP_START):
        return _archive(content, depth + 1)
    return _xml(content) if name.endswith(XML_ENDS) and content.strip() else content


def _xml(content: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if root.tag in PROPERTIES:
        for child in list(root):
            root.remove(child)
        if (kept := PROPERTIES[root.tag]) is not None:
            etree.SubElement(root, kept)
    for element in root.iter(etree.Element):
        _unname(element)
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def _unname(element: etree._Element) -> None:
    tag = etree.QName(element).localname
    for key in element.attrib:
        attribute = etree.QName(key).localname
        if attribute in PEOPLE or (attribute == "name" and tag in AUTHORS):
            element.set(key, SOMEBODY)
    if tag in WRITTEN and element.text and element.text.strip():
        element.text = SOMEBODY
    if tag == "config-item" and any(value in SETTINGS for value in element.attrib.values()):
        element.text = ""
    if tag == "Relationship" and re.match(r"file:|[a-z]:\\|\\\\", element.get("Target") or "", re.IGNORECASE):
        element.set("Target", "file:///")  # a folder of somebody's computer


def _jpeg(content: bytes) -> bytes:
    """The image, its colours and nothing else: no place, author, comment, smaller image, nor second image behind."""
    kept, place = [JPEG_START], len(JPEG_START)
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        size = int.from_bytes(content[place + 2 : place + 4], "big")
        segment = content[place : place + 2 + size]
        marker = segment[1]
        is_colour = marker in (0xE0, 0xEE) or (marker == 0xE2 and segment[4:].startswith(b"ICC_PROFILE"))
        if is_colour or not (marker == 0xFE or 0xE0 <= marker <= 0xEF):
            kept.append(segment)
        place += 2 + size
    end = content.find(b"\xff\xd9", place)
    if end < 0:
        raise Unreadable("an image without an end")
    return b"".join([*kept, content[place : end + 2]])


def _png(content: bytes) -> bytes:
    """The image without words, dates nor place, up to its end."""
    kept, place = [PNG_START], len(PNG_START)
    while place + 12 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        if kind not in PNG_WORDS:
            kept.append(content[place : place + 12 + size])
        if kind == b"IEND":
            return b"".join(kept)
        place += 12 + size
    raise Unreadable("an image without an end")


_BY_START: dict[bytes, Callable[[bytes], bytes]] = {JPEG_START: _jpeg, PNG_START: _png}


def main() -> None:
    """Answer for one file, within limits of memory and time."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    media_type = sys.argv[1]
    sys.stdout.buffer.write(anonymous(media_type, sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
