"""Every page that shows a list asks the database as much with one row as with three, and never much."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import invite
from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.jury.actions.assignments import allocate
from creathon.jury.actions.panels import add_juror
from creathon.jury.models import Palmares
from creathon.jury.queries.palmares import published_palmares
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.queries.selection import selections
from creathon.jury.rules.palmares import content_of
from creathon.mentoring.actions import SessionValues, add_session, create_programme
from creathon.mentoring.models import SessionKind
from creathon.mentoring.queries import programme_of
from tests.factories.agenda import make_event, make_partner
from tests.factories.editions import EVALUATION, MENTORING, make_edition, paris
from tests.factories.jury import (
    Jury,
    coordinator_of,
    declare,
    evaluate,
    make_juror,
    make_jury,
    make_panel,
    make_projects,
    reads_of,
)
from tests.factories.mentoring import Followed, make_followed, make_interviews, make_milestone
from tests.journeys.counting import asked_by_kind, faults_of
from tests.personas import AWA, CLAIRE, HUGO, INES, NADIA, OMAR

PEOPLE = (None, CLAIRE, NADIA, OMAR, AWA)
STARTS = (
    *("/", "/coordination", "/jury", "/equipe", "/projet", "/projet/retours", "/accompagnement", "/mentorat"),
    "/plan-du-site",
)
WORKSHOP = (paris(2027, 11, 3, 14), paris(2027, 11, 3, 16))
LISTS = {
    *("/agenda", "/partenaires", "/editions", "/edition/2027", "/projets", "/palmares", "/jury", "/jury/liens"),
    *("/accompagnement", "/mentorat", "/mentorat/*", "/projet/retours", "/equipe", "/compte", "/coordination"),
    *("/coordination/accompagnement", "/coordination/accompagnement/moments/*"),
    *("/coordination/affectation", "/coordination/affectation/*"),
    *("/coordination/candidatures", "/coordination/classement", "/coordination/invitations", "/coordination/journal"),
    *("/coordination/jurys", "/coordination/jurys/*", "/coordination/palmares", "/coordination/phases"),
    *("/coordination/projets", "/coordination/recevabilite", "/coordination/selection", "/coordination/suivi"),
}


async def one_of_each(session: AsyncSession, edition: Edition) -> tuple[Jury, Followed]:
    """A project read by one juror, selected, followed; one partner, one event, one invitation."""
    jury = await make_jury(session, edition, jurors=(NADIA,), teams=("Les Marches",), reads=1)
    await evaluate(session, jury, (await reads_of(session, NADIA))[0], 3)
    followed = await make_followed(session, edition, jury.projects[0])
    await make_interviews(session, followed)
    await make_milestone(session, followed)
    await around(session, edition, 1)
    await published(session, edition)
    return jury, followed


async def three_of_each(session: AsyncSession, jury: Jury, followed: Followed) -> None:
    """Two more of each: projects read, selected and followed, jurors, panels, milestones, what stands around."""
    edition, claire = jury.edition, await coordinator_of(session, jury.edition)
    projects = await make_projects(session, edition, ("Les Passeurs", "Les Veilleuses"))
    for persona in (HUGO, INES):
        person = await make_juror(session, edition, persona)
        await declare(
            session, edition, await add_juror(session, claire, jury.panel, person, quality="x", now=EVALUATION)
        )
    panel = await panel_by_id(session, jury.panel.id)
    assert panel is not None
    await allocate(session, claire, panel, edition, now=EVALUATION)
    for persona in (HUGO, INES):
        jury.people[persona] = await known(session, persona.email)
    for persona in (NADIA, HUGO, INES):
        for read in await reads_of(session, persona):
            if read.evaluation is None:
                await evaluate(session, jury, read, 3)
    for project, title in zip(projects, ("Budget", "Prototype"), strict=True):
        await make_interviews(session, await make_followed(session, edition, project))
        await make_milestone(session, followed, title)
        await make_panel(session, edition, (NADIA, HUGO), name=title)
    for number in (2, 3):
        await around(session, edition, number)
    await published(session, edition)


async def published(session: AsyncSession, edition: Edition) -> None:
    """A publication more, of what is selected now: one that is published does not change."""
    before = await published_palmares(session, edition.id)
    assert before is not None
    number = before.number + 1
    content = content_of(edition, await selections(session, edition.id), number)
    session.add(
        Palmares(
            edition_id=edition.id, number=number, published_at=before.published_at, published_by=before.published_by,
            content=content, sha256=before.sha256,
        )
    )  # fmt: skip
    await session.flush()


async def around(session: AsyncSession, edition: Edition, number: int) -> None:
    claire = await coordinator_of(session, edition)
    await make_partner(session, edition, f"Partenaire {number}")
    await make_event(session, edition, f"Journée {number}")
    await moment(session, edition, number)
    address = f"ami{number}@exemple.test"
    await invite(session, claire, edition, email=address, role=Role.MENTOR, site_id=None, now=EVALUATION)


async def moment(session: AsyncSession, edition: Edition, number: int) -> None:
    """A moment more of the programme."""
    claire, programme = await coordinator_of(session, edition), await programme_of(session, edition.id)
    values = SessionValues(SessionKind.WORKSHOP, f"Atelier {number}", *WORKSHOP, "À distance", "")
    if programme is None:
        await create_programme(session, claire, edition, "Tremplin", [values], now=MENTORING)
    else:
        await add_session(session, claire, programme, edition, values, now=MENTORING)


async def known(session: AsyncSession, address: str) -> Person:
    person = await person_by_email(session, address)
    assert person is not None
    return person


@pytest.mark.slow
async def test_every_list_asks_as_much_with_one_row_as_with_three(
    app: Creathon, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        jury, followed = await one_of_each(session, edition)
    clock.move_to(MENTORING)
    with_one = await asked_by_kind(app, database, PEOPLE, STARTS)
    async with database.writing() as session:
        await three_of_each(session, jury, followed)
    with_three = await asked_by_kind(app, database, PEOPLE, STARTS)
    assert faults_of(LISTS, with_one, with_three) == {}
