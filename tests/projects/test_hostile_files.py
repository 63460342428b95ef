"""Sixty hostile files and forty harmless ones: each gets the answer it deserves (bar E52-E58)."""

import asyncio
import io
import tempfile

import pytest
from PIL import Image
from sqlalchemy import select

from creathon.core.apart import Died
from creathon.core.database import Database
from creathon.core.errors import Busy
from creathon.core.files import Readable
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import USUAL
from creathon.projects import opening_pdf
from creathon.projects.models import ProjectFile
from creathon.projects.opening import LIMIT, Unsafe, opened
from creathon.projects.rules import FILE_LIMIT, clean_name, file_problem, sniff
from creathon.projects.rules.files import PDF as PDF_TYPE
from creathon.projects.sandbox import safe
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.projects import PDF
from tests.memory import forget_peak, peak
from tests.projects.conftest import Scene
from tests.projects.hostile import document, harmless, hostile, located, wide
from tests.projects.pdfs import many, pdf
from tests.projects.samples import Sample

HOSTILE, HARMLESS = list(hostile()), list(harmless())
MEMORY = 60_000_000
"""Bytes by which a process may grow while it has bombs opened: less than any of them."""


async def answer(sample: Sample) -> tuple[str | None, bytes]:
    """What this process says of a file, in the order of the page, and what would be stored."""
    name, file = clean_name(sample.name), io.BytesIO(sample.content)
    media_type, size = sniff(name, file)
    problem = file_problem(name, media_type, size, USUAL[DeliverableKind.PIECE])
    if problem or media_type is None:
        return problem, b""
    if media_type == PDF_TYPE:
        return await said_apart(sample), sample.content
    try:
        kept = opened(media_type, sample.content)
    except Unsafe as unsafe:
        return str(unsafe), b""
    return None, sample.content if kept is None else kept


async def said_apart(sample: Sample) -> str | None:
    """PDFs go the whole way: some of them are made to kill the process that opens them."""
    try:
        await opened_apart(sample.name, sample.content)
    except Unsafe as unsafe:
        return str(unsafe)
    return None


@pytest.mark.bar("E53", "E55", "E56", "E57", "E58")
@pytest.mark.parametrize("sample", HOSTILE, ids=lambda sample: sample.label)
async def test_a_hostile_file_is_refused_with_its_sentence(sample: Sample) -> None:
    said, _kept = await answer(sample)
    assert said is not None
    assert sample.refusal is not None
    assert sample.refusal in said


@pytest.mark.bar("E53", "E56", "E57")
@pytest.mark.parametrize("sample", HARMLESS, ids=lambda sample: sample.label)
async def test_a_file_that_only_looks_hostile_is_kept(sample: Sample) -> None:
    said, kept = await answer(sample)
    assert said is None
    assert kept
    assert b"<script>" not in kept or sample.name.endswith("docx")


def test_there_are_sixty_and_forty() -> None:
    assert len(HOSTILE) >= 60
    assert len(HARMLESS) >= 40
    assert len({sample.label for sample in HOSTILE + HARMLESS}) == len(HOSTILE) + len(HARMLESS)
    assert LIMIT == FILE_LIMIT


def test_names_are_kept_as_data_and_open_no_device() -> None:
    assert clean_name("CON.pdf") == "document CON.pdf"
    assert clean_name("con.v2.pdf") == "document con.v2.pdf"
    assert clean_name("console.pdf") == "console.pdf"
    assert clean_name("..\\..\\etc/\u202ea.pdf") == "a.pdf"


async def test_an_image_is_turned_and_says_nothing_of_where_it_was_made() -> None:
    _said, kept = await answer(Sample("", "a.jpg", located()))
    assert b"Awa" in located()
    assert b"Awa" not in kept
    assert b"Exif" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (8, 16)
        assert not image.getexif()


PAGE = [sample for sample in HOSTILE if sample.label in (
    "bomb docx", "page after odt", "outside pptx", "link", "named twice", "encrypted", "macro odt", "program",
    "50,000 by 50,000", "animated png", "jpeg cut", "pdf with script", "pdf then zip", "named 'a.svg'",
)]  # fmt: skip


@pytest.mark.bar("E53", "E56", "E57", "E58")
async def test_the_page_refuses_them_and_keeps_nothing(
    awa: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    assert len(PAGE) == 14
    for sample in PAGE:
        await awa.open("/projet")
        await awa.submit("/projet/fichier", files={"file": (sample.name, sample.content)})
        assert awa.status == 422, sample.label
        assert sample.refusal is not None
        assert sample.refusal in awa.errors, sample.label
    async with database.reading() as session:
        assert list(await session.scalars(select(ProjectFile))) == []
    assert [path for path in (settings.data / "files").rglob("*") if path.is_file()] == []


@pytest.mark.bar("E57")
async def test_the_page_keeps_an_image_without_its_place(
    awa: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": ("classe.jpg", located())})
    assert "Fichier joint au brouillon : classe.jpg" in awa.flash
    async with database.reading() as session:
        (file,) = await session.scalars(select(ProjectFile))
    (path,) = [path for path in (settings.data / "files").rglob("*") if path.is_file()]
    assert path.name == file.sha256
    assert file.sha256 in awa.text
    assert b"Awa" not in path.read_bytes()


async def opened_apart(name: str, content: bytes) -> Readable | None:
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as file:
        file.write(content)
        media_type, _size = sniff(name, file)
        assert media_type is not None
        kept = await safe(file, media_type)
        assert file.read() == content, "whoever opened it apart moved nothing"
    return kept


@pytest.mark.bar("E52", "E58")
async def test_the_memory_of_the_server_stays_flat_while_bombs_are_opened() -> None:
    """A bomb of 50 MB of words and an image of 39 million points, opened eight times, four at once."""
    large = wide(6_200, 6_200)
    bomb = document(x=bytes(50_000_000))
    await asyncio.gather(opened_apart("a.docx", bomb), return_exceptions=True)
    before = forget_peak()
    for _time in range(4):
        said = await asyncio.gather(
            *(opened_apart(*one) for one in [("a.docx", bomb), ("a.png", large)] * 2), return_exceptions=True
        )
        assert all(isinstance(one, Unsafe) for one in said)
    assert peak() - before < MEMORY


@pytest.mark.bar("E58")
async def test_a_pdf_of_very_many_objects_is_kept_and_said_to_be_read_in_part(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    content = pdf(many(opening_pdf.MANY + 1))
    await opened_apart("a.pdf", content)
    assert "only its clear parts were read" in caplog.text
    assert opening_pdf.check_pdf(PDF)
    monkeypatch.setattr(opening_pdf, "MANY", 3)
    assert not opening_pdf.check_pdf(PDF)
    with pytest.raises(opening_pdf.BadPdf, match="un programme"):
        opening_pdf.check_pdf(PDF.replace(b"<</Type/Page/", b"<</X/JavaScript/Type/Page/"))


async def test_what_a_process_died_of_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creathon.projects.sandbox.run_apart", _dies)
    with pytest.raises(Unsafe, match="abîmé ou piégé"):
        await opened_apart("a.docx", document())


async def test_what_there_was_no_time_for_is_not_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creathon.projects.sandbox.run_apart", _is_late)
    for name, content in (("a.docx", document()), ("a.pdf", PDF)):
        with pytest.raises(Busy, match="très sollicitée"):
            await opened_apart(name, content)


async def _is_late(*_asked: object, **_limits: object) -> bytes:
    raise Died(None)


async def _dies(*_asked: object, **_limits: object) -> bytes:
    raise Died(-9)
