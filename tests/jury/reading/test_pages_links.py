"""Links of interest before reading; a conflict wins over every role; stepping aside; being taken off."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.accounts.queries import grants_of, person_by_email
from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Role
from creathon.jury.actions.links import LinkValues
from creathon.jury.actions.panels import remove_juror
from creathon.jury.models import Assignment, ConflictOfInterest, Evaluation, LinkKind, PanelJuror
from creathon.jury.queries.assignments import living_assignments
from creathon.jury.queries.evaluations import validated_evaluations
from creathon.jury.queries.links import conflicted_projects
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.rules.conflicts import may_read_project
from creathon.mail.models import Mail
from creathon.teams.models import TeamMember
from tests.factories.accounts import LONG_AGO, as_actor
from tests.factories.editions import EVALUATION, make_edition
from tests.factories.jury import (
    Jury,
    coordinator_of,
    declare,
    evaluate,
    make_jury,
    make_panel,
    make_projects,
    make_rubric,
    reads_of,
)
from tests.jury.reading.conftest import Browser
from tests.personas import AWA, CLAIRE, HUGO, INES, NADIA
from tests.queries import MOST_QUERIES, count_queries

REMARK = "Un besoin bien vu."


@pytest.fixture
async def jury(app: Creathon, database: Database, clock: MovableClock) -> Jury:
    """Hugo is linked to « Les Marches »."""
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        return await make_jury(session, await make_edition(session), linked={HUGO: "Les Marches"})


async def conflicts(database: Database) -> list[tuple[str, str, LinkKind]]:
    async with database.reading() as session:
        rows = await session.scalars(select(ConflictOfInterest))
        return [(row.person_id, row.project_id, row.kind) for row in rows]


async def mails(database: Database, name: str) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name)))


async def test_a_juror_declares_before_reading(
    app: Creathon, database: Database, clock: MovableClock, browser: Browser
) -> None:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        edition = await make_edition(session)
        marches, *_ = await make_projects(session, edition)
        await make_rubric(session, edition)
        panel = await make_panel(session, edition, (NADIA,))
    nadia = await browser(panel.jurors[0].person)
    await nadia.open("/jury")
    assert "D’abord : vos liens d’intérêts" in nadia.text
    await nadia.open("/jury/liens")
    assert "Consigne en escalier" in nadia.text
    assert (
        "Équipe « Les Marches », Poitiers – Futuroscope : Awa Riviere, Bastien Cerisier, Chloe Lanterne" in nadia.text
    )
    assert "La consigne est souvent le premier obstacle." not in nadia.text
    await nadia.submit()
    assert nadia.status == 422
    assert "sans elle, la déclaration n’est pas faite" in nadia.errors
    await nadia.submit(linked=[marches.id], certified="y")
    assert nadia.status == 422
    assert "« Consigne en escalier » : précisez le lien." in nadia.errors
    assert await conflicts(database) == []
    await nadia.submit(**{f"{marches.id}-kind": "pupil", f"{marches.id}-note": "Mon ancienne élève"})
    assert "Votre déclaration est enregistrée" in nadia.flash
    assert await conflicts(database) == [(panel.jurors[0].person_id, marches.id, LinkKind.PUPIL)]
    async with database.reading() as session:
        assert await session.scalar(select(PanelJuror.links_declared_at)) == EVALUATION
        line = (await session.scalars(select(JournalLine).where(JournalLine.verb == "links.declared"))).one()
    assert line.details == {"projects": 3, "links": 1}
    await nadia.open("/jury/liens")
    assert "Lien déclaré" in nadia.text
    assert not nadia.page.select(f"input[value='{marches.id}']")


async def test_the_links_page_asks_the_same_few_questions(
    app: Creathon, database: Database, clock: MovableClock, browser: Browser
) -> None:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_projects(session, edition, ("Les Marches",))
        panel = await make_panel(session, edition, (NADIA,))
    nadia = await browser(panel.jurors[0].person)
    with count_queries(database) as one:
        await nadia.open("/jury/liens")
    async with database.writing() as session:
        await make_projects(session, edition, ("Les Passeurs", "Les Veilleuses"))
    with count_queries(database) as three:
        await nadia.open("/jury/liens")
    assert len(nadia.page.select("input[name=linked]")) == 3
    assert one.count == three.count <= MOST_QUERIES


async def test_nothing_is_read_before_the_declaration(database: Database, jury: Jury, browser: Browser) -> None:
    async with database.writing() as session:
        read = (await reads_of(session, NADIA))[0]
        seat = (await session.scalars(select(PanelJuror).where(PanelJuror.person_id == read.person_id))).one()
        seat.links_declared_at = None
    nadia = await browser(jury.people[NADIA])
    for path in (f"/jury/projets/{read.id}", f"/jury/projets/{read.id}/projet.pdf"):
        await nadia.open(path)
        assert nadia.status == 403
        assert "Déclarez d’abord vos liens d’intérêts" in nadia.text
        assert "La consigne" not in nadia.response.text


@pytest.mark.bar("C35")
async def test_a_conflict_hides_the_project_even_from_a_coordinator(
    database: Database, jury: Jury, browser: Browser
) -> None:
    marches = next(project for project in jury.projects if project.team.name == "Les Marches")
    async with database.writing() as session:
        assert marches.id not in {read.project_id for read in await reads_of(session, HUGO)}
        assert marches.id in {read.project_id for read in await reads_of(session, INES)}
        await grant_role(session, SYSTEM, jury.people[HUGO], Role.NATIONAL_COORDINATOR, jury.edition, now=LONG_AGO)
    async with database.reading() as session:
        actor = await as_actor(session, jury.people[HUGO])
        hidden = await conflicted_projects(session, actor.person_id, jury.edition.id)
        theirs = next(read for read in await reads_of(session, INES) if read.project_id == marches.id)
    refusal = may_read_project(actor, marches.id, hidden)
    assert refusal is not None
    assert refusal.hidden
    hugo = await browser(jury.people[HUGO])
    await hugo.open(f"/jury/projets/{theirs.id}")
    assert hugo.status == 404
    ines = await browser(jury.people[INES])
    await ines.open(f"/jury/projets/{theirs.id}")
    await ines.open(f"/jury/projets/{theirs.id}/deport")
    await ines.submit(kind="other", note="")
    await hugo.open(f"/coordination/affectation/{jury.panel.id}")
    assert hugo.status == 200
    assert "Un projet avec lequel vous avez un lien : il manque 1 lecture" in hugo.text
    assert "Consigne en escalier" not in hugo.response.text


@pytest.mark.bar("C35")
async def test_a_conflict_recorded_later_closes_what_was_open(database: Database, jury: Jury, browser: Browser) -> None:
    nadia = await browser(jury.people[NADIA])
    async with database.reading() as session:
        read = (await reads_of(session, NADIA))[0]
    await nadia.open(f"/jury/projets/{read.id}")
    assert nadia.status == 200
    async with database.writing() as session:
        session.add(
            ConflictOfInterest(
                edition_id=jury.edition.id, person_id=read.person_id, project_id=read.project_id,
                kind=LinkKind.FAMILY, declared_by=read.person_id, declared_at=EVALUATION,
            )
        )  # fmt: skip
    await nadia.submit("/projets/" + read.id, remark_team="Trop tard", acte="brouillon")
    assert nadia.status == 403
    assert "Un lien d’intérêts est déclaré" in nadia.text
    assert "Trop tard" in nadia.text
    await nadia.open(f"/jury/projets/{read.id}")
    assert nadia.status == 403
    async with database.reading() as session:
        assert list(await session.scalars(select(Evaluation))) == []
        title = next(project.title for project in jury.projects if project.id == read.project_id)
    await nadia.open("/jury")
    assert title not in nadia.text


async def test_a_juror_steps_aside_and_the_project_goes_back(database: Database, jury: Jury, browser: Browser) -> None:
    async with database.writing() as session:
        read = (await reads_of(session, NADIA))[0]
        await evaluate(session, jury, read, 3)
        assert len(await validated_evaluations(session, jury.edition.id)) == 1
    nadia = await browser(jury.people[NADIA])
    await nadia.open(f"/jury/projets/{read.id}")
    await nadia.open(f"/jury/projets/{read.id}/deport")
    await nadia.submit(kind="")
    assert nadia.status == 422
    await nadia.submit(kind="business", note="Je conseille leur éditeur")
    assert "Ce projet n’est plus dans votre pile" in nadia.flash
    async with database.reading() as session:
        gone = await session.get_one(Assignment, read.id)
        assert (gone.withdrawn_at, gone.withdrawn_reason) == (EVALUATION, "recused")
        assert len(list(await session.scalars(select(Evaluation)))) == 1
        assert await validated_evaluations(session, jury.edition.id) == []
    assert (jury.people[NADIA].id, read.project_id, LinkKind.BUSINESS) in await conflicts(database)
    async with database.writing() as session:
        mine = select(ConflictOfInterest).where(ConflictOfInterest.person_id == read.person_id)
        await session.delete((await session.scalars(mine)).one())
        assert await validated_evaluations(session, jury.edition.id) == []
    (mail,) = await mails(database, "jury_recusal")
    assert mail.recipient == "claire@exemple.test"
    assert f"/coordination/affectation/{jury.panel.id}" in mail.body
    assert "éditeur" not in mail.body
    await nadia.open(f"/jury/projets/{read.id}")
    assert nadia.status == 403
    async with database.reading() as session:
        claire = await claire_of(session)
    coordinator = await browser(claire)
    await coordinator.open(f"/coordination/affectation/{jury.panel.id}")
    assert "1 lecture à confier" in coordinator.text or "manque" in coordinator.text


async def claire_of(session: AsyncSession) -> Person:
    claire = await person_by_email(session, CLAIRE.email)
    assert claire is not None
    return claire


async def test_a_link_declared_later_takes_the_project_away(database: Database, jury: Jury) -> None:
    async with database.writing() as session:
        read = (await reads_of(session, NADIA))[0]
        panel = await panel_by_id(session, jury.panel.id)
        assert panel is not None
        seat = next(seat for seat in panel.jurors if seat.person_id == read.person_id)
        await declare(session, jury.edition, seat, {read.project_id: LinkValues(LinkKind.FAMILY)})
    async with database.reading() as session:
        left = await living_assignments(session, Assignment.person_id == read.person_id)
    assert read.project_id not in {one.project_id for one in left}
    assert len(await mails(database, "jury_recusal")) == 1


@pytest.mark.bar("C36")
async def test_a_juror_taken_off_is_refused_at_once(database: Database, jury: Jury, browser: Browser) -> None:
    async with database.writing() as session:
        first, second = await reads_of(session, NADIA)
        await evaluate(session, jury, first, 3)
    nadia = await browser(jury.people[NADIA])
    await nadia.open(f"/jury/projets/{second.id}")
    async with database.writing() as session:
        panel = await panel_by_id(session, jury.panel.id)
        assert panel is not None
        seat = next(seat for seat in panel.jurors if seat.person_id == first.person_id)
        assert (
            await remove_juror(session, await coordinator_of(session, jury.edition), panel, seat, now=EVALUATION) == 1
        )
    await nadia.submit("/projets/" + second.id, remark_team="Pas perdu", acte="brouillon")
    assert nadia.status == 403
    assert "Vous ne faites plus partie de ce jury." in nadia.text
    assert "Pas perdu" in nadia.text
    for read in (first, second):
        await nadia.open(f"/jury/projets/{read.id}")
        assert nadia.status == 403
    await nadia.open("/jury")
    assert "Vous ne siégez dans aucun jury" in nadia.text
    async with database.reading() as session:
        assert len(await validated_evaluations(session, jury.edition.id)) == 1


@pytest.mark.bar("C36")
async def test_a_juror_whose_role_is_taken_is_refused_at_once(database: Database, jury: Jury, browser: Browser) -> None:
    nadia = await browser(jury.people[NADIA])
    await nadia.open("/jury")
    assert nadia.status == 200
    async with database.writing() as session:
        for grant in await grants_of(session, jury.people[NADIA].id):
            await session.delete(grant)
    await nadia.open("/jury")
    assert nadia.status == 403


@pytest.mark.bar("G92")
async def test_a_score_and_a_removal_at_once_are_all_or_nothing(
    database: Database, jury: Jury, browser: Browser
) -> None:
    async with database.reading() as session:
        read = (await reads_of(session, NADIA))[0]
        claire = await claire_of(session)
        seat_id = await session.scalar(select(PanelJuror.id).where(PanelJuror.person_id == read.person_id))
    nadia, coordinator = await browser(jury.people[NADIA]), await browser(claire)
    await nadia.open(f"/jury/projets/{read.id}")
    await coordinator.open(f"/coordination/jurys/{jury.panel.id}/jures/{seat_id}/retirer")
    fields = {f"niveau_{criterion}": "3" for criterion in jury.levels(3)}
    await asyncio.gather(
        nadia.submit("/projets/" + read.id, **fields, remark_team=REMARK, acte="valider"),
        coordinator.submit(button="Retirer du jury"),
    )
    assert coordinator.status == 200
    async with database.reading() as session:
        kept = list(await session.scalars(select(Evaluation)))
        assignment = await session.get_one(Assignment, read.id)
        counted = await validated_evaluations(session, jury.edition.id)
    if nadia.status == 403:
        assert (kept, assignment.withdrawn_reason) == ([], "removed")
    else:
        assert nadia.status == 200
        assert len(kept) == len(counted) == 1
        assert assignment.withdrawn_at is None


async def test_a_member_of_a_team_never_reads(database: Database, jury: Jury, browser: Browser) -> None:
    async with database.writing() as session:
        read = (await reads_of(session, NADIA))[0]
        project = next(project for project in jury.projects if project.id != read.project_id)
        session.add(
            TeamMember(
                team_id=project.team_id, edition_id=jury.edition.id, person_id=read.person_id, seat=4,
                role="conteur", joined_at=EVALUATION,
            )
        )  # fmt: skip
    nadia = await browser(jury.people[NADIA])
    await nadia.open(f"/jury/projets/{read.id}")
    assert nadia.status == 403
    assert "Vous faites partie d’une équipe" in nadia.text


@pytest.mark.bar("C30")
async def test_somebody_else_s_read_is_not_there(database: Database, jury: Jury, browser: Browser) -> None:
    hugo = await browser(jury.people[HUGO])
    async with database.reading() as session:
        read = (await reads_of(session, NADIA))[0]
    for suffix in ("", "/fichiers/zzzzzzzzzzzz", "/deport"):
        await hugo.open(f"/jury/projets/{read.id}{suffix}")
        theirs = (hugo.status, hugo.text)
        await hugo.open(f"/jury/projets/zzzzzzzzzzzz{suffix}")
        nobody = (hugo.status, hugo.text)
        assert theirs[0] == 404
        assert strip(theirs[1]) == strip(nobody[1])
    awa = await browser(jury.projects[0].team.members[0].person)
    assert jury.projects[0].team.members[0].person.email == AWA.email
    await awa.open(f"/jury/projets/{read.id}")
    assert awa.status == 403


def strip(text: str) -> str:
    """Without the code of the incident, other each time."""
    return " ".join(word for word in text.split() if not (len(word.strip(".")) == 8 and word.isupper()))
