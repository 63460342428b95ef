"""Sixty files that should not be kept, and forty that only look hostile: made here, none is in the repository.

Each has the name it is sent under, its bytes, and the words of the refusal; None when it is kept.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from PIL import Image, PngImagePlugin

from creathon.projects.opening import DOCX, MAIN_PART, ODP, ODT, PPTX
from tests.factories.projects import PDF
from tests.projects.pdfs import harmless_pdfs, hostile_pdfs
from tests.projects.samples import Sample

KINDS = {DOCX: "docx", PPTX: "pptx", ODT: "odt", ODP: "odp"}
DAMAGED, DENSE, MACROS, PROGRAMS = "abîmé ou piégé", "bien plus de données", "des macros", "un programme, une page web"
OTHER, FORMAT, FOLLOWED = "ne correspond pas à son nom", "format n’est pas accepté", "quelque chose le suit"
LARGE, EMPTY, HEAVY = "40 millions de points", "est vide", "dépasse 20\N{NO-BREAK SPACE}Mo"
SCRIPT = b"<html><script>alert(1)</script></html>"
Entries = dict[str, bytes]


def parts_of(kind: str, **more: bytes) -> Entries:
    """The least that a document of this kind holds; names of `more` have `__` for `/`."""
    parts = {"mimetype": kind.encode()} if kind in (ODT, ODP) else {"[Content_Types].xml": b"<Types/>"}
    return parts | {MAIN_PART[kind]: b"<doc/>"} | {name.replace("__", "/"): what for name, what in more.items()}


def zipped(
    entries: Entries, method: int = zipfile.ZIP_DEFLATED, adjust: Callable[[zipfile.ZipInfo], None] | None = None
) -> bytes:
    """An archive; `adjust` changes every entry but the first before it is written."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number, (name, content) in enumerate(entries.items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method if number else zipfile.ZIP_STORED
            if adjust is not None and number:
                adjust(entry)
            archive.writestr(entry, content)
    return written.getvalue()


def document(kind: str = DOCX, **more: bytes) -> bytes:
    return zipped(parts_of(kind, **more))


def twice() -> bytes:
    """A document with an entry of the same name twice."""
    return document(**{"word__documenX.xml": b"<other/>"}).replace(b"documenX", b"document")


def patched(content: bytes, old: bytes, new: bytes, *, last: bool = False) -> bytes:
    place = content.rfind(old) if last else content.find(old)
    assert place >= 0
    assert len(old) == len(new)
    return content[:place] + new + content[place + len(old) :]


def hidden_entry() -> bytes:
    """A document with a whole entry that the directory does not name."""
    content, secret = document(), zipped({"page.html": SCRIPT})
    secret = secret[: secret.find(b"PK\x01\x02")]
    end = content.rfind(b"PK\x05\x06")
    size, place = struct.unpack_from("<2I", content, end + 12)
    tail = content[end : end + 12] + struct.pack("<2I", size, place + len(secret)) + content[end + 20 :]
    return content[:place] + secret + content[place:end] + tail


def link(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = 0o120777 << 16


def encrypted() -> bytes:
    """A document whose directory says that an entry is encrypted."""
    content = bytearray(document())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def two_sizes() -> bytes:
    """A document one of whose entries is longer for whoever reads from the start than for whoever reads the end."""
    content = bytearray(document())
    place = content.find(b"PK\x03\x04", 4)
    struct.pack_into("<I", content, place + 22, 1_000_000)
    return bytes(content)


def image(form: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 1 if mode in ("P", "1", "L") else None).save(written, form, **options)
    return written.getvalue()


def noise() -> bytes:
    written = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(written, "PNG")
    return written.getvalue()


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, form, save_all=True, append_images=frames[1:])
    return written.getvalue()


