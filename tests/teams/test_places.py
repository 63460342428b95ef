"""The places of a site: the first who apply, the waiting list, who is promoted, until when."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.events import publish
from creathon.editions.events import CapacityChanged
from creathon.editions.models import Edition, Role, Seating, Site
from creathon.teams.actions import decide_application, leave_team, move_application, withdraw_application
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import ranks_of, team_by_id
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import CREATION, CREATION_OPENS, site_of
from tests.factories.teams import make_many_teams, make_team, person_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, Persona
from tests.teams.acting import actor_named, an_edition, mails_named, sign_in, stored, verbs

ACCEPTED, WAITLISTED, REFUSED = (
    ApplicationState.ACCEPTED,
    ApplicationState.WAITLISTED,
    ApplicationState.REFUSED,
)


async def first_come(database: Database, *, places: int, seated: int = 0, site: str = "POI") -> Edition:
    """An edition whose places go to the first who apply; the site has that many, some of them taken."""
    edition = await an_edition(database)
    async with database.writing() as session:
        await session.execute(update(Edition).values(seating=Seating.ON_ARRIVAL))
        await capacity(database, session, edition, places, site)
        if seated:
            await make_many_teams(session, edition, seated, site=site, state=ACCEPTED, now=NOW - timedelta(days=1))
    edition.seating = Seating.ON_ARRIVAL
    return edition


async def capacity(database: Database, session: object, edition: Edition, places: int, site: str = "POI") -> None:
    place = site_of(edition, site)
    place.capacity = places
    await session.execute(update(Site).where(Site.id == place.id).values(capacity=places))  # type: ignore[attr-defined]


async def states(database: Database, ids: list[str]) -> list[ApplicationState]:
    async with database.reading() as session:
        return [team.state for one in ids if (team := await team_by_id(session, one)) is not None]


async def ranks(database: Database, ids: list[str]) -> list[int | None]:
    async with database.reading() as session:
        found = await ranks_of(session, ids)
    return [found.get(one) for one in ids]


async def test_where_the_first_are_served_a_place_is_taken_at_once_then_the_queue_has_ranks(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await first_come(database, places=1)
    async with database.writing() as session:
        await make_team(session, edition, (AWA, BASTIEN, CHLOE))
        others = [Persona(name, "Sureau") for name in ("Lou", "Max", "Nora")]
        await make_team(session, edition, others, name="Les Seconds")
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    await visitor.submit("/equipe/candidature")
    assert "Votre équipe est retenue pour le site Poitiers" in visitor.text
    async with Visitor(app) as second:
        await sign_in(second, database, others[0])
        await second.open("/equipe")
        await second.submit("/equipe/candidature")
        assert "en liste d’attente" in second.text
        assert "au rang 1" in second.text
        assert "Marches" not in second.response.text
    bodies = {mail.recipient: mail.body for mail in await mails_named(database, "team_submitted")}
    assert "a une place au site Poitiers" in bodies[AWA.email]
    assert "au rang 1" in bodies[others[0].email]
    assert len(bodies) == 6
    assert all(mail.subject for mail in await mails_named(database, "team_to_answer"))


@pytest.mark.parametrize("how", ["withdraws", "is refused", "dissolves", "moves"])
async def test_the_place_that_becomes_free_goes_to_the_first_who_waits(database: Database, how: str) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await capacity(database, session, edition, 1)
        claire = await as_actor(session, await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition))
        seated = await make_team(session, edition, (AWA, BASTIEN, CHLOE), state=ACCEPTED)
        waiting = await make_many_teams(session, edition, 3, state=WAITLISTED)
    assert await ranks(database, waiting) == [1, 2, 3]
    async with database.writing() as session:
        awa = await as_actor(session, await person_of(session, AWA))
        if how == "withdraws":
            await withdraw_application(session, awa, seated, edition, now=NOW)
        elif how == "is refused":
            await decide_application(session, claire, seated, edition, REFUSED, reason="Trop tard.", now=NOW)
        elif how == "moves":
            away = site_of(edition, "DIST").id
            version = (await stored(database, seated)).version
            await move_application(session, claire, seated, edition, site_id=away, version=version, now=NOW)
        else:
            for persona in (CHLOE, BASTIEN, AWA):
                actor = await as_actor(session, await person_of(session, persona))
                await leave_team(session, actor, seated, edition, now=NOW)
    assert await states(database, waiting) == [ACCEPTED, WAITLISTED, WAITLISTED]
    assert await ranks(database, waiting) == [None, 1, 2]
    told = await mails_named(database, "team_promoted")
    assert len(told) == 3
    assert "Ce que vous avez à faire" in told[0].body
    assert "Banc POI 000" in told[0].body
    assert "application.promoted" in await verbs(database)


async def test_places_added_to_a_site_go_to_as_many_of_the_first_who_wait(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_many_teams(session, edition, 10, state=ACCEPTED, prefix="Assis")
        waiting = await make_many_teams(session, edition, 4, state=WAITLISTED)
    async with database.writing() as session:
        await capacity(database, session, edition, 12)
        await publish(session, CapacityChanged(SYSTEM, edition, site_of(edition, "POI"), 10, NOW))
    assert await states(database, waiting) == [ACCEPTED, ACCEPTED, WAITLISTED, WAITLISTED]
    async with database.writing() as session:
        await capacity(database, session, edition, 11)
        await publish(session, CapacityChanged(SYSTEM, edition, site_of(edition, "POI"), 12, NOW))
    assert await states(database, waiting) == [ACCEPTED, ACCEPTED, WAITLISTED, WAITLISTED]


async def test_nobody_is_promoted_once_preparation_has_ended(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await capacity(database, session, edition, 1)
        seated = await make_team(session, edition, (AWA, BASTIEN, CHLOE), state=ACCEPTED)
        waiting = await make_many_teams(session, edition, 1, state=WAITLISTED)
        awa = await as_actor(session, await person_of(session, AWA))
        await withdraw_application(session, awa, seated, edition, now=CREATION)
    assert await states(database, waiting) == [WAITLISTED]
    assert await mails_named(database, "team_promoted") == []
    clock.move_to(CREATION_OPENS)
    async with database.writing() as session:
        person = (await team_by_id(session, waiting[0])).members[0].person  # type: ignore[union-attr]
    await visitor.sign_in_as(person)
    await visitor.open("/equipe")
    assert "ne vont plus à la liste d’attente depuis le mercredi 19 mai 2027" in visitor.text


async def test_a_place_kept_back_by_the_coordination_is_not_given(database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await capacity(database, session, edition, 5)
        seated = await make_team(session, edition, (AWA, BASTIEN, CHLOE), state=ACCEPTED)
        waiting = await make_many_teams(session, edition, 3, state=WAITLISTED)
        awa = await as_actor(session, await person_of(session, AWA))
        await withdraw_application(session, awa, seated, edition, now=NOW)
    assert await states(database, waiting) == [ACCEPTED, WAITLISTED, WAITLISTED]


async def test_a_team_put_back_on_the_list_goes_last_and_is_not_promoted_by_it(database: Database) -> None:
    edition = await first_come(database, places=1)
    async with database.writing() as session:
        claire = await as_actor(session, await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition))
        seated = await make_team(session, edition, (AWA, BASTIEN, CHLOE), state=ApplicationState.SUBMITTED)
    assert (await stored(database, seated)).state == ACCEPTED
    async with database.writing() as session:
        later = NOW + timedelta(days=1)
        await decide_application(session, claire, seated, edition, WAITLISTED, reason="Plus tard.", now=later)
    found = await stored(database, seated)
    assert (found.state, found.queued_at) == (WAITLISTED, NOW + timedelta(days=1))
    async with database.writing() as session:
        await decide_application(session, claire, found, edition, WAITLISTED, reason="Encore.", now=NOW + timedelta(2))
    assert (await stored(database, seated)).queued_at == NOW + timedelta(days=1)


async def test_a_team_moved_to_a_full_site_waits_there_at_the_end(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        team = await make_team(session, edition, (AWA, BASTIEN, CHLOE), state=ACCEPTED)
        await make_many_teams(session, edition, 5, site="RUN", state=ACCEPTED, prefix="Assis")
        await make_many_teams(session, edition, 2, site="RUN", state=WAITLISTED, now=NOW - timedelta(days=1))
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/candidatures/{team.id}/autres")
    await visitor.submit("/site", site_id=site_of(edition, "RUN").id)
    assert "au site Saint-Denis" in visitor.flash
    assert await ranks(database, [team.id]) == [3]
    assert "au rang 3" in (await mails_named(database, "team_moved"))[0].body
    await visitor.open(f"/coordination/candidatures/{team.id}/autres")
    await visitor.submit("/site", site_id=site_of(edition, "RUN").id)
    assert visitor.status == 422
    assert "Choisissez un autre site" in visitor.errors


async def test_only_who_coordinates_all_sites_moves_an_application(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await _of_poitiers(database, edition)
    async with database.writing() as session:
        samir = await make_holder(
            session, Persona("Samir", "Alouette"), Role.SITE_COORDINATOR, edition, site_of(edition, "POI")
        )
    await visitor.sign_in_as(samir)
    await visitor.open(f"/coordination/candidatures/{team.id}/autres")
    assert "Changer de site" not in [heading.get_text() for heading in visitor.page.select("main h2")]
    await visitor.submit(button="Mettre hors compétition", reason="Essai")
    assert "hors compétition" in visitor.flash
    form = visitor.page
    token = form.select_one("input[name=_csrf]")
    await visitor.post(
        f"/coordination/candidatures/{team.id}/site",
        _csrf=str(token["value"]) if token else "",
        version="2",
        site_id=site_of(edition, "RUN").id,
    )
    assert visitor.status == 403
    assert (await stored(database, team)).site_id == site_of(edition, "POI").id


async def _of_poitiers(database: Database, edition: Edition) -> Team:
    await actor_named(database, AWA)
    async with database.writing() as session:
        return await make_team(session, edition, (AWA, BASTIEN, CHLOE), state=ApplicationState.SUBMITTED)


async def test_a_captain_asks_to_take_part_without_competing(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        team = await make_team(session, edition, (AWA, BASTIEN, CHLOE))
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/hors-competition")
    await visitor.submit(reason=" ")
    assert visitor.status == 422
    await visitor.submit(reason="Nous aidons à organiser.")
    assert "Hors compétition demandé" in visitor.text
    assert (await stored(database, team)).asks_non_competing
    (told,) = await mails_named(database, "team_asks_aside")
    assert told.recipient == CLAIRE.email
    await visitor.open("/equipe/hors-competition")
    assert visitor.status == 403
    await sign_in(visitor, database, BASTIEN)
    await visitor.open("/equipe/hors-competition")
    assert visitor.status == 403
