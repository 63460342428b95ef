"""Moving a phase of an announced calendar: who is shown and told, what two people must agree on."""

import asyncio

import pytest
from sqlalchemy import func, select

from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.actions.calendar import steps_of
from creathon.editions.models import Edition, EditionState, PhaseChange, PhaseProposal, Role
from creathon.editions.queries import day_steps, edition_by_slug
from creathon.mail.models import Mail
from creathon.teams.models import ApplicationState
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import CREATION_CLOSES, launch_phase, make_edition, paris, site_of
from tests.factories.teams import make_alone, make_team
from tests.personas import (
    AWA,
    BASTIEN,
    CHLOE,
    CLAIRE,
    DORIS,
    EMIL,
    HUGO,
    LEILA,
    NADIA,
    OMAR,
    SAMIR,
    TEVA,
    ZOE,
    Persona,
)
from tests.queries import count_queries

REASON = "Panne d’électricité à Poitiers."
EARLIER, LATER = {"closes_at": "2027-05-20T08:00"}, {"closes_at": "2027-05-20T10:00"}


@pytest.fixture
async def edition(database: Database) -> Edition:
    """Two national coordinators, one of a site, two teams (one withdrawn), a juror, a mentor, somebody."""
    async with database.writing() as session:
        edition = await make_edition(session)
        for persona in (CLAIRE, LEILA):
            await make_holder(session, persona, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, NADIA, Role.JUROR, edition)
        await make_holder(session, OMAR, Role.MENTOR, edition)
        await make_team(session, edition, (AWA, BASTIEN, CHLOE))
        gone = await make_team(session, edition, (TEVA, DORIS), name="Les Passeurs", site="RUN")
        gone.state = ApplicationState.WITHDRAWN
        await make_person(session, ZOE)
        (await make_person(session, EMIL)).verified_at = None
    return edition


async def as_(visitor: Visitor, database: Database, persona: Persona) -> Visitor:
    async with database.reading() as session:
        person = await person_by_email(session, persona.email)
    assert person is not None
    await visitor.sign_in_as(person)
    return visitor


async def stored(database: Database) -> Edition:
    async with database.reading() as session:
        edition = await edition_by_slug(session, "2027")
    assert edition is not None
    return edition


async def told(database: Database) -> dict[str, str]:
    async with database.reading() as session:
        mails = await session.scalars(select(Mail).where(Mail.name == "phase_moved"))
        return {mail.recipient: mail.body for mail in mails}


async def propose(visitor: Visitor, edition: Edition, **changes: str) -> None:
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    await visitor.submit(**(changes or EARLIER), reason=REASON)
    await visitor.submit(button="ce c")


async def proposal_path(database: Database) -> str:
    async with database.reading() as session:
        return f"/coordination/propositions/{await session.scalar(select(PhaseProposal.id))}"


def audience(visitor: Visitor, name: str) -> list[str]:
    """The cells of a line of the preview: what changes, how many people, whether they get a message."""
    row = next(row for row in visitor.page.select("table tr") if (th := row.find("th")) and name in th.get_text())
    return [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]


