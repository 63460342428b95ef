"""The receipt as a tagged PDF whose code leads a phone to its verification, and a PDF maker that opens nothing."""

import asyncio
import ctypes
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from creathon.core import pdf
from creathon.core.database import Database
from creathon.core.pdf import NoPdf, make_pdf
from creathon.core.web.assets import Assets
from creathon.projects.models import Deposit
from creathon.projects.receipts import in_lines
from creathon.projects.signatures import find_receipt
from creathon.settings import Settings
from tests.browsing import ORIGIN, Visitor
from tests.projects.conftest import Scene
from tests.projects.test_signatures import deposited

PRINTED_DPI = 150


async def downloaded(visitor: Visitor, deposit: Deposit) -> pypdfium2.PdfDocument:
    await visitor.open(f"/projet/recepisses/{deposit.number}")
    link = visitor.page.find("a", string="Télécharger le récépissé (PDF)")
    await visitor.open(str(link["href"]))  # type: ignore[index]
    assert visitor.status == 200, visitor.text
    assert visitor.response.headers["content-type"] == "application/pdf"
    assert f'attachment; filename="recepisse-{deposit.number}.pdf"' in visitor.response.headers["content-disposition"]
    return pypdfium2.PdfDocument(visitor.response.content)


def words_of(document: pypdfium2.PdfDocument) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.pdf
@pytest.mark.bar("F81")
async def test_the_code_of_a_printed_receipt_leads_to_its_verification(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    document = await downloaded(awa, deposit)
    words = " ".join(words_of(document).split())
    for said in (
        *(deposit.number, "Arrivé dans les délais", "mercredi 19 mai 2027 à 15 h 00 (heure de Paris)"),
        *("Consigne en escalier", "Les Marches", "http://testserver/verifier"),
    ):
        assert said in words
    codes = zxingcpp.read_barcodes(document[0].render(scale=PRINTED_DPI / 72).to_pil())
    assert [code.format for code in codes] == [zxingcpp.BarcodeFormat.QRCode]
    assert codes[0].text.startswith(f"{ORIGIN}/verifier?")
    await visitor.open(codes[0].text.removeprefix(ORIGIN))
    assert "Signature valable" in visitor.text
    assert "Intact" in visitor.text
    assert find_receipt(words_of(document)) == deposit.receipt


@pytest.mark.pdf
async def test_a_document_is_the_same_whenever_it_is_made(settings: Settings) -> None:
    """Fonts carry the second they were cut in: three documents take more than one."""
    style = Assets(settings.assets).data_uri("paper.css")
    html = f'<html lang="fr"><title>x</title><link rel="stylesheet" href="{style}"><p>Récépissé'
    assert len({await make_pdf(html) for _time in range(3)}) == 1


@pytest.mark.parametrize("receipt", ["a" * 87 + "-b", "ab-" * 60, "-" * 200, "a" * 88 + "-", "a"])
def test_a_receipt_on_paper_is_never_cut_after_a_hyphen_it_need_not_be(receipt: str) -> None:
    lines = in_lines(receipt)
    assert "".join(lines) == receipt
    assert max(map(len, lines)) <= 88 or set(receipt) == {"-"}
    assert not any(line.endswith("-") for line in lines[:-1])


@pytest.mark.pdf
@pytest.mark.bar("M150")
async def test_a_receipt_on_paper_is_tagged_titled_and_in_french(
    awa: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    document = await downloaded(awa, deposit)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    assert document.get_metadata_value("Title") == f"Récépissé {deposit.number} – Créathon"
    assert document.get_metadata_value("Author") == scene.edition.pilot
    assert text_of(pypdfium2.raw.FPDFCatalog_GetLanguage, document) == "fr"
    assert "l’adresse où ce récépissé se vérifie" in alternatives(document)


def text_of(getter: Callable[[Any, Any, int], int], of: object) -> str:
    """A text that PDFium writes in UTF-16, its size asked for first."""
    size = getter(of, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    getter(of, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def alternatives(document: pypdfium2.PdfDocument) -> str:
    """What is read aloud in the place of the images of the first page."""
    raw = pypdfium2.raw
    tree = raw.FPDF_StructTree_GetForPage(document[0])
    found: list[str] = []

    def walk(element: object) -> None:
        found.append(text_of(raw.FPDF_StructElement_GetAltText, element))
        for number in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, number):
                walk(child)

    for number in range(raw.FPDF_StructTree_CountChildren(tree)):
        walk(raw.FPDF_StructTree_GetChildAtIndex(tree, number))
    raw.FPDF_StructTree_Close(tree)
    return " ".join(found)


async def test_nobody_who_waits_for_a_pdf_holds_a_connection(
    awa: Visitor, scene: Scene, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    held: list[int] = []

    async def waiting(_html: str) -> bytes:
        held.extend(engine.sync_engine.pool.checkedout() for engine in (database.reader, database.writer))  # type: ignore[attr-defined]
        return b"%PDF"

    monkeypatch.setattr("creathon.core.web.paper.make_pdf", waiting)
    await awa.open(f"/projet/recepisses/{deposit.number}/recepisse.pdf")
    assert (awa.status, held) == (200, [0, 0])


async def test_without_its_library_the_page_offers_no_pdf_and_says_to_print(
    awa: Visitor, scene: Scene, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    monkeypatch.setattr("creathon.core.pdf.pdf_is_there", lambda: False)
    monkeypatch.setattr("creathon.projects.pages.deposits.pdf_is_there", lambda: False)
    await awa.open(f"/projet/recepisses/{deposit.number}")
    assert "(PDF)" not in awa.text
    assert "Télécharger le récépissé signé" in awa.text
    await awa.open(f"/projet/recepisses/{deposit.number}/recepisse.pdf")
    assert awa.status == 503
    assert "imprimez la page" in awa.text


@pytest.mark.pdf
@pytest.mark.bar("E67")
async def test_the_maker_of_pdfs_fetches_nothing(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">SECRET</text></svg>')
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        there, here = f"http://127.0.0.1:{port}", secret.as_uri()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"a request is noticed\n")
        await reader.read()
        writer.close()
        document = await make_pdf(
            f'<html lang="fr"><title>x</title><link rel="stylesheet" href="{there}/a.css">'
            f'<link rel="attachment" href="{here}"><style>@import "{there}/b.css"; @import "{here}";'
            f'@font-face {{ font-family: f; src: url("{here}") }} p {{ background: url({there}/c.png); font: 1em f }}'
            f'</style><p>Lisible<img src="{there}/d.png" alt="d"><img src="{here}" alt="e">'
            f'<iframe src="{here}"></iframe>'
            f'<object data="{here}"></object><embed src="{here}">'
            f'<svg xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<use xlink:href="{here}#a"/><image href="{there}/f"/></svg>'
        )
    assert asked == [b"a request is noticed\n"]
    assert b"EmbeddedFile" not in document
    words = words_of(pypdfium2.PdfDocument(document))
    assert "Lisible" in words
    assert "SECRET" not in words


@pytest.mark.pdf
@pytest.mark.bar("E67")
@pytest.mark.parametrize("script", ["while True: pass", "bytearray(4 << 30)"])
async def test_a_document_that_takes_too_much_is_no_pdf(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    started: list[asyncio.subprocess.Process] = []
    really = asyncio.create_subprocess_exec

    async def greedy(program: str, *_arguments: str, **options: object) -> asyncio.subprocess.Process:
        limits = "from creathon.core.apart import limit_itself; limit_itself(memory=1 << 30, seconds=1); "
        started.append(await really(program, "-c", limits + script, **options))  # type: ignore[arg-type]
        return started[0]

    monkeypatch.setattr("creathon.core.apart.asyncio.create_subprocess_exec", greedy)
    with pytest.raises(NoPdf):
        await make_pdf("<p>")
    assert started[0].returncode not in (None, 0)


def test_the_maker_of_pdfs_limits_itself() -> None:
    script = "import resource; from creathon.core import pdf; pdf._pdf = lambda _html: repr((*resource.getrlimit("
    script += "resource.RLIMIT_AS), *resource.getrlimit(resource.RLIMIT_CPU))).encode(); pdf.main()"
    said = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True, check=True).stdout
    assert said.decode() == repr((pdf.MEMORY, pdf.MEMORY, pdf.SECONDS, pdf.SECONDS))
