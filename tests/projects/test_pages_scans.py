"""Who gets a file, by what the antivirus says of it: nobody but the team before it is clean, nobody when it is not."""

import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.antivirus import MOST_TRIES, OUTAGE_PAUSE, SILENT_AFTER, Clamd, Scanner
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore, Scan, StoredFile
from creathon.editions.models import Edition, Role
from creathon.editions.rules import USUAL
from creathon.editions.rules.rulebook import Acceptances
from creathon.jury.actions.assignments import allocate
from creathon.mail.models import Mail
from creathon.projects.copying import CLAIM_LASTS, Copyist
from creathon.projects.copying import MOST_TRIES as MOST_COPIES
from creathon.projects.models import Deposit, ProjectFile
from creathon.projects.queries.contents import contents_of_deposit
from creathon.projects.rules.gates import Facts, findings_of
from creathon.settings import Settings
from creathon.teams.models import Team
from tests.browsing import Visitor
from tests.clamd import EICAR, FakeClamd, fake_clamd
from tests.factories.accounts import make_holder
from tests.factories.editions import CREATION, EVALUATION, MENTORING, site_of
from tests.factories.jury import coordinator_of, declare, make_panel, make_rubric, reads_of
from tests.factories.mentoring import make_followed
from tests.factories.projects import PDF, join_file, make_deposit, make_draft
from tests.personas import CLAIRE, NADIA, SAMIR
from tests.projects.conftest import Scene

INFECTED = PDF.replace(b"trailer", b"%" + EICAR + b"\ntrailer")
SHA = hashlib.sha256(PDF).hexdigest()


@dataclass(frozen=True)
class Held:
    """A file joined and deposited, and where each person fetches it."""

    edition: Edition
    team: Team
    awa: Person
    samir: Person
    nadia: Person
    file: str
    reading: str
    store: FileStore

    @property
    def blind(self) -> str:
        return f"{self.reading}/fichiers/{self.file}"

    @property
    def doors(self) -> dict[str, tuple[Person, str]]:
        return {
            "Awa": (self.awa, f"/projet/fichiers/{self.file}"),
            "Samir": (self.samir, f"/projet/fichiers/{self.file}"),
            "Nadia": (self.nadia, self.blind),
        }


@pytest.fixture
async def clamd(tmp_path: Path) -> AsyncIterator[FakeClamd]:
    async with fake_clamd(str(tmp_path / "c.sock")) as fake:
        yield fake


@pytest.fixture
def settings(settings: Settings, clamd: FakeClamd) -> Settings:
    return replace(settings, clamd=clamd.place)


@pytest.fixture
def scanner(database: Database, settings: Settings, clock: MovableClock, clamd: FakeClamd) -> Scanner:
    return Scanner(database, FileStore(settings.data / "files"), clock, Clamd(clamd.place))


async def hold(scene: Scene, database: Database, clock: MovableClock, settings: Settings, content: bytes) -> Held:
    store, edition = FileStore(settings.data / "files"), scene.edition
    async with database.writing() as session:
        project = await make_draft(session, edition, scene.team)
        file = await join_file(session, edition, project, store=store, content=content, name="Les Marches.pdf")
        await make_deposit(session, edition, project)
        await make_rubric(session, edition)
        panel = await make_panel(session, edition, (NADIA,), reads=1)
        await declare(session, edition, panel.jurors[0])
        await allocate(session, await coordinator_of(session, edition), panel, edition, now=EVALUATION)
        read = (await reads_of(session, NADIA))[0]
        nadia = await session.get_one(Person, read.person_id)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    clock.move_to(EVALUATION)
    return Held(edition, scene.team, scene.people[0], samir, nadia, file.id, f"/jury/projets/{read.id}", store)


@pytest.fixture
async def clean(scene: Scene, app: Creathon, database: Database, clock: MovableClock, settings: Settings) -> Held:
    return await hold(scene, database, clock, settings, PDF)


@pytest.fixture
async def infected(scene: Scene, app: Creathon, database: Database, clock: MovableClock, settings: Settings) -> Held:
    return await hold(scene, database, clock, settings, INFECTED)


async def fetched(visitor: Visitor, held: Held) -> dict[str, bool]:
    """Who got bytes: each is answered either the file, or a page with the reason and nothing of the file."""
    got = {}
    for name, (person, path) in held.doors.items():
        await visitor.sign_in_as(person)
        await visitor.open(path)
        got[name] = visitor.status == 200
        if got[name]:
            assert visitor.response.content.startswith(b"%PDF-1.7")
        else:
            assert visitor.status == 403
            assert b"%PDF" not in visitor.response.content
    return got


async def work(scanner: Scanner) -> None:
    """What the worker does: a copy for the jury, then the verdict on both."""
    await Copyist(scanner.database, scanner.files, scanner.clock).copy_due()
    await scanner.scan_due()


