"""A coordination of a site sees and changes its own site everywhere, and nothing of another.

The list of routes is read from the application: a page added tomorrow is asked here too, or this file fails.
"""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.policy import route_policies
from creathon.editions.models import AccessAnswer, Edition, Facilitator, Role, Site
from creathon.jury.models import Panel
from creathon.policy import POLICIES
from creathon.projects.models import Project
from creathon.teams.models import Team
from tests.browsing import Visitor
from tests.coordination.worlds import populate
from tests.crawling import crawl
from tests.factories.accounts import LONG_AGO, make_holder
from tests.factories.editions import DELIBERATION, make_edition, site_of
from tests.personas import LEILA, SAMIR
from tests.security.test_reads import database_digest

KINDS = ("name", "title", "panel", "juror", "facilitator", "alone", "minor")
PARAMETER = re.compile(r"{(\w+):\w+}")


@dataclass
class World:
    """An edition with people, teams, projects, juries and reads on two sites, and Samir who coordinates Poitiers."""

    edition: Edition
    samir: Person
    poitiers: dict[str, str]
    reunion: dict[str, str]
    secrets: frozenset[str]


@pytest.fixture
async def world(database: Database, clock: MovableClock) -> World:
    async with database.writing() as session:
        edition = await make_edition(session)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
        poitiers = await populate(session, edition, "POI")
        reunion = await populate(session, edition, "RUN")
    clock.move_to(DELIBERATION)
    words = ("name", "captain", "email", "title", "panel", "juror", "facilitator", "alone", "minor")
    return World(edition, samir, poitiers, reunion, frozenset(reunion[word] for word in words))


def coordination_routes(app: Creathon) -> list[tuple[str, str, str]]:
    rows = route_policies(app.litestar, POLICIES)
    return [(row.method, row.path, row.policy) for row in rows if "coordination" in row.policy]


def filled(path: str, ids: dict[str, str]) -> str:
    """The path of a route about the things of one site."""
    return PARAMETER.sub(lambda found: ids.get(found[1], "inconnu"), path)


async def test_nothing_of_another_site_is_read(app: Creathon, visitor: Visitor, world: World) -> None:
    await visitor.sign_in_as(world.samir)
    read = []
    for method, path, policy in coordination_routes(app):
        if method != "GET":
            continue
        await visitor.open(filled(path, world.reunion))
        said = visitor.response.text
        if policy == "national_coordination":
            assert visitor.status == 403, path
        elif PARAMETER.search(path):
            assert visitor.status == 404, path
        else:
            assert visitor.status == 200, path
            read.append(path)
        assert [word for word in world.secrets if word in said] == [], path
        assert world.reunion["team_id"] not in said, path
    assert len(read) >= 11
    assert {"/coordination/classement.csv", "/coordination/candidatures", "/coordination/sites"} <= set(read)


async def test_the_own_site_is_read_on_the_same_pages(app: Creathon, visitor: Visitor, world: World) -> None:
    """The test above would pass on empty pages: each of those holds what is of Poitiers."""
    await visitor.sign_in_as(world.samir)
    held: dict[str, set[str]] = {}
    for method, path, policy in coordination_routes(app):
        if method == "GET" and policy == "coordination":
            await visitor.open(filled(path, world.poitiers))
            assert visitor.status == 200, path
            held[path] = {word for word in KINDS if world.poitiers[word] in visitor.response.text}
    assert {word for found in held.values() for word in found} == set(KINDS)
    assert "title" in held["/coordination/classement.csv"]
    assert {"name", "title"} <= held["/coordination/projets"]
    assert held["/coordination/candidatures"] == {"name"}


async def test_nothing_of_another_site_is_changed(
    app: Creathon, visitor: Visitor, world: World, database: Database
) -> None:
    await visitor.sign_in_as(world.samir)
    await visitor.open("/coordination")
    token = visitor.page.select_one("[name=_csrf]")["value"]  # type: ignore[index]
    before, asked = await database_digest(database), []
    for method, path, policy in coordination_routes(app):
        if method != "POST":
            continue
        ids = world.reunion
        bodies = [
            {"version": "1", "decision": "accepted", "reason": "oui", "name": "Pirate", "task": "x", "reads": "1",
             "site_id": ids["site_id"], "person_id": ids["person_id"], "quality": "x", "public": "1"},
        ]  # fmt: skip
        for body in bodies:
            await visitor.post(filled(path, ids), _csrf=token, **body)
            expected = (
                {403} if policy == "national_coordination" else {404} if PARAMETER.search(path) else {403, 404, 422}
            )
            assert visitor.status in expected, (path, visitor.status)
        asked.append(path)
    assert len(asked) >= 25
    assert await database_digest(database) == before


