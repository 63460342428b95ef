"""One answer to many applications: previewed, counted, sampled, given once, each at the version seen."""

import asyncio

import pytest
from sqlalchemy import func, select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.journal import broken_line
from creathon.editions.models import Edition, Role
from creathon.mail.models import Mail
from creathon.teams.actions import answer_applications, decide_application
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import site_of
from tests.factories.teams import make_many_teams, person_of
from tests.personas import CLAIRE, SAMIR
from tests.queries import count_queries
from tests.teams.acting import an_edition, mails_named, sign_in, verbs

LIST = "/coordination/candidatures"
PREVIEW = "/reponses/apercu"
SUBMITTED, ACCEPTED, WAITLISTED, REFUSED = (
    ApplicationState.SUBMITTED,
    ApplicationState.ACCEPTED,
    ApplicationState.WAITLISTED,
    ApplicationState.REFUSED,
)


async def coordinated(visitor: Visitor, database: Database, *, site: str | None = None) -> Edition:
    """An edition, and its coordinator signed in: national, or of one site."""
    edition = await an_edition(database)
    async with database.writing() as session:
        if site:
            await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, site))
        else:
            await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await sign_in(visitor, database, SAMIR if site else CLAIRE)
    return edition


async def made(database: Database, edition: Edition, count: int, **keywords: object) -> list[str]:
    async with database.writing() as session:
        return await make_many_teams(session, edition, count, **keywords)  # type: ignore[arg-type]


async def states(database: Database, ids: list[str]) -> list[ApplicationState]:
    async with database.reading() as session:
        found = dict(iter(await session.execute(select(Team.id, Team.state).where(Team.id.in_(ids)))))
    return [found[one] for one in ids]


async def test_checked_applications_are_previewed_then_answered_at_once(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    here = await made(database, edition, 3)
    there = await made(database, edition, 2, site="RUN")
    await visitor.open(LIST)
    chosen = [*here[:2], there[0]]
    await visitor.submit(PREVIEW, choisies=chosen, decision="accepted", reason="À bientôt !")
    assert visitor.status == 200
    assert visitor.title == "Répondre à 3 équipes"
    assert "Poitiers – Futuroscope 2 2 envoyée 10" in visitor.text
    assert "9 messages partiront" in visitor.text
    assert await states(database, here + there) == [SUBMITTED] * 5
    assert await mails_named(database, "team_decided") == []
    shown = [" ".join(tile.get_text(" ").split()) for tile in visitor.page.select("main .tile")]
    await visitor.submit("/reponses")
    assert "Réponse donnée à 3 candidatures" in visitor.flash
    assert await states(database, here + there) == [ACCEPTED, ACCEPTED, SUBMITTED, ACCEPTED, SUBMITTED]
    sent = await mails_named(database, "team_decided")
    assert len(sent) == 9
    assert {mail.edition_id for mail in sent} == {edition.id}
    bodies = [" ".join(mail.body.split()) for mail in sent]
    assert len(shown) == 3
    for tile in shown:
        assert any(body in tile for body in bodies), tile
    assert (await verbs(database)).count("application.decided") == 3
    async with database.reading() as session:
        assert await broken_line(session) is None


async def test_all_of_the_filter_are_answered_and_those_that_cannot_are_listed(
    visitor: Visitor, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    sent = await made(database, edition, 30)
    drafts = await made(database, edition, 1, state=ApplicationState.DRAFT, prefix="Brouillon")
    known = await made(database, edition, 1, state=REFUSED, prefix="Connue")
    await visitor.open(f"{LIST}?site={site_of(edition, 'POI').id}")
    await visitor.submit(PREVIEW, portee="toutes", decision="refused", reason="Le site ferme.")
    assert visitor.title == "Répondre à 30 équipes"
    assert "Brouillon POI 000 : candidature non envoyée" in visitor.text
    assert "Connue POI 000 : a déjà cette réponse" in visitor.text
    await visitor.submit("/reponses")
    assert await states(database, [*sent, *drafts, *known]) == [REFUSED] * 30 + [ApplicationState.DRAFT, REFUSED]
    assert len(await mails_named(database, "team_decided")) == 90


async def test_what_changed_since_the_preview_is_left_out_and_said(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 3)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="")
    async with database.writing() as session:
        claire = await as_actor(session, await person_of(session, CLAIRE))
        team = await team_by_id(session, ids[1])
        assert team is not None
        await decide_application(session, claire, team, edition, REFUSED, reason="Vu ensemble.", now=NOW)
    await visitor.submit("/reponses")
    assert "Réponse donnée à 2 candidatures" in visitor.flash
    assert "« Banc POI 001 » a changé depuis l’aperçu" in visitor.flash
    assert await states(database, ids) == [ACCEPTED, REFUSED, ACCEPTED]


async def test_the_places_are_said_before_and_those_freed_go_to_the_list(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    seated = await made(database, edition, 9, state=ACCEPTED, prefix="Assis")
    waiting = await made(database, edition, 3, state=WAITLISTED, prefix="Attente")
    sent = await made(database, edition, 2)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=sent, decision="accepted", reason="")
    assert "2 équipes à retenir pour 1 place libre" in visitor.text
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=seated[:2], decision="refused", reason="Désistement.")
    assert "2 places se libèrent" in visitor.text
    await visitor.submit("/reponses")
    assert "données à la liste d’attente : 2" in visitor.flash
    assert await states(database, waiting) == [ACCEPTED, ACCEPTED, WAITLISTED]
    assert len(await mails_named(database, "team_promoted")) == 6


