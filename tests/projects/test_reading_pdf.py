"""A deposit on paper: for its team with its receipt, for its juror without any name; tagged, behind the same doors."""

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.projects.conftest import Scene
from tests.projects.test_pages_video_gate import NAMED, Held, hold

ANSWERS = ("La consigne est souvent le premier obstacle.", "Reconnaissance de parole")


@dataclass(frozen=True)
class Paper:
    """What a PDF says, to those who read it and to machines."""

    words: str
    title: str
    author: str
    everything: str


def paper_of(content: bytes) -> Paper:
    written = pypdfium2.PdfDocument(content)
    words = " ".join(" ".join(one.get_textpage().get_text_bounded() for one in written).split())
    with pikepdf.open(io.BytesIO(content)) as document:
        root: Any = document.Root
        assert root.MarkInfo.Marked
        assert len(root.StructTreeRoot.K) >= 1
        assert str(root.Lang) == "fr"
        everything = words + "".join(repr(one) for one in document.objects)
    return Paper(words, written.get_metadata_value("Title"), written.get_metadata_value("Author"), everything)


@pytest.fixture
async def held(scene: Scene, database: Database, clock: MovableClock, settings: Settings) -> Held:
    return await hold(
        scene, database, clock, FileStore(settings.data / "files"), NAMED, "Lettre d’Awa.pdf", "Riviere.pdf"
    )


@pytest.mark.pdf
@pytest.mark.bar("E54")
async def test_a_juror_keeps_what_is_read_and_no_name(app: Creathon, held: Held, scene: Scene) -> None:
    names = [scene.team.name, *(name for one in scene.people for name in (one.given_name, one.family_name))]
    async with Visitor(app) as nadia, Visitor(app) as awa:
        await nadia.sign_in_as(held.people["Nadia"])
        await nadia.open(held.reading)
        assert nadia.page.select_one(f"a[href='{held.reading}/projet.pdf']") is not None
        await nadia.open(f"{held.reading}/projet.pdf")
        assert nadia.response.headers["content-type"] == "application/pdf"
        read = paper_of(nadia.response.content)
        await awa.sign_in_as(held.people["Awa"])
        own = await own_paper(awa)
    for paper in (read, own):
        assert paper.title == "Consigne en escalier – Créathon"
        assert all(answer in paper.words for answer in ANSWERS)
    assert "L’équipe ne dit pas quelles données elle pourrait retirer." in read.words
    assert not [name for name in names if name in read.everything]
    assert "Awa des Marches" not in read.everything
    assert ("Lettre d’Awa.pdf" in own.words, "Lettre" in read.everything) == (True, False)
    assert ("Riviere.pdf" in own.words, "Riviere" in read.everything) == (True, False)
    assert (scene.team.name in own.words, own.author) == (True, scene.team.name)
    assert scene.team.name not in str(nadia.response.headers)


async def own_paper(awa: Visitor) -> Paper:
    """The deposit of a team, from the page of its receipt."""
    await awa.open("/projet")
    (receipt,) = {str(one["href"]) for one in awa.page.select("a[href^='/projet/recepisses/']")}
    await awa.open(receipt)
    assert awa.page.select_one(f"a[href='{receipt}/projet.pdf']") is not None
    await awa.open(f"{receipt}/projet.pdf")
    assert awa.status == 200
    return paper_of(awa.response.content)


@pytest.mark.pdf
@pytest.mark.bar("C37")
@pytest.mark.parametrize(("name", "status"), [("Hugo", 404), ("Awa", 403), ("Samir", 403)])
async def test_others_are_answered_as_on_the_page(app: Creathon, held: Held, name: str, status: int) -> None:
    async with Visitor(app) as other:
        await other.sign_in_as(held.people[name])
        for path in (held.reading, f"{held.reading}/projet.pdf"):
            await other.open(path)
            assert other.status == status
            assert "Consigne en escalier" not in other.response.text