async def mails(database: Database, name: str) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.recipient)))


@pytest.mark.bar("E59")
async def test_only_the_team_has_its_file_before_the_verdict_and_each_has_it_after(
    visitor: Visitor, clean: Held, scanner: Scanner
) -> None:
    assert await fetched(visitor, clean) == {"Awa": True, "Samir": False, "Nadia": False}
    assert "Analyse antivirus en cours" in visitor.text
    for person, path in (
        (clean.nadia, clean.reading), (clean.awa, "/projet"),
    ):  # fmt: skip
        await visitor.sign_in_as(person)
        await visitor.open(path)
        assert "Analyse antivirus en cours" in visitor.text
    await scanner.scan_due()
    assert await fetched(visitor, clean) == {"Awa": True, "Samir": True, "Nadia": False}
    assert "La copie anonymisée de ce fichier est en préparation" in visitor.text
    await Copyist(scanner.database, scanner.files, scanner.clock).copy_due()
    assert await fetched(visitor, clean) == {"Awa": True, "Samir": True, "Nadia": False}
    assert "Analyse antivirus en cours" in visitor.text
    await scanner.scan_due()
    assert await fetched(visitor, clean) == {"Awa": True, "Samir": True, "Nadia": True}
    await visitor.open(clean.reading)
    assert "antivirus" not in visitor.text
    assert visitor.page.select_one(f"a[href='{clean.blind}']") is not None


@pytest.mark.bar("E59")
async def test_a_virus_is_kept_from_everybody_and_told_to_the_team_and_its_site(
    visitor: Visitor, infected: Held, scanner: Scanner, database: Database
) -> None:
    await work(scanner)
    assert await fetched(visitor, infected) == {"Awa": False, "Samir": False, "Nadia": False}
    await visitor.sign_in_as(infected.awa)
    await visitor.open("/projet")
    assert "Un virus a été trouvé dans ce fichier (Eicar-Test-Signature)" in visitor.text
    assert visitor.page.select_one(f"a[href='/projet/fichiers/{infected.file}']") is None
    sent = await mails(database, "project_virus")
    assert len(sent) == len(infected.team.members) + 1
    assert sum("joignez une version saine" in mail.body for mail in sent) == len(infected.team.members)
    assert [mail.recipient for mail in sent if "recevabilité le signale" in mail.body] == [infected.samir.email]
    async with database.reading() as session:
        deposit = await session.scalar(select(Deposit))
        assert deposit is not None
        assert deposit.superseded_at is None
        stored = await contents_of_deposit(session, deposit)
    finding = findings_of_file(deposit, infected, stored)
    assert finding == (False, "Un virus a été trouvé dans un fichier joint : Eicar-Test-Signature.")


def findings_of_file(deposit: Deposit, held: Held, stored: list[StoredFile]) -> tuple[bool, str]:
    facts = Facts(deposit, held.team, Acceptances(), held.edition.zone, USUAL, stored)
    finding = findings_of(facts)["file"]
    return finding.met, " ".join(finding.words.split())


@pytest.mark.bar("E59")
async def test_a_content_known_to_be_infected_is_not_joined_again(
    awa: Visitor, infected: Held, scanner: Scanner, clock: MovableClock, database: Database
) -> None:
    await scanner.scan_due()
    clock.move_to(CREATION)
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": ("autre nom.pdf", INFECTED)})
    assert awa.status == 403
    assert "il n’est pas joint" in awa.text
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": ("sain.pdf", PDF)})
    assert "Fichier joint au brouillon : sain.pdf" in awa.flash
    async with database.reading() as session:
        assert len(list(await session.scalars(select(ProjectFile)))) == 2