async def test_a_site_coordinator_answers_their_site_only(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database, site="POI")
    here = await made(database, edition, 1)
    there = await made(database, edition, 1, site="RUN")
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=[*here, *there], decision="accepted", reason="")
    assert visitor.title == "Répondre à 1 équipe"
    assert "RUN" not in visitor.text
    await visitor.submit("/reponses", equipes=f"{here[0]}:1,{there[0]}:1")
    assert "Réponse donnée à 1 candidature." in visitor.flash
    assert "RUN" not in visitor.flash
    assert await states(database, [*here, *there]) == [ACCEPTED, SUBMITTED]
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, portee="toutes", site=site_of(edition, "RUN").id, decision="accepted", reason="")
    assert visitor.status == 404


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"decision": "accepted", "reason": ""}, "Cochez au moins une candidature"),
        ({"decision": "refused", "reason": " ", "portee": "toutes"}, "Écrivez la raison"),
        ({"portee": "toutes", "reason": "Texte gardé"}, "Choisissez une réponse"),
    ],
)
async def test_an_answer_that_is_not_whole_is_said_and_kept(
    visitor: Visitor, database: Database, values: dict[str, str], sentence: str
) -> None:
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 1)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, **values)
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert values["reason"] in visitor.response.text
    assert await states(database, ids) == [SUBMITTED]


async def test_the_answer_and_the_words_may_be_changed_from_the_preview(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 2)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="Bravo")
    await visitor.submit(PREVIEW, decision="waitlisted", reason="Site complet.")
    assert visitor.title == "Répondre à 2 équipes"
    assert "en liste d’attente" in visitor.text
    await visitor.submit("/reponses")
    assert await states(database, ids) == [WAITLISTED] * 2


async def test_the_same_answer_sent_twice_at_once_is_given_once(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 4)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="")
    async with Visitor(app) as twin:
        twin.http.cookies = visitor.http.cookies
        twin.response = visitor.response
        await asyncio.gather(visitor.submit("/reponses"), twin.submit("/reponses"))
        assert {visitor.status, twin.status} <= {200, 409}
    assert len(await mails_named(database, "team_decided")) == 12
    assert (await verbs(database)).count("application.decided") == 4


async def test_a_preview_made_up_is_refused(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 1)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="")
    for made_up in ("zzz", f"{ids[0]}:un", ",".join(["abc:1"] * 501)):
        await visitor.submit("/reponses", equipes=made_up) if visitor.page.select("form[action$='/reponses']") else None
        assert visitor.status == 400
        await visitor.open(LIST)
        await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="")


async def test_two_and_sixty_applications_ask_as_much_of_the_database(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    previews, acts = [], []
    for count, prefix in ((2, "Deux"), (60, "Soixante")):
        ids = await made(database, edition, count, site="DIST", prefix=prefix)
        await visitor.open(LIST)
        with count_queries(database) as asked:
            await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="")
        previews.append(asked.count)
        form = visitor.form("/reponses")
        with count_queries(database) as asked:
            data = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
            answer = await visitor.http.post(str(form["action"]), data=data, follow_redirects=False)
        acts.append(asked.count)
        assert answer.status_code == 303
    assert previews[0] == previews[1] <= 12
    assert acts[0] == acts[1] <= 30


async def test_five_hundred_applications_are_answered_in_one_transaction(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    ids = await made(database, edition, 500, site="DIST")
    async with database.writing() as session:
        person = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        claire = await as_actor(session, person)
    with count_queries(database) as asked:
        async with database.writing() as session:
            answered = await answer_applications(
                session, claire, edition, dict.fromkeys(ids, 1), WAITLISTED, reason="Site complet.", now=NOW
            )
    assert (len(answered.teams), answered.left_out) == (500, [])
    assert asked.count <= 20
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Mail.id)).where(Mail.name == "team_decided")) == 1500
        assert await broken_line(session) is None
        last = await team_by_id(session, ids[-1])
    assert last is not None
    assert (last.state, last.version, last.queued_at) == (WAITLISTED, 2, last.submitted_at)
