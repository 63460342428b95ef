"""Who gets an uploaded video: its juror the anonymised copy and nothing else, nobody when a virus was found in it."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.antivirus import Clamd, Scanner
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Role
from creathon.jury.actions.assignments import allocate
from creathon.mail.models import Mail
from creathon.projects.copying import Copyist
from creathon.projects.models import BlindCopy, Deposit
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.clamd import EICAR, FakeClamd, fake_clamd
from tests.factories.accounts import make_holder
from tests.factories.editions import CREATION, EVALUATION, site_of
from tests.factories.jury import coordinator_of, declare, make_panel, make_rubric, reads_of
from tests.factories.projects import PDF_END, PDF_START, join_file, join_video, make_deposit, make_draft
from tests.personas import CLAIRE, HUGO, NADIA, SAMIR
from tests.projects.conftest import Scene
from tests.projects.videos import box, mp4

WHO = b"Awa des Marches"
NAMED = mp4(12) + box(b"udta", box(b"\xa9xyz", WHO)) + box(b"mdat", b"images")
INFECTED = mp4(12) + box(b"mdat", EICAR)
PREPARED = "La copie anonymisée de ce fichier est en préparation"
VIRUS = "Un virus a été trouvé dans ce fichier (Eicar-Test-Signature) : personne ne peut le télécharger."


@dataclass(frozen=True)
class Held:
    """A video deposited, who may ask for it, and where."""

    people: dict[str, Person]
    video: str
    reading: str

    @property
    def film(self) -> str:
        return f"{self.reading}/fichiers/{self.video}"

    @property
    def doors(self) -> list[tuple[str, str]]:
        team = f"/projet/fichiers/{self.video}"
        return [("Awa", team), ("Samir", team), ("Claire", team), ("Nadia", self.film)]


async def hold(
    scene: Scene, database: Database, clock: MovableClock, store: FileStore, content: bytes, *documents: str
) -> Held:
    edition = scene.edition
    async with database.writing() as session:
        project = await make_draft(session, edition, scene.team)
        joined = await join_video(session, edition, project, store=store, content=content, name="Awa des Marches.mp4")
        for document in documents:
            content = PDF_START + document.encode() + PDF_END
            await join_file(session, edition, project, store=store, content=content, name=document)
        await make_deposit(session, edition, project)
        await make_rubric(session, edition)
        panel = await make_panel(session, edition, (NADIA,), reads=1)
        other = await make_panel(session, edition, (HUGO,), name="Jury d’un site", site="POI", reads=1)
        await declare(session, edition, panel.jurors[0])
        await allocate(session, await coordinator_of(session, edition), panel, edition, now=EVALUATION)
        read = (await reads_of(session, NADIA))[0]
        people = {
            "Awa": scene.people[0],
            "Nadia": await session.get_one(Person, read.person_id),
            "Hugo": other.jurors[0].person,
            "Samir": await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI")),
            "Claire": (await session.scalars(select(Person).where(Person.email == CLAIRE.email))).one(),
        }
    clock.move_to(EVALUATION)
    return Held(people, joined.id, f"/jury/projets/{read.id}")


@pytest.mark.bar("E54")
async def test_a_juror_plays_the_copy_of_a_video_and_never_the_original(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, store: FileStore,
    copyist: Copyist,
) -> None:  # fmt: skip
    held = await hold(scene, database, clock, store, NAMED)
    await copyist.copy_due()
    await visitor.sign_in_as(held.people["Nadia"])
    await visitor.open(held.reading)
    player = visitor.page.select_one("main video")
    assert player is not None
    assert "Awa des Marches.mp4" not in visitor.response.text
    whole = await visitor.http.get(str(player["src"]))
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    assert len(whole.content) == len(NAMED)
    assert WHO not in whole.content
    assert whole.content.count(b"images") == 1
    assert whole.headers["etag"].strip('"') == hashlib.sha256(whole.content).hexdigest()
    assert "Marches" not in whole.headers["content-disposition"]
    at = NAMED.index(WHO)
    asked = {"range": f"bytes={at}-{at + len(WHO) - 1}"}
    part = await visitor.http.get(str(player["src"]), headers=asked)
    assert (part.status_code, part.content) == (206, whole.content[at : at + len(WHO)])
    assert part.headers["content-range"] == f"bytes {at}-{at + len(WHO) - 1}/{len(NAMED)}"
    original = await visitor.http.get(f"/projet/fichiers/{held.video}", headers=asked)
    assert (original.status_code, WHO in original.content) == (404, False)


@pytest.mark.bar("E54")
async def test_a_video_is_not_played_by_the_juror_of_another_panel(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, store: FileStore,
    copyist: Copyist,
) -> None:  # fmt: skip
    held = await hold(scene, database, clock, store, NAMED)
    await copyist.copy_due()
    await visitor.sign_in_as(held.people["Hugo"])
    for path in (held.film, held.reading):
        answer = await visitor.http.get(path, headers={"range": "bytes=0-7"})
        assert (answer.status_code, NAMED[:8] in answer.content) == (404, False), path


@pytest.mark.bar("E54")
async def test_a_juror_reads_every_piece_under_a_name_that_tells_nothing(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, store: FileStore,
    copyist: Copyist,
) -> None:  # fmt: skip
    held = await hold(scene, database, clock, store, NAMED, "Lettre d’Awa.pdf", "Riviere.pdf", "Marches.pdf")
    await copyist.copy_due()
    await visitor.sign_in_as(held.people["Nadia"])
    await visitor.open(held.reading)
    for name in ("Lettre", "Riviere.pdf", "Marches.pdf"):
        assert name not in visitor.response.text, name
    links = visitor.page.select(f"main a[href^='{held.reading}/fichiers/']")
    names = [link.get_text() for link in links if link.get_text().endswith(".pdf")]
    assert len({name.partition(".")[0] for name in names}) == 3, names
    for link in links:
        answer = await visitor.http.get(str(link["href"]))
        assert answer.status_code == 200
        said = answer.headers["content-disposition"]
        assert not [name for name in ("Lettre", "Awa", "Riviere", "Marches") if name in said], said
    await visitor.sign_in_as(held.people["Hugo"])
    for link in links:
        assert (await visitor.http.get(str(link["href"]))).status_code == 404


@pytest.mark.bar("E54")
async def test_a_video_whose_copy_is_not_made_is_told_and_no_byte_is_given(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, store: FileStore,
    copyist: Copyist,
) -> None:  # fmt: skip
    held = await hold(scene, database, clock, store, NAMED)
    await visitor.sign_in_as(held.people["Nadia"])
    for claimed in (False, True):
        if claimed:
            assert await copyist._claim() is not None
        await visitor.open(held.reading)
        assert PREPARED in visitor.text
        assert visitor.page.select_one("main video") is None
        assert visitor.page.select_one(f"[href='{held.film}']") is None
        visitor.response = await visitor.http.get(held.film, headers={"range": "bytes=0-7"})
        assert (visitor.status, NAMED[:8] in visitor.response.content) == (403, False)
        assert PREPARED in visitor.text


class TestWithAnAntivirus:
    """The same doors, when a virus is found in the video."""

    @pytest.fixture
    async def clamd(self, tmp_path: Path) -> AsyncIterator[FakeClamd]:
        async with fake_clamd(str(tmp_path / "c.sock")) as fake:
            yield fake

    @pytest.fixture
    def settings(self, settings: Settings, clamd: FakeClamd) -> Settings:
        return replace(settings, clamd=clamd.place)

    @pytest.fixture
    def scanner(self, database: Database, store: FileStore, clock: MovableClock, clamd: FakeClamd) -> Scanner:
        return Scanner(database, store, clock, Clamd(clamd.place))

    @pytest.mark.bar("E59")
    async def test_an_infected_video_is_given_to_nobody_even_once_its_copy_is_made(
        self, visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock,
        store: FileStore, copyist: Copyist, scanner: Scanner,
    ) -> None:  # fmt: skip
        held = await hold(scene, database, clock, store, INFECTED)
        await copyist.copy_due()
        await scanner.scan_due()
        async with database.reading() as session:
            assert (await session.scalars(select(BlindCopy.copy_sha256))).one() is not None
            told = list(await session.scalars(select(Mail.recipient).where(Mail.name == "project_virus")))
        assert sorted(told) == sorted([*(person.email for person in scene.people), held.people["Samir"].email])
        for name, path in held.doors:
            await visitor.sign_in_as(held.people[name])
            for headers in ({}, {"range": "bytes=0-7"}):
                visitor.response = await visitor.http.get(path, headers=headers)
                assert (visitor.status, INFECTED[:8] in visitor.response.content) == (403, False), name
                assert VIRUS in visitor.text, name
        for name, path in (("Awa", "/projet"), ("Nadia", held.reading)):
            await visitor.sign_in_as(held.people[name])
            await visitor.open(path)
            assert VIRUS in visitor.text, name
            assert visitor.page.select_one("main video") is None, name

    @pytest.mark.bar("E59")
    async def test_a_video_found_infected_in_the_draft_is_said_before_the_deposit_and_not_joined_again(
        self, awa: Visitor, scene: Scene, database: Database, store: FileStore, scanner: Scanner, clock: MovableClock
    ) -> None:
        async with database.writing() as session:
            project = await make_draft(session, scene.edition, scene.team)
            await join_video(session, scene.edition, project, store=store, content=INFECTED, now=CREATION)
        await scanner.scan_due()
        await awa.open("/projet/depot")
        assert VIRUS in awa.text
        assert awa.page.select_one("main video") is None
        await awa.open("/projet")
        await awa.submit("/projet/video", files={"video": ("autre.mp4", INFECTED)})
        assert awa.status == 403
        assert "il n’est pas joint" in awa.text
        async with database.reading() as session:
            assert (await session.scalars(select(Deposit))).all() == []
        await awa.open("/projet/depot")
        await awa.submit(button="Déposer le projet")
        assert "Récépissé" in awa.title, "a verdict blocks no deposit: what is held is the file"
        assert VIRUS in awa.text
        assert awa.page.select_one("main video") is None