async def test_nothing_of_another_site_is_reached_through_ones_own(
    visitor: Visitor, world: World, database: Database
) -> None:
    """One's own site or jury in the address, somebody of the other site behind it."""
    async with database.reading() as session:
        query = select(Facilitator.id).where(Facilitator.site_id == world.reunion["site_id"])
        facilitator = await session.scalar(query)
    await visitor.sign_in_as(world.samir)
    await visitor.open("/coordination")
    token = visitor.page.select_one("[name=_csrf]")["value"]  # type: ignore[index]
    before = await database_digest(database)
    sites, panels = (
        f"/coordination/sites/{world.poitiers['site_id']}",
        f"/coordination/jurys/{world.poitiers['panel_id']}",
    )
    person = {"person_id": world.reunion["person_id"], "quality": "enseignante"}
    for path, values, status in (
        (f"{sites}/facilitateurs/{facilitator}", {"public": "1"}, 404),
        (f"{sites}/facilitateurs/{facilitator}/retirer", {}, 404),
        (f"{panels}/jures/{world.reunion['seat_id']}/retirer", {}, 404),
        (f"{panels}/jures", person, 422),
        ("/coordination/jurys", {"name": "Jury pirate", "reads": "1", "site_id": world.reunion["site_id"]}, 422),
        ("/coordination/jurys", {"name": "Jury pirate", "reads": "1", "site_id": ""}, 422),
    ):
        await visitor.post(path, _csrf=token, **values)
        assert visitor.status == status, path
        assert await database_digest(database) == before, path


@pytest.mark.parametrize(
    "path",
    [
        "/coordination/candidatures",
        "/coordination/projets",
        "/coordination/recevabilite",
        "/coordination/classement",
    ],
)
async def test_a_filter_by_another_site_is_as_one_by_none_that_exists(
    visitor: Visitor, world: World, path: str
) -> None:
    await visitor.sign_in_as(world.samir)
    answers = []
    for site in (world.reunion["site_id"], "inconnu"):
        await visitor.open(f"{path}?site={site}")
        answers.append((visitor.status, re.sub(r"[0-9A-Z]{8}", "", visitor.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    await visitor.open(f"{path}?site={world.poitiers['site_id']}")
    assert visitor.status == 200
    assert world.poitiers["name"] in visitor.text


async def test_a_panel_of_another_site_filters_as_one_that_does_not_exist(visitor: Visitor, world: World) -> None:
    await visitor.sign_in_as(world.samir)
    texts = []
    for panel in (world.reunion["panel_id"], "inconnu"):
        await visitor.open(f"/coordination/suivi?jury={panel}")
        texts.append(visitor.text)
    assert texts[0] == texts[1]


async def test_counts_do_not_tell_of_another_site(
    visitor: Visitor, world: World, database: Database, clock: MovableClock
) -> None:
    """The pages of Poitiers are the same whatever happens in La Réunion."""
    await visitor.sign_in_as(world.samir)
    paths = ["/coordination", "/coordination/candidatures", "/coordination/projets", "/coordination/jurys",
             "/coordination/affectation", "/coordination/suivi", "/coordination/classement.csv",
             "/coordination/recevabilite",
             "/coordination/classement", "/coordination/sites"]  # fmt: skip
    before = [(await visitor.open(path)).text for path in paths]
    async with database.writing() as session:
        run = await session.get_one(Site, world.reunion["site_id"])
        run.capacity, run.accessibility = 99, {"quiet_room": {"answer": AccessAnswer.YES, "detail": ""}}
        (await session.get_one(Team, world.reunion["team_id"])).state = "withdrawn"  # type: ignore[assignment]
        (await session.get_one(Panel, world.reunion["panel_id"])).name = "Jury renommé"
        (await session.get_one(Project, world.reunion["project_id"])).title = "Projet renommé"
        session.add(Facilitator(edition_id=world.edition.id, site_id=run.id, name="X", task="y", created_at=LONG_AGO))
    assert [(await visitor.open(path)).text for path in paths] == before


async def test_no_link_leads_to_another_site(visitor: Visitor, world: World) -> None:
    await visitor.sign_in_as(world.samir)
    seen = 0
    async for path in crawl(visitor, "/coordination"):
        seen += 1
        if path.startswith(("/edition/", "/projets", "/palmares")):
            continue
        assert [word for word in world.secrets if word in visitor.response.text] == [], path
    assert seen >= 15
