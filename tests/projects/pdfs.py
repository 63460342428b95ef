"""PDFs that hide something in their compressed parts, and PDFs that only look like them: made here, by qpdf."""

import io
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, Pdf, Stream, String

from tests.factories.projects import PDF
from tests.projects.samples import Sample

RUNS, LAUNCHES, FILES, PROTECTED, BROKEN = (
    "contient un programme", "ouvre un autre programme", "d’autres fichiers", "est protégé", "abîmé",
)  # fmt: skip
CATALOG = b"<</Type/Catalog/Pages 2 0 R"


def pdf(change: Callable[[Pdf], None] | None = None, **options: object) -> bytes:
    """A page, changed; its objects go into an object stream, where a search in clear finds none of their words."""
    written = io.BytesIO()
    with Pdf.new() as made:
        made.add_blank_page()
        if change is not None:
            change(made)
        options.setdefault("object_stream_mode", ObjectStreamMode.generate)
        made.save(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


def opens_with(action: Dictionary) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        made.Root.OpenAction = made.make_indirect(action)

    return change


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _page_script(made: Pdf) -> None:
    made.pages[0].obj.AA = Dictionary(O=made.make_indirect(script()))


def _field_script(made: Pdf) -> None:
    field = made.make_indirect(Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=script())))
    made.Root.AcroForm = Dictionary(Fields=Array([field]))


def _named_script(made: Pdf) -> None:
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), made.make_indirect(script())])))


def _embedded(made: Pdf) -> None:
    held = made.make_indirect(Stream(made, b"MZ", Type=Name.EmbeddedFile))
    spec = made.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=held)))
    made.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.exe"), spec])))


def _bomb() -> bytes:
    """Two gigabytes of blanks in what should be an object stream."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b" " * 10_000_000) for _ in range(200)) + packed.flush()
    head = b"%%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 3/First 20/Filter/FlateDecode/Length %d>>\nstream\n" % len(data)
    xref = zlib.compress(bytes([0, 0, 0, 0, 1, 0, 9, 0]) + b"".join(bytes([2, 0, 1, n]) for n in range(3)))
    start = len(head) + len(data) + len(b"\nendstream\nendobj\n")
    table = b"5 0 obj\n<</Type/XRef/Size 5/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(xref)
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return head + data + b"\nendstream\nendobj\n" + table + xref + end


def _looped() -> bytes:
    """A table of contents that says that the one before it is itself, and no page anywhere."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Root 1 0 R/Size 2/Prev %d>>\n" % len(body)
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _deep(levels: int) -> bytes:
    """A tree of pages of that depth, whose only leaf is its own root."""
    parts = [b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"]
    for number in range(2, levels):
        parts.append(b"%d 0 obj\n<</Type/Pages/Count 1/Kids[%d 0 R]>>\nendobj\n" % (number, number + 1))
    parts.append(b"%d 0 obj\n<</Type/Pages/Count 1/Kids[2 0 R]>>\nendobj\n" % levels)
    return b"".join(parts) + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF\n" % (levels + 1)


def hostile_pdfs() -> Iterator[Sample]:
    yield Sample(
        "pdf with script", "a.pdf", PDF.replace(CATALOG, CATALOG + b"/OpenAction<</S/JavaScript/JS(x)>>"), RUNS
    )
    yield Sample("pdf that launches", "a.pdf", PDF.replace(CATALOG, CATALOG + b"/X<</S/Launch/F(x)>>"), LAUNCHES)
    yield Sample("pdf with files", "a.pdf", PDF.replace(CATALOG, CATALOG + b"/X<</Type/EmbeddedFile>>"), FILES)
    yield Sample("pdf with a script by another spelling", "a.pdf",
                 PDF.replace(CATALOG, CATALOG + b"/OpenAction<</S/J#61vaScript/#4aS(x)>>"), RUNS)  # fmt: skip
    yield Sample("pdf with a packed script", "a.pdf", pdf(opens_with(script())), RUNS)
    yield Sample(
        "pdf with a packed launch", "a.pdf", pdf(opens_with(Dictionary(S=Name.Launch, F=String("a")))), LAUNCHES
    )
    yield Sample("pdf whose page runs", "a.pdf", pdf(_page_script), RUNS)
    yield Sample("pdf whose field runs", "a.pdf", pdf(_field_script), RUNS)
    yield Sample("pdf with named scripts", "a.pdf", pdf(_named_script), RUNS)
    yield Sample("pdf with a packed file", "a.pdf", pdf(_embedded), FILES)
    yield Sample("pdf with a password", "a.pdf", pdf(encryption=Encryption(owner="a", user="b")), PROTECTED)
    yield Sample("pdf that everybody opens", "a.pdf", pdf(encryption=Encryption(owner="a", user="")), PROTECTED)
    yield Sample("pdf bomb", "a.pdf", _bomb(), BROKEN)
    yield Sample("pdf that follows itself", "a.pdf", _looped(), BROKEN)
    yield Sample("pdf without any page", "a.pdf", _deep(30), BROKEN)
    yield Sample("pdf of deep pages", "a.pdf", _deep(20_000), BROKEN)
    yield Sample("pdf of nothing", "a.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n", BROKEN)


def _bookmarked(made: Pdf) -> None:
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Apprendre /JavaScript et /Launch (un)", 0))


def _linked(made: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://developer.exemple.test/fr/docs/Web/JavaScript"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=made.make_indirect(action))
    made.pages[0].obj.Annots = Array([made.make_indirect(link)])


def _form(made: Pdf) -> None:
    field = made.make_indirect(Dictionary(FT=Name.Tx, T=String("Nom de l’outil"), V=String("Escalier")))
    made.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)


def _archived(made: Pdf) -> None:
    with made.open_metadata() as meta:
        meta["pdfaid:part"], meta["pdfaid:conformance"] = "2", "B"
    made.Root.MarkInfo = Dictionary(Marked=True)


def many(count: int) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        made.Root.Many = Array([made.make_indirect(Dictionary(Type=Name.StructElem, N=n)) for n in range(count)])

    return change


def harmless_pdfs() -> Iterator[Sample]:
    yield Sample("pdf with bookmarks", "a.pdf", pdf(_bookmarked))
    yield Sample("pdf with links", "a.pdf", pdf(_linked))
    yield Sample("pdf with links in clear", "a.pdf", pdf(_linked, object_stream_mode=ObjectStreamMode.disable))
    yield Sample("pdf with a form", "a.pdf", pdf(_form))
    yield Sample("pdf to archive", "a.pdf", pdf(_archived))
    yield Sample("linearised pdf", "a.pdf", pdf(linearize=True))
    yield Sample("pdf of many objects", "a.pdf", pdf(many(5_000)))
    yield Sample(
        "pdf without its table",
        "a.pdf",
        pdf(object_stream_mode=ObjectStreamMode.disable).replace(b"startxref\n", b"startxref\n9"),
    )
