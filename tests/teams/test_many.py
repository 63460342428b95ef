"""One answer to many applications: previewed, counted, sampled, given once, each at the version seen."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import broken_line
from creathon.editions.models import Edition, Role
from creathon.mail.models import Mail
from creathon.teams.actions import answer_applications, decide_application
from creathon.teams.models import ApplicationState, ApproachState, Team
from creathon.teams.queries import hold_applications, team_by_id
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import site_of
from tests.factories.jury import put_in_words
from tests.factories.teams import make_alone, make_approach, make_many_teams, person_of
from tests.personas import CLAIRE, SAMIR, Persona
from tests.queries import MOST_QUERIES, Asked, count_queries
from tests.teams.acting import an_edition, mails_named, sign_in, verbs
from tests.teams.meeting import approaches

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


async def test_sample_is_in_the_words_of_the_edition_as_the_message_that_leaves(
    visitor: Visitor, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 1)
    async with database.writing() as session:
        await put_in_words(session, edition, "team_decided", "Merci d’avoir osé.\n\nRendez-vous au 12, rue Basse.")
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=ids, decision="accepted", reason="")
    [shown] = [" ".join(tile.get_text(" ").split()) for tile in visitor.page.select("main .tile")]
    assert "Merci d’avoir osé. Rendez-vous au 12, rue Basse." in shown
    assert await mails_named(database, "team_decided") == []
    await visitor.submit("/reponses")
    sent_then = [" ".join(mail.body.split()) for mail in await mails_named(database, "team_decided")]
    assert len([body for body in sent_then if body in shown]) == 1


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


async def sent(visitor: Visitor, database: Database) -> Asked:
    """Send the answer previewed: what it asked of the database, without the page it leads to."""
    form = visitor.form("/reponses")
    data = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
    with count_queries(database) as asked:
        response = await visitor.http.post(str(form["action"]), data=data, follow_redirects=False)
    assert response.status_code == 303
    return asked


async def asked_for(visitor: Visitor, database: Database, ids: list[str], answer: str) -> tuple[Asked, Asked]:
    """What a preview then an answer asked of the database, both done."""
    await visitor.open(f"{LIST}?etat={SUBMITTED}")
    with count_queries(database) as previewed:
        await visitor.submit(PREVIEW, portee="toutes", decision=answer, reason="Lisez ceci.")
    answered = await sent(visitor, database)
    assert await states(database, ids) == [ApplicationState(answer)] * len(ids)
    return previewed, answered


@pytest.mark.parametrize("answer", [ACCEPTED, WAITLISTED, REFUSED])
async def test_one_twenty_five_and_five_hundred_applications_ask_as_much_of_the_database(
    visitor: Visitor, database: Database, answer: ApplicationState
) -> None:
    """Reads and writes together: never twelve."""
    edition = await coordinated(visitor, database)
    for count in (1, 25, 500):
        ids = await made(database, edition, count, site="DIST", prefix=f"Lot{count}")
        previewed, answered = await asked_for(visitor, database, ids, answer)
        assert previewed.count < 12, previewed.statements
        assert answered.count == MOST_QUERIES - 1, answered.statements
    assert len(await mails_named(database, "team_decided")) == 526 * 3


async def test_journal_is_waited_for_when_nothing_else_is_left_to_wait_for(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    """Whoever held it and waited for the row of their browser would stop whoever does it the other way round."""
    edition = await coordinated(visitor, database)
    ids = await made(database, edition, 1)
    await visitor.open(LIST)
    await visitor.submit(PREVIEW, choisies=ids, decision=ACCEPTED, reason="")
    clock.advance(timedelta(minutes=10))
    statements = (await sent(visitor, database)).statements
    turn = next(number for number, one in enumerate(statements) if "advisory" in one or "FROM journal" in one)
    after = [one for one in statements[turn + 1 :] if "journal" not in one]
    assert any("UPDATE browser_session" in one for one in statements[:turn])
    assert after == []


async def test_places_given_back_and_approaches_closed_ask_for_one_more_whatever_their_number(
    visitor: Visitor, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    for count in (1, 4):
        seated = await made(database, edition, count, state=ACCEPTED, prefix=f"Assis{count}")
        waiting = await made(database, edition, count, state=WAITLISTED, prefix=f"Attente{count}")
        async with database.writing() as session:
            for number, team_id in enumerate(seated):
                team = await session.get_one(Team, team_id)
                alone = await make_alone(session, edition, Persona(f"Seul{count}{number}", "Filao"), shown=True)
                await make_approach(session, edition, team, alone.id)
        await visitor.open(LIST)
        await visitor.submit(PREVIEW, choisies=seated, decision=REFUSED, reason="Désistement.")
        answered = await sent(visitor, database)
        assert answered.count == MOST_QUERIES, answered.statements
        assert await states(database, waiting) == [ACCEPTED] * count
        assert set(await approaches(database)) == {ApproachState.CLOSED}
    assert len(await approaches(database)) == 5


async def test_five_hundred_applications_are_answered_in_one_transaction(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    ids = await made(database, edition, 500, site="DIST")
    async with database.writing() as session:
        person = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        claire = await as_actor(session, person)
    async with database.writing() as session:
        held = await hold_applications(session, ids)
        answered = await answer_applications(
            session, claire, edition, dict.fromkeys(ids, 1), WAITLISTED, held=held, reason="Site complet.", now=NOW
        )
    assert (len(answered.teams), answered.left_out) == (500, [])
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Mail.id)).where(Mail.name == "team_decided")) == 1500
        assert await broken_line(session) is None
        last = await team_by_id(session, ids[-1])
    assert last is not None
    assert (last.state, last.version, last.queued_at) == (WAITLISTED, 2, last.submitted_at)
