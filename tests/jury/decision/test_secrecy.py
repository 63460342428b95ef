"""Before publication nobody but the coordination can read a rank or a choice: crawls of two worlds, byte for byte."""

import re
from html import unescape
from urllib.parse import urldefrag

import pytest

from creathon.accounts.queries import person_by_email
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Role
from creathon.jury.actions.evaluations import EvaluationValues, reopen_evaluation, validate_evaluation
from creathon.jury.models import Palmares
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.decision import Decision, choose, publish
from tests.factories.editions import AFTER_PALMARES, DELIBERATION, EVALUATION, site_of
from tests.factories.jury import held, reads_of
from tests.jury.decision.conftest import Browser
from tests.personas import AWA, CLAIRE, HUGO, NADIA, OMAR, SAMIR, TEVA

CANARY = "canari-7F3A du motif secret"
ENTRANCES = (
    "/", "/palmares", "/projets", "/methode", "/editions", "/edition/2027", "/agenda", "/plan-du-site",
    "/projet", "/projet/retours", "/equipe", "/compte", "/jury", "/jury/liens", "/mentorat", "/accompagnement",
    "/coordination", "/coordination/classement", "/coordination/classement.csv", "/coordination/selection",
    "/coordination/palmares", "/coordination/suivi", "/coordination/projets", "/coordination/journal",
    "/coordination/accompagnement",
)  # fmt: skip
MOST_PAGES = 50
ONCE = re.compile(r'(name="(?:_once|csrf[^"]*|_csrf)"\s+value=")[^"]*')
LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')
INCIDENT = re.compile(r"<strong>[0-9A-Z]{8}</strong>")

World = dict[str, tuple[int, str]]


async def crawl(visitor: Visitor, *more: str) -> World:
    """Every page one reaches from the entrances: its status and its body, less what is random in each answer."""
    waiting, seen = [*ENTRANCES, *more], World()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        visitor.response = await visitor.http.get(path)
        seen[path] = (visitor.status, INCIDENT.sub("", ONCE.sub(r"\1", visitor.response.text)))
        if "text/html" in visitor.response.headers["content-type"]:
            waiting += [urldefrag(unescape(link))[0] for link in LINK.findall(visitor.response.text)]
    return seen


def differences(before: World, after: World) -> list[str]:
    return [path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]


@pytest.fixture
async def others(database: Database, decision: Decision, browser: Browser, visitor: Visitor) -> dict[str, Visitor]:
    """A visitor, a juror, two captains, the coordination of Poitiers, a mentor."""
    edition = decision.edition
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        omar = await make_holder(session, OMAR, Role.MENTOR, edition)
        awa, teva = [await person_by_email(session, one.email) for one in (AWA, TEVA)]
    assert awa is not None
    assert teva is not None
    people = {"juror": decision.jury.people[NADIA], "awa": awa, "teva": teva, "samir": samir, "omar": omar}
    return {"visitor": visitor, **{name: await browser(person) for name, person in people.items()}}


@pytest.mark.slow
@pytest.mark.bar("K125", "K127")
async def test_a_prepared_selection_changes_no_byte_for_anybody_else(
    database: Database, decision: Decision, others: dict[str, Visitor], browser: Browser, clock: MovableClock
) -> None:
    clock.move_to(AFTER_PALMARES)
    hidden_from_all = f"/coordination/selection/{decision.project().id}"
    before = {name: await crawl(visitor, hidden_from_all) for name, visitor in others.items()}
    async with database.writing() as session:
        for team in decision.projects:
            await choose(session, decision, team, reason=CANARY, prize="Grand prix")
    for name, visitor in others.items():
        after = await crawl(visitor, hidden_from_all)
        assert differences(before[name], after) == []
        assert not [path for path, (_status, body) in after.items() if CANARY in body]
    async with database.reading() as session:
        claire = await person_by_email(session, CLAIRE.email)
    assert claire is not None
    mine = await crawl(await browser(claire), hidden_from_all)
    assert {path for path, (_status, body) in mine.items() if CANARY in body} >= {
        "/coordination/selection", "/coordination/palmares", hidden_from_all,
    }  # fmt: skip
    async with database.writing() as session:
        await publish(session, decision)
    assert CANARY in (await crawl(others["visitor"]))["/palmares"][1]


@pytest.mark.slow
@pytest.mark.bar("K125", "K126", "K127")
async def test_a_score_changed_changes_no_byte_for_those_not_entitled(
    database: Database, decision: Decision, others: dict[str, Visitor], clock: MovableClock
) -> None:
    """One level given by Hugo to the project of La Réunion: nobody but him and the national coordination can tell."""
    clock.move_to(DELIBERATION)
    before = {name: await crawl(visitor) for name, visitor in others.items()}
    async with database.writing() as session:
        hugo = await as_actor(session, decision.jury.people[HUGO])
        project = decision.project("Les Passeurs").id
        read = next(one for one in await reads_of(session, HUGO) if one.project_id == project)
        again = await reopen_evaluation(session, hugo, await held(session, read), decision.edition, now=EVALUATION)
        values = EvaluationValues(decision.jury.levels(4), "Changé d’avis.", "")
        await validate_evaluation(
            session, hugo, await held(session, read), values, decision.edition, version=again.version, now=EVALUATION
        )  # fmt: skip
    for name, visitor in others.items():
        assert differences(before[name], await crawl(visitor)) == []
    assert "Consigne en escalier" in before["samir"]["/coordination/classement"][1]


@pytest.mark.bar("K127")
async def test_before_publication_the_table_of_results_is_empty(database: Database, decision: Decision) -> None:
    async with database.writing() as session:
        await choose(session, decision)
    async with database.reading() as session:
        assert await session.get(Palmares, "any") is None
        assert (await session.execute(Palmares.__table__.select())).all() == []


async def test_the_coordination_of_a_site_reads_no_word_of_the_jury(
    decision: Decision, others: dict[str, Visitor]
) -> None:
    found = await crawl(others["samir"])
    assert not [path for path, (_status, body) in found.items() if "me laisse un doute" in body]