@pytest.mark.bar("E59")
async def test_a_stopped_antivirus_blocks_no_deposit_and_is_told_once_a_day(
    awa: Visitor, scene: Scene, database: Database, settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
        await coordinator_of(session, scene.edition)
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": ("plan.pdf", PDF)})
    await awa.open("/projet/depot")
    assert "Analyse antivirus en cours" in awa.text
    await awa.submit(button="Déposer le projet")
    assert "Récépissé" in awa.title
    assert SHA in awa.text
    stopped = Scanner(database, FileStore(settings.data / "files"), clock, Clamd(str(tmp_path / "stopped.sock")))
    await stopped.scan_due()
    assert await mails(database, "antivirus_silent") == []
    for _time in range(3):
        clock.move_to(clock.now() + SILENT_AFTER + OUTAGE_PAUSE)
        await stopped.scan_due()
    (told,) = await mails(database, "antivirus_silent")
    assert "et il ne répond pas" in told.body


async def test_a_file_it_cannot_read_is_told_to_the_national_coordination(
    visitor: Visitor, clean: Held, scanner: Scanner, clamd: FakeClamd, clock: MovableClock, database: Database
) -> None:
    clamd.limit = 10
    for _time in range(MOST_TRIES):
        await scanner.scan_due()
        clock.move_to(clock.now() + 2**_time * OUTAGE_PAUSE * 2)
    (told,) = await mails(database, "project_unscanned")
    assert "size limit exceeded" in told.body
    clock.move_to(EVALUATION)
    assert await fetched(visitor, clean) == {"Awa": True, "Samir": False, "Nadia": False}
    assert "L’antivirus n’a pas pu lire ce fichier" in visitor.text
    async with database.reading() as session:
        claire = await session.scalar(select(Person).where(Person.email == told.recipient))
        stored = await contents_of_deposit(session, (await session.scalars(select(Deposit))).one())
    assert [content.scan for content in stored] == [Scan.ERROR]
    assert claire is not None
    await visitor.sign_in_as(claire)
    await visitor.open("/coordination")
    assert "L’antivirus n’a pas pu lire 1 fichier." in visitor.text
    assert "Aucun antivirus n’est configuré" not in visitor.text


@pytest.mark.bar("E54")
async def test_a_juror_reads_no_name_of_the_team_and_the_team_keeps_its_file(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, settings: Settings,
    scanner: Scanner,
) -> None:  # fmt: skip
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as named:
        named.docinfo["/Author"] = "Awa des Marches"
        named.save(written)
    held = await hold(scene, database, clock, settings, written.getvalue())
    await work(scanner)
    await visitor.sign_in_as(held.nadia)
    await visitor.open(held.reading)
    assert "Les Marches.pdf" not in visitor.response.text
    await visitor.open(held.blind)
    assert b"Marches" not in visitor.response.content
    assert "Marches" not in visitor.response.headers["content-disposition"]
    with pikepdf.open(io.BytesIO(visitor.response.content)) as read:
        assert list(read.docinfo.keys()) == []
        assert len(read.pages) == 1
    await visitor.sign_in_as(held.awa)
    await visitor.open(f"/projet/fichiers/{held.file}")
    assert visitor.response.content == written.getvalue()
    clock.move_to(CREATION)
    await visitor.open("/projet")
    assert "ne doivent pas apparaître dans le document" in visitor.text


async def national(database: Database) -> Person:
    async with database.reading() as session:
        query = select(Person).where(Person.email == CLAIRE.email)
        found = await session.scalar(query)
    assert found is not None
    return found


async def test_a_copy_that_cannot_be_made_is_told_and_the_original_is_not_given(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, settings: Settings,
    scanner: Scanner,
) -> None:  # fmt: skip
    held = await hold(scene, database, clock, settings, b"%PDF-1.7 Awa %%EOF")
    claire = await national(database)
    await visitor.sign_in_as(claire)
    await visitor.open("/coordination")
    assert "1 copie anonymisée reste à préparer pour le jury" in visitor.text
    for _time in range(MOST_COPIES):
        await work(scanner)
        clock.move_to(clock.now() + CLAIM_LASTS)
    assert await fetched(visitor, held) == {"Awa": True, "Samir": True, "Nadia": False}
    assert "La copie anonymisée de ce fichier n’a pas pu être faite" in visitor.text
    await visitor.open(held.reading)
    assert "La copie anonymisée de ce fichier n’a pas pu être faite" in visitor.text
    await visitor.sign_in_as(held.samir)
    async with database.reading() as session:
        project_id = await session.scalar(select(Deposit.project_id))
    await visitor.open(f"/coordination/projets/{project_id}")
    assert "La copie anonymisée de ce fichier n’a pas pu être faite" in visitor.text
    await visitor.sign_in_as(claire)
    await visitor.open("/coordination")
    assert "1 copie anonymisée n’a pas pu être faite pour le jury." in visitor.text
    assert "reste à préparer" not in visitor.text


@pytest.mark.bar("E59")
async def test_a_mentor_waits_for_the_verdict_then_has_the_original(
    visitor: Visitor, scene: Scene, app: Creathon, database: Database, clock: MovableClock, settings: Settings,
    scanner: Scanner,
) -> None:  # fmt: skip
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        file = await join_file(session, scene.edition, project, store=scanner.files)
        await make_deposit(session, scene.edition, project)
        followed = await make_followed(session, scene.edition, project)
    clock.move_to(MENTORING)
    path = f"/mentorat/{followed.pairing.id}"
    door = f"{path}/fichiers/{file.id}"
    await visitor.sign_in_as(followed.mentor)
    await visitor.open(path)
    assert "Analyse antivirus en cours" in visitor.text
    assert visitor.page.select_one(f"a[href='{door}']") is None
    await visitor.open(door)
    assert (visitor.status, b"%PDF" in visitor.response.content) == (403, False)
    await scanner.scan_due()
    await visitor.open(door)
    assert visitor.response.content == PDF