def wide(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""
    content = bytearray(image())
    struct.pack_into(">2I", content, 16, width, height)
    struct.pack_into(">I", content, 29, zlib.crc32(content[12:29]))
    return bytes(content)


def commented() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Awa")
    return image(pnginfo=words)


def located() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Appareil d’Awa", 6
    exif.get_ifd(0x8825)[1] = "N"
    return image("JPEG", (16, 8), exif=exif)


def hostile() -> Iterator[Sample]:
    yield from _hostile_documents()
    yield from _hostile_images()
    yield from _hostile_pdfs()
    yield from _hostile_names()


def _hostile_documents() -> Iterator[Sample]:
    for kind, end in KINDS.items():
        yield Sample(f"bomb {end}", f"a.{end}", document(kind, x=bytes(50_000_000)), DENSE)
        yield Sample(f"page before {end}", f"a.{end}", SCRIPT + document(kind), OTHER)
        yield Sample(f"page after {end}", f"a.{end}", document(kind) + SCRIPT, DAMAGED)
        yield Sample(f"cut {end}", f"a.{end}", document(kind)[:-30], DAMAGED)
        yield Sample(f"outside {end}", f"a.{end}", document(kind, **{"..__..__etc__passwd": b"root"}), DAMAGED)
    odd: dict[str, bytes] = {
        "absolute": document(**{"__etc__passwd": b"root"}),
        "backslash": document(**{"..\\..\\windows": b"x"}),
        "drive": document(**{"c:__x": b"x"}),
        "link": zipped(parts_of(DOCX), adjust=link),
        "named twice": twice(),
        "encrypted": encrypted(),
        "two sizes": two_sizes(),
        "two names": patched(document(), b"word/document.xml", b"word/documenX.xml"),
        "hidden entry": hidden_entry(),
        "wrong sum": patched(document(x=b"abcdefgh" * 9), b"PK\x01\x02", b"PK\x01\x09", last=True),
        "many entries": document(**{f"e{number}": b"" for number in range(3_001)}),
    }
    for label, content in odd.items():
        yield Sample(label, "a.docx", content, DAMAGED)
    yield Sample("macro docx", "a.docx", document(**{"word__vbaProject.bin": b"x"}), MACROS)
    yield Sample("macro pptx", "a.pptx", document(PPTX, **{"ppt__vbaProject.bin": b"x"}), MACROS)
    yield Sample("macro odt", "a.odt", document(ODT, **{"Basic__Standard__Module1.xml": b"x"}), MACROS)
    yield Sample("script odp", "a.odp", document(ODP, **{"Scripts__python__a.py": b"x"}), MACROS)
    yield Sample("program", "a.docx", document(**{"word__media__image1.png": b"MZ\x90\0" + bytes(60)}), PROGRAMS)
    yield Sample("program by name", "a.pptx", document(PPTX, **{"ppt__media__setup.exe": b"x"}), PROGRAMS)
    yield Sample("page inside", "a.odt", document(ODT, **{"Pictures__a.html": SCRIPT}), PROGRAMS)
    yield Sample("archive inside", "a.odp", document(ODP, **{"a.zip": zipped({"x": b"x"})}), PROGRAMS)
    yield Sample("archive under a false name", "a.docx", document(**{"a.png": zipped({"x": b"x"})}), PROGRAMS)
    yield Sample("docx as pptx", "a.pptx", document(DOCX), OTHER)
    yield Sample("odt as odp", "a.odp", document(ODT), OTHER)
    yield Sample("zip as docx", "a.docx", zipped({"x": b"x"}), OTHER)


def _hostile_images() -> Iterator[Sample]:
    yield Sample("50,000 by 50,000", "a.png", wide(50_000, 50_000), LARGE)
    yield Sample("40 million and a bit", "a.png", wide(6_400, 6_400), LARGE)
    yield Sample("a line of a billion", "a.png", wide(1_000_000_000, 1), LARGE)
    yield Sample("more than it holds", "a.png", wide(4_000, 4_000), DAMAGED)
    yield Sample("animated png", "a.png", animated("PNG"), OTHER)
    yield Sample("png cut", "a.png", noise()[:500], DAMAGED)
    yield Sample("jpeg cut", "a.jpg", image("JPEG", (64, 64))[:300], DAMAGED)
    yield Sample("png that starts well", "a.png", b"\x89PNG\r\n\x1a\n" + SCRIPT, DAMAGED)
    yield Sample("jpeg that starts well", "a.jpg", b"\xff\xd8\xff\xe0" + SCRIPT, DAMAGED)
    yield Sample("gif as png", "a.png", image("GIF"), OTHER)
    yield Sample("webp as jpeg", "a.jpg", image("WEBP"), OTHER)
    yield Sample("bmp as jpeg", "a.jpeg", image("BMP"), OTHER)


def _hostile_pdfs() -> Iterator[Sample]:
    yield from hostile_pdfs()
    yield Sample("pdf then page", "a.pdf", PDF + SCRIPT, FOLLOWED)
    yield Sample("pdf then zip", "a.pdf", PDF + zipped({"x": b"x"}), FOLLOWED)
    yield Sample("pdf cut", "a.pdf", PDF[:-8], FOLLOWED)
    yield Sample("page then pdf", "a.pdf", SCRIPT + PDF, OTHER)


def _hostile_names() -> Iterator[Sample]:
    for name in ("a.pdf.html", "a.svg", "a.exe", "a.docm", "a.zip", "sans extension", "a.pdf\u202eslx.exe"):
        yield Sample(f"named {name!r}", name, PDF, FORMAT)
    yield Sample("empty", "a.pdf", b"", EMPTY)
    yield Sample("too heavy", "a.pdf", PDF + bytes(20_000_000), HEAVY)


def harmless() -> Iterator[Sample]:
    for kind, end in KINDS.items():
        yield Sample(f"the least {end}", f"a.{end}", document(kind))
        yield Sample(f"stored {end}", f"a.{end}", zipped(parts_of(kind), zipfile.ZIP_STORED))
        yield Sample(f"repeated words {end}", f"a.{end}", document(kind, x=b"encore " * 100_000))
        yield Sample(f"capital {end}", f"A.{end.upper()}", document(kind))
    yield Sample("table behind a chart", "a.pptx", document(PPTX, **{"ppt__embeddings__t.xlsx": zipped({"x": b"x"})}))
    yield Sample("document in a document", "a.docx", document(**{"word__embeddings__d.docx": zipped({"x": b"x"})}))
    yield Sample("dots in a name", "a.docx", document(**{"word__media__a..b.png": b"x"}))
    yield Sample("many pictures", "a.pptx", document(PPTX, **{f"ppt__media__{n}.png": b"x" for n in range(900)}))
    yield Sample("accents inside", "a.odt", document(ODT, **{"Pictures__été à l’école.png": b"x"}))
    yield Sample("a text that speaks of macros", "a.docx", document(x=b"vbaProject.bin Basic/ <script>"))
    for mode in ("RGB", "RGBA", "L", "P", "1", "LA"):
        yield Sample(f"png {mode}", "a.png", image(mode=mode))
    for mode in ("RGB", "L", "CMYK"):
        yield Sample(f"jpeg {mode}", "a.jpg", image("JPEG", mode=mode))
    yield Sample("two jpegs in one", "a.jpg", animated("MPO"))
    yield Sample("png with an author", "a.png", commented())
    yield Sample("jpeg with a place", "a.jpeg", located())
    yield Sample("png then page", "a.png", image() + SCRIPT)
    yield Sample("jpeg then page", "a.jpg", image("JPEG") + SCRIPT)
    yield Sample("wide and thin", "a.png", image(size=(20_000, 1)))
    yield from harmless_pdfs()
    yield Sample("pdf that ends with spaces", "a.pdf", PDF + b"\r\n \0\0\n")
    yield Sample("pdf 2.0", "a.pdf", PDF.replace(b"1.7", b"2.0"))
    yield Sample("pdf twice ended", "a.pdf", PDF + b"9 0 obj<<>>endobj\n%%EOF")
    yield Sample("two dots", "v1.2.pdf", PDF)
    yield Sample("page, then pdf", "a.html.pdf", PDF)
    yield Sample("device", "CON.pdf", PDF)
    yield Sample("folders", "..\\..\\etc/a.pdf", PDF)
    yield Sample("written backwards", "\u202ea.pdf", PDF)
    yield Sample("long", "é" * 200 + ".pdf", PDF)