@pytest.mark.bar("F82")
async def test_before_saving_one_sees_what_changes_for_whom_and_how_many(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    await visitor.submit(**LATER, reason=REASON)
    lines, people, mailed = audience(visitor, "Membres des équipes")
    assert "Le dépôt des projets ferme 1 heure plus tard : jeudi 20 mai 2027 à 10 h 00 (heure de Paris)." in lines
    assert (people, mailed) == ("3", "oui")
    lines, people, mailed = audience(visitor, "Jurés")
    assert "L’évaluation ouvre 1 heure plus tard : jeudi 20 mai 2027 à 10 h 00 (heure de Paris)." in lines
    assert (people, mailed) == ("1", "oui")
    assert audience(visitor, "Coordination")[1:] == ["3", "oui"]
    assert "Mentors" not in visitor.text
    assert "sans équipe" not in visitor.text
    assert "7 personnes recevront un message" in visitor.text
    assert audience(visitor, "Évaluation")[0].startswith("du jeudi 20 mai 2027 à 9 h 00")
    assert await told(database) == {}


async def test_those_without_a_team_are_counted_and_not_written_to(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{edition.phases[0].id}")
    await visitor.submit(closes_at="2027-04-10T00:00", reason=REASON)
    lines, people, mailed = audience(visitor, "sans équipe")
    assert lines == (
        "Le dépôt des candidatures ferme 9 jours plus tard : vendredi 9 avril 2027 à 23 h 59 min 59 s (heure de Paris)."
    )
    assert (people, mailed) == ("1", "non, la page de l’édition le dira"), "Zoe alone"
    await visitor.submit(button="Enregistrer ce calendrier")
    assert ZOE.email not in await told(database)


@pytest.mark.bar("F82")
async def test_people_who_apply_alone_are_written_to(visitor: Visitor, database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        await make_alone(session, edition, ZOE)
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{edition.phases[0].id}")
    await visitor.submit(closes_at="2027-04-10T00:00", reason=REASON)
    _lines, people, mailed = audience(visitor, "candidatent seules")
    assert (people, mailed) == ("1", "oui")
    await visitor.submit(button="Enregistrer ce calendrier")
    assert "vendredi 9 avril 2027" in " ".join((await told(database))[ZOE.email].split())


@pytest.mark.bar("F82")
async def test_the_steps_of_the_end_follow_the_end_of_the_creation(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        session.add_all(steps_of(edition, [(0, "Départ"), (1380, "Essai"), (1440, "Fermeture"), (1450, "Récépissés")]))
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    await visitor.submit(**LATER, reason=REASON)
    await visitor.submit(button="Enregistrer ce calendrier")
    async with database.reading() as session:
        steps = [(step.minutes, step.title) for step in await day_steps(session, edition.id)]
    assert steps == [(0, "Départ"), (1380, "Essai"), (1500, "Fermeture"), (1510, "Récépissés")]
    await visitor.open("/edition/2027")
    assert "Fermeture des dépôts" not in visitor.text
    assert "jeudi 20 mai 2027 à 10 h 00 (heure de Paris)" in visitor.text.split("Fermeture")[0][-80:]


@pytest.mark.bar("F82")
async def test_each_person_concerned_is_written_to_once_with_their_own_changes(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    await visitor.submit(**LATER, reason=REASON)
    await visitor.submit(button="Enregistrer ce calendrier")
    mails = await told(database)
    assert set(mails) == {who.email for who in (AWA, BASTIEN, CHLOE, NADIA, CLAIRE, LEILA, SAMIR)}
    assert "Le dépôt des projets ferme 1\u00a0heure plus tard" in mails[AWA.email]
    assert "L’évaluation" not in mails[AWA.email]
    assert "L’évaluation ouvre 1\u00a0heure plus tard" in mails[NADIA.email]
    assert all(REASON in body for body in mails.values())
    assert "Claire" not in mails[AWA.email].replace("Claire,", "")
    assert "Modifié par Claire Bruyere." in mails[LEILA.email]


@pytest.mark.bar("F82")
async def test_what_takes_time_away_waits_for_a_second_person(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    await visitor.submit(**EARLIER, reason=REASON)
    assert "une seconde personne de la coordination nationale doit le confirmer" in visitor.text
    await visitor.submit(button="Proposer ce changement")
    assert "attend l’accord d’une seconde personne" in visitor.flash
    assert "proposé par Claire Bruyere" in visitor.text
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2027")
        assert REASON not in stranger.response.text
    assert await told(database) == {}
    path = await proposal_path(database)
    await visitor.open(path)
    assert "Vous avez proposé ce changement" in visitor.text
    async with Visitor(app) as other:
        await as_(other, database, LEILA)
        await other.open(path)
        assert "Le dépôt des projets ferme 1 heure plus tôt" in other.text
        await other.submit(button="Confirmer et appliquer")
        assert "Le calendrier est modifié" in other.flash
    assert launch_phase(await stored(database)).closes_at == paris(2027, 5, 20, 8)
    mails = await told(database)
    assert len(mails) == 7
    assert "Modifié par Claire Bruyere, avec l’accord de Leila Sentier." in mails[SAMIR.email]
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2027")
        assert REASON in stranger.text
        assert "par deux personnes de la coordination nationale" in stranger.text
        assert "Claire" not in stranger.response.text
    async with database.reading() as session:
        lines = list(await session.scalars(select(JournalLine).where(JournalLine.verb.startswith("phase."))))
        change = await session.scalar(select(PhaseChange).limit(1))
    by = {line.verb: line for line in lines}
    assert change is not None
    assert by["phase.proposed"].actor_id == change.changed_by == by["phase.moved"].details["proposed_by"]
    assert by["phase.moved"].actor_id == change.confirmed_by != change.changed_by


async def test_the_author_cannot_confirm_even_without_the_button(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await propose(visitor, edition)
    await visitor.open(await proposal_path(database))
    await visitor.submit(button="Retirer ma proposition", step="confirm")
    assert visitor.status == 403
    assert "une autre personne doit le confirmer" in visitor.response.text
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES
    await visitor.open(await proposal_path(database))
    await visitor.submit(button="Retirer ma proposition")
    assert "La proposition est écartée" in visitor.flash
    await visitor.open(await proposal_path(database))
    assert "Cette proposition a déjà reçu sa réponse." in visitor.text


async def test_a_proposal_from_another_calendar_is_worth_nothing(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await propose(visitor, edition)
    async with Visitor(app) as other:
        await as_(other, database, LEILA)
        await other.open(await proposal_path(database))
        page = other.response
        await other.open(f"/coordination/phases/{edition.phases[-1].id}")
        await other.submit(closes_at="2029-03-01T00:00", reason="Plus long.")
        await other.submit(button="Enregistrer ce calendrier")
        other.response = page
        await other.submit(button="Confirmer et appliquer")
        assert other.status == 403
        assert "Le calendrier a changé depuis" in other.response.text
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES


@pytest.mark.bar("F82", "G87")
async def test_two_people_who_confirm_together_apply_it_once(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_holder(session, HUGO, Role.NATIONAL_COORDINATOR, edition)
    await as_(visitor, database, CLAIRE)
    await propose(visitor, edition)
    path = await proposal_path(database)
    async with Visitor(app) as one, Visitor(app) as two:
        for other, persona in ((one, LEILA), (two, HUGO)):
            await as_(other, database, persona)
            await other.open(path)
        await asyncio.gather(*(other.submit(button="Confirmer et appliquer") for other in (one, two)))
        assert sorted([one.status, two.status]) == [200, 409]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(PhaseChange.id))) == 2, "the creation, and what opens after it"
        assert await session.scalar(select(func.count(Mail.id)).where(Mail.name == "phase_moved")) == 8


async def test_somebody_alone_is_told_to_invite_another(visitor: Visitor, database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        alone = await make_edition(session, slug="2028", title="Créathon 2028")
        hugo = await make_holder(session, HUGO, Role.NATIONAL_COORDINATOR, alone)
    await visitor.sign_in_as(hugo)
    await visitor.open(f"/coordination/phases/{launch_phase(alone).id}")
    await visitor.submit(**EARLIER, reason=REASON)
    assert "Vous êtes la seule personne de la coordination nationale" in visitor.text
    assert visitor.page.select("main a[href='/coordination/invitations']")


async def test_a_calendar_on_paper_is_not_moved_phase_by_phase(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        held = await edition_by_slug(session, "2027")
        claire = await person_by_email(session, CLAIRE.email)
        assert held is not None
        assert claire is not None
        held.state, claire.edition_id = EditionState.DRAFT, held.id
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    assert visitor.status == 403
    assert "son calendrier se modifie en entier" in visitor.response.text
    await visitor.open("/coordination/phases")
    assert "Modifier le calendrier" in visitor.text


async def test_proposals_are_for_the_national_coordination_of_that_edition(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await propose(visitor, edition)
    path = await proposal_path(database)
    await as_(visitor, database, SAMIR)
    await visitor.open(path)
    assert visitor.status == 403
    await visitor.open("/coordination/phases")
    assert "proposé par" not in visitor.text
    async with database.writing() as session:
        other = await make_edition(session, slug="2028", title="Créathon 2028")
        hugo = await make_holder(session, HUGO, Role.NATIONAL_COORDINATOR, other)
    await visitor.sign_in_as(hugo)
    await visitor.open(path)
    assert visitor.status == 404


async def test_the_preview_asks_the_same_whatever_the_number_of_people(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    counts = set()
    for team in ("Trois", "Quatre"):
        await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
        with count_queries(database) as asked:
            await visitor.submit(**LATER, reason=REASON)
        counts.add(asked.count)
        async with database.writing() as session:
            persona = {"Trois": Persona("Rita", "Un"), "Quatre": Persona("Sam", "Deux")}[team]
            await make_team(session, edition, (persona,), name=team)
    assert len(counts) == 1
    assert max(counts) < 12
