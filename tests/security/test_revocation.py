"""A right that is taken away is gone at the next request, for every role.

Jurors and mentors: `tests/jury/reading/test_pages_links.py`, `tests/mentoring/test_access.py`.
"""

import pytest
from sqlalchemy import delete, update

from creathon.accounts.models import BrowserSession, Person, RoleGrant
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.teams.actions import leave_team, remove_member
from creathon.teams.models import Team
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor, form_values
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import APPLICATIONS, CREATION, make_edition, site_of
from tests.factories.projects import FICHE, make_draft
from tests.factories.teams import make_team, person_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, SAMIR, Persona

SECRET = FICHE.solution


@pytest.fixture
async def edition(database: Database, clock: MovableClock) -> Edition:
    clock.move_to(APPLICATIONS)
    async with database.writing() as session:
        return await make_edition(session)


@pytest.fixture
async def team(database: Database, edition: Edition) -> Team:
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA, BASTIEN, CHLOE))
        await make_draft(session, edition, team)
        return team


@pytest.mark.bar("C36")
@pytest.mark.parametrize("how", ["left", "removed"])
async def test_member_who_is_gone_reads_and_writes_nothing_more(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition, team: Team, how: str
) -> None:
    async with database.reading() as session:
        bastien = await person_of(session, BASTIEN)
    await visitor.sign_in_as(bastien)
    clock.move_to(CREATION)
    await visitor.sign_in_as(bastien)
    await visitor.open("/projet")
    assert SECRET in visitor.text
    written = form_values(visitor.form(button="Enregistrer le brouillon"))
    clock.move_to(APPLICATIONS)
    async with database.writing() as session:
        held = await team_by_id(session, team.id)
        assert held is not None
        awa = next(member.person for member in held.members if member.person.email == AWA.email)
        member = next(member for member in held.members if member.person_id == bastien.id)
        if how == "left":
            await leave_team(session, await as_actor(session, bastien), held, edition, now=APPLICATIONS)
        else:
            await remove_member(session, await as_actor(session, awa), held, member.id, edition, now=APPLICATIONS)
    clock.move_to(CREATION)
    await visitor.post("/projet", **{**written, "solution": "Écrit trop tard"})
    assert visitor.status >= 403
    for path in ("/projet", "/projet/depot", "/equipe"):
        await visitor.open(path)
        assert SECRET not in visitor.response.text, path
        assert team.name not in visitor.text, path
    await visitor.sign_in_as(awa)
    await visitor.open("/projet")
    assert SECRET in visitor.text
    assert "Écrit trop tard" not in visitor.text


@pytest.mark.bar("C36")
@pytest.mark.parametrize(
    ("persona", "role", "path"),
    [
        (CLAIRE, Role.NATIONAL_COORDINATOR, "/coordination/journal"),
        (SAMIR, Role.SITE_COORDINATOR, "/coordination/candidatures"),
    ],
)
async def test_coordinator_without_role_is_refused_at_once(
    visitor: Visitor, database: Database, edition: Edition, team: Team, persona: Persona, role: Role, path: str
) -> None:
    async with database.writing() as session:
        site = site_of(edition, "POI") if role == Role.SITE_COORDINATOR else None
        person = await make_holder(session, persona, role, edition, site)
    await visitor.sign_in_as(person)
    await visitor.open(path)
    assert visitor.status == 200
    async with database.writing() as session:
        await session.execute(delete(RoleGrant).where(RoleGrant.person_id == person.id))
    for address in (path, "/coordination"):
        await visitor.open(address)
        assert (visitor.status, "Cette page est réservée" in visitor.text) == (403, True)


@pytest.mark.bar("C36")
async def test_site_coordinator_moved_to_another_site_sees_that_one_only(
    visitor: Visitor, database: Database, edition: Edition, team: Team
) -> None:
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    await visitor.sign_in_as(samir)
    page = f"/coordination/candidatures/{team.id}"
    await visitor.open(page)
    assert team.name in visitor.text
    async with database.writing() as session:
        await session.execute(update(RoleGrant).values(site_id=site_of(edition, "RUN").id))
    await visitor.open(page)
    assert (visitor.status, team.name in visitor.text) == (404, False)


@pytest.mark.bar("A13", "C36")
@pytest.mark.parametrize("what", ["disabled", "signed out"])
async def test_person_sent_out_is_nobody_at_the_next_request(
    app: Creathon, visitor: Visitor, database: Database, clock: MovableClock, team: Team, what: str
) -> None:
    async with database.reading() as session:
        awa = await person_of(session, AWA)
    await visitor.sign_in_as(awa)
    await visitor.open("/equipe")
    assert team.name in visitor.text
    values = form_values(visitor.form("/equipe/invitations"))
    async with database.writing() as session:
        if what == "disabled":
            await session.execute(update(Person).where(Person.id == awa.id).values(disabled_at=clock.now()))
        else:
            await session.execute(update(BrowserSession).values(revoked_at=clock.now()))
    await visitor.post("/equipe/invitations", **{**values, "email": "un.autre@exemple.test"})
    assert (visitor.status, "Votre session a été fermée" in visitor.text) == (401, True)
    await visitor.open("/equipe")
    assert visitor.path == "/connexion"
