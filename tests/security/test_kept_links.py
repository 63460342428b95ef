"""The address of a file, kept by somebody whose right is gone, gives nothing; what the clock sends asks again too."""

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Edition
from creathon.editions.planned import planned_between
from creathon.jury.actions.assignments import allocate
from creathon.jury.actions.panels import remove_juror
from creathon.jury.queries.panels import panel_by_id
from creathon.mail.delivery import Postman
from creathon.mail.models import Mail
from creathon.mentoring.actions import change_mentor
from creathon.projects.models import DepositFile
from creathon.projects.queries import project_by_id
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.editions import EVALUATION, MENTORING, make_edition, paris
from tests.factories.jury import coordinator_of, declare, make_panel, make_rubric, reads_of
from tests.factories.mentoring import make_followed, make_mentor, reloaded
from tests.factories.projects import PDF, join_file, make_blind_copy, make_deposit, make_draft
from tests.factories.teams import person_of
from tests.personas import HUGO, INES, NADIA, Persona

REMINDED = paris(2027, 6, 8, 18)
"""Two days before the end of the reading."""


@pytest.fixture
async def edition(database: Database, clock: MovableClock, settings: Settings, app: Creathon) -> Edition:
    """A project with a file, deposited and given to read to Nadia and to Hugo."""
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        edition = await make_edition(session)
        project = await make_draft(session, edition)
        await join_file(session, edition, project, store=FileStore(settings.data / "files"))
        await make_blind_copy(session, await make_deposit(session, edition, project))
        await make_rubric(session, edition)
        panel = await make_panel(session, edition, (NADIA, HUGO), reads=2)
        for seat in panel.jurors:
            await declare(session, edition, seat)
        await allocate(session, await coordinator_of(session, edition), panel, edition, now=EVALUATION)
        return edition


async def account(database: Database, persona: Persona) -> Person:
    async with database.reading() as session:
        return await person_of(session, persona)


async def path_of(database: Database, persona: Persona) -> str:
    async with database.reading() as session:
        (read,) = await reads_of(session, persona)
        return f"/jury/projets/{read.id}/fichiers/{await session.scalar(select(DepositFile.file_id))}"


async def take_off(database: Database, edition: Edition, persona: Persona) -> None:
    async with database.writing() as session:
        (read,) = await reads_of(session, persona)
        panel = await panel_by_id(session, read.panel_id)
        assert panel is not None
        seat = next(seat for seat in panel.jurors if seat.person_id == read.person_id)
        await remove_juror(session, await coordinator_of(session, edition), panel, seat, now=EVALUATION)


@pytest.mark.bar("C37")
async def test_juror_s_link_to_a_file_is_theirs_and_ends_with_their_seat(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    path = await path_of(database, NADIA)
    await visitor.sign_in_as(await account(database, NADIA))
    await visitor.open(path)
    assert visitor.response.content == PDF
    await visitor.sign_in_as(await account(database, HUGO))
    await visitor.open(path)
    assert visitor.status == 404
    await take_off(database, edition, NADIA)
    await visitor.sign_in_as(await account(database, NADIA))
    await visitor.open(path)
    assert visitor.status == 403
    assert PDF not in visitor.response.content
    assert "Vous ne faites plus partie de ce jury." in visitor.text


@pytest.mark.bar("C37")
async def test_mentor_s_link_to_a_file_ends_with_the_pairing(
    visitor: Visitor, database: Database, edition: Edition, clock: MovableClock
) -> None:
    async with database.writing() as session:
        (read,) = await reads_of(session, NADIA)
        project = await project_by_id(session, read.project_id)
        assert project is not None
        followed = await make_followed(session, edition, project)
        file_id = await session.scalar(select(DepositFile.file_id))
    clock.move_to(MENTORING)
    path = f"/mentorat/{followed.pairing.id}/fichiers/{file_id}"
    await visitor.sign_in_as(followed.mentor)
    await visitor.open(path)
    assert visitor.response.content == PDF
    async with database.writing() as session:
        ines, pairing = await make_mentor(session, edition, INES), await reloaded(session, followed.pairing)
        await change_mentor(session, followed.claire, pairing, ines, edition, version=pairing.version, now=MENTORING)
    await visitor.open(path)
    assert visitor.status == 404
    assert PDF not in visitor.response.content


class Nowhere:
    """Takes no message."""

    async def send(self, message: object, mail_id: str) -> None:
        raise NotImplementedError


@pytest.mark.bar("C37")
async def test_juror_taken_off_is_not_reminded_by_the_job_that_was_due(
    database: Database, edition: Edition, clock: MovableClock
) -> None:
    postman = Postman(database, Nowhere(), clock, "creathon@exemple.test", planned_between)
    await postman.write_planned()
    await take_off(database, edition, NADIA)
    clock.move_to(REMINDED)
    await postman.write_planned()
    async with database.reading() as session:
        told = list(await session.scalars(select(Mail.recipient).where(Mail.name == "jury_reminder")))
    assert told == [HUGO.email]
