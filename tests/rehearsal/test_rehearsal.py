"""The dress rehearsal: its clock, its invented people, its silence; and what the clock sends of itself."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, EditionState, Role
from creathon.editions.planned import planned_between
from creathon.editions.queries import edition_by_slug, load_sites
from creathon.mail.delivery import Postman
from creathon.mail.models import Mail, MailState
from creathon.rehearsal.rules import jumps
from creathon.teams.models import ApplicationState, Team
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import make_holder
from tests.factories.editions import CREATION_OPENS, make_edition, paris, site_of
from tests.factories.jury import make_rubric, put_in_words
from tests.factories.teams import make_team
from tests.personas import AWA, CLAIRE, SAMIR, TEVA
from tests.queries import count_queries

SENDER = "ne-pas-repondre@exemple.test"
STAGE = "/coordination/repetition"
SLUG = "2027-repetition-1"


class Kept:
    """A transport that keeps the addresses it was asked to write to."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def send(self, message: object, mail_id: str) -> None:
        self.to.append(str(message["To"]))  # type: ignore[index]


@pytest.fixture
async def edition(database: Database) -> Edition:
    """« Créathon 2027 » with its grid, its coordination and a real team in preparation."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_rubric(session, edition)
        await make_team(session, edition, [AWA])
    return edition


async def person_of(database: Database, email: str) -> Person:
    async with database.reading() as session:
        person = await session.scalar(select(Person).where(Person.email == email))
    assert person is not None
    return person


async def rehearsing(visitor: Visitor, database: Database) -> Edition:
    """Claire has made a rehearsal and stands in it."""
    await visitor.sign_in_as(await person_of(database, CLAIRE.email))
    await visitor.open(STAGE)
    await visitor.submit("/coordination/repetition/nouvelle")
    assert "La répétition est prête." in visitor.flash
    return await stored(database)


async def stored(database: Database, slug: str = SLUG) -> Edition:
    async with database.reading() as session:
        edition = await edition_by_slug(session, slug)
        assert edition is not None
        await load_sites(session, edition)
    return edition


async def mails(database: Database, name: str) -> Sequence[Mail]:
    async with database.reading() as session:
        return (await session.scalars(select(Mail).where(Mail.name == name))).all()


async def test_a_rehearsal_copies_the_calendar_and_keeps_the_theme_secret(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    made = await rehearsing(visitor, database)
    assert [(one.title, one.opens_at) for one in made.phases] == [(one.title, one.opens_at) for one in edition.phases]
    assert edition.theme.title not in visitor.response.text
    assert made.theme.title == "Thème de répétition"
    async with Visitor(app) as stranger:
        for path in (f"/edition/{SLUG}", "/editions", "/"):
            await stranger.open(path)
            assert "Répétition" not in stranger.response.text
        await stranger.open(f"/edition/{SLUG}")
        assert stranger.status == 404
        await stranger.sign_in_as(await person_of(database, AWA.email))
        await stranger.open(f"/edition/{SLUG}")
        assert stranger.status == 404


@pytest.mark.bar("F73")
async def test_the_clock_of_a_rehearsal_moves_and_the_real_one_does_not(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await rehearsing(visitor, database)
    await visitor.submit(button="Mettre l’horloge", at="2027-05-19T08:59:00")
    assert "mercredi 19 mai 2027 à 8 h 59" in visitor.flash
    await visitor.open("/")
    assert "Thème de répétition" not in visitor.text
    await visitor.open(STAGE)
    await visitor.submit(button="Mettre l’horloge", at="2027-05-19T09:00:00")
    await visitor.open("/")
    assert "Thème de répétition" in visitor.text
    assert "il est mercredi 19 mai 2027 à 9 h 00" in " ".join(visitor.page.get_text(" ").split())
    async with Visitor(app) as stranger:
        await stranger.open("/")
        assert edition.theme.title not in stranger.response.text
        assert "Candidatures" in stranger.text


async def test_a_captain_is_played_and_nothing_leaves(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    await rehearsing(visitor, database)
    lou = await person_of(database, f"lou.{SLUG}@repetition.invalid")
    await visitor.submit(f"/coordination/repetition/roles/{lou.id}")
    assert "Vous jouez Lou Essai." in visitor.flash
    await visitor.open("/equipe")
    assert "Les Répétitrices" in visitor.text
    await visitor.submit("/equipe/candidature")
    async with database.reading() as session:
        team = await session.scalar(select(Team).where(Team.name == "Les Répétitrices"))
        assert team is not None
        assert team.state == ApplicationState.SUBMITTED
    written = await mails(database, "team_submitted")
    assert len(written) == 3
    transport = Kept()
    clock.advance(timedelta(days=2))
    await Postman(database, transport, clock, SENDER, planned_between).deliver_due()
    assert not [address for address in transport.to if address.endswith(".invalid")]
    assert AWA.email in transport.to or transport.to == []
    assert {mail.state for mail in await mails(database, "team_submitted")} == {MailState.QUEUED}


async def test_messages_of_a_rehearsal_stay_even_to_a_real_address(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    """A coordinator invites a real person from inside the rehearsal: the message is written and read, never sent."""
    await rehearsing(visitor, database)
    await visitor.open("/coordination/invitations")
    await visitor.submit("/coordination/invitations", email="vraie.personne@exemple.test", role="juror")
    assert len(await mails(database, "account_invitation")) == 1
    transport = Kept()
    clock.advance(timedelta(hours=1))
    await Postman(database, transport, clock, SENDER, planned_between).deliver_due()
    assert "vraie.personne@exemple.test" not in transport.to
    await visitor.open(STAGE)
    assert "vraie.personne@exemple.test" in visitor.text


async def test_an_invented_person_has_no_password_and_no_other_edition(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await rehearsing(visitor, database)
    lou = await person_of(database, f"lou.{SLUG}@repetition.invalid")
    async with Visitor(app) as stranger:
        await stranger.open("/mot-de-passe")
        await stranger.submit("/mot-de-passe", email=lou.email)
    assert [mail for mail in await mails(database, "account_reset") if mail.recipient == lou.email] == []
    await visitor.submit(f"/coordination/repetition/roles/{lou.id}")
    await visitor.open("/editions")
    await visitor.submit(button="Travailler dans Créathon 2027")
    assert visitor.status == 403
    assert "inventée pour une répétition" in visitor.response.text


async def test_a_real_person_is_never_played(visitor: Visitor, database: Database, edition: Edition) -> None:
    await rehearsing(visitor, database)
    token = visitor.page.select_one("input[name=_csrf]")
    assert token is not None
    for email in (AWA.email, SAMIR.email):
        real = await person_of(database, email)
        await visitor.post(f"{STAGE}/roles/{real.id}", _csrf=str(token["value"]))
        assert visitor.status == 404
    await visitor.open("/compte")
    assert CLAIRE.email in visitor.text


async def test_only_the_coordination_directs(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    made = await rehearsing(visitor, database)
    camille = await person_of(database, f"camille.{SLUG}@repetition.invalid")
    async with Visitor(app) as other:
        await other.sign_in_as(camille)
        await other.open(STAGE)
        assert other.status == 403
        await other.open("/coordination")
        assert other.status == 200
        assert made.title in other.text
    async with Visitor(app) as other:
        await other.sign_in_as(await person_of(database, SAMIR.email))
        await other.open(STAGE)
        assert other.status == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2027-03-28T02:30:00", "Cette heure n’existe pas"),
        ("", "Ce champ est obligatoire."),
        ("hier", "Écrivez une date et une heure"),
    ],
)
async def test_a_bad_time_is_refused_in_words(
    visitor: Visitor, database: Database, edition: Edition, typed: str, said: str
) -> None:
    await rehearsing(visitor, database)
    await visitor.submit(button="Mettre l’horloge", at=typed)
    assert visitor.status == 422
    assert said in visitor.errors
    assert (await stored(database)).clock_seconds == 0


async def test_a_clock_too_far_is_refused(visitor: Visitor, database: Database, edition: Edition) -> None:
    await rehearsing(visitor, database)
    await visitor.submit(button="Mettre l’horloge", at="2099-05-19T09:00:00")
    assert visitor.status == 403
    assert "jusqu’à trois ans d’écart" in visitor.response.text


async def test_the_end_archives_and_comes_back(visitor: Visitor, database: Database, edition: Edition) -> None:
    await rehearsing(visitor, database)
    await visitor.submit("/coordination/repetition/fin")
    assert "Vous êtes de retour dans l’édition." in visitor.flash
    assert "Préparer une répétition" in visitor.text
    assert (await stored(database)).state == EditionState.ARCHIVED
    lou = await person_of(database, f"lou.{SLUG}@repetition.invalid")
    assert lou.disabled_at is not None


async def test_what_would_leave_is_what_leaves_then(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    """Applications close on 1 April at midnight: the captain is reminded 72 h before, at midnight of 29 March."""
    async with database.writing() as session:
        await make_team(session, edition, [TEVA], name="Les Passeurs", site="RUN", state=ApplicationState.DRAFT)
    await visitor.sign_in_as(await person_of(database, CLAIRE.email))
    await visitor.open(f"{STAGE}?jusqua=2027-03-28T23:59:59")
    assert "0 message" in visitor.text
    await visitor.open(f"{STAGE}?jusqua=2027-03-29T00:00:00")
    assert "2 messages" in visitor.text
    told = [AWA.email, TEVA.email]
    assert all(email in visitor.text for email in told)
    transport = Kept()
    postman = Postman(database, transport, clock, SENDER, planned_between)
    clock.move_to(paris(2027, 3, 28, 23, 59))
    assert await postman.write_planned() == 0
    clock.move_to(paris(2027, 3, 29, 0, 0, 30))
    assert await postman.write_planned() == 2
    clock.advance(timedelta(minutes=5))
    assert await postman.write_planned() == 0
    await postman.deliver_due()
    assert sorted(transport.to) == sorted(told)
    reminder = (await mails(database, "team_not_sent"))[0]
    assert "jusqu’au mercredi 31 mars 2027 à 23 h 59 min 59 s" in " ".join(reminder.body.split())


@pytest.mark.bar("C37")
async def test_a_team_that_sent_its_application_is_not_reminded(
    database: Database, clock: MovableClock, app: Creathon, edition: Edition
) -> None:
    async with database.writing() as session:
        team = await session.scalar(select(Team))
        assert team is not None
        team.state = ApplicationState.SUBMITTED
    clock.move_to(paris(2027, 3, 29, 1))
    postman = Postman(database, Kept(), clock, SENDER, planned_between)
    assert await postman.write_planned() == 0


async def test_a_rehearsal_reminds_by_its_own_clock(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    await rehearsing(visitor, database)
    await visitor.submit(button="Mettre l’horloge", at="2027-03-28T12:00:00")
    assert "2 messages" in visitor.text
    assert "lou.2027-repetition-1@repetition.invalid" in visitor.text
    assert AWA.email not in visitor.text
    await visitor.submit(button="Mettre l’horloge", at="2027-03-29T00:00:30")
    postman = Postman(database, Kept(), clock, SENDER, planned_between)
    assert await postman.write_planned() == 2
    assert clock.now() < NOW + timedelta(hours=1)


async def test_what_would_leave_of_a_rehearsal_is_in_the_words_of_its_edition_and_never_leaves(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    """« Ce qui partirait demain à 8 h » has the subject of the edition; what is written then has its text."""
    async with database.writing() as session:
        await put_in_words(session, edition, "team_not_sent", "Il reste trois jours.", subject="Osez !")
    await rehearsing(visitor, database)
    await visitor.submit(button="Mettre l’horloge", at="2027-03-28T12:00:00")
    await visitor.open(STAGE)
    assert "2 messages" in visitor.text
    rows = [" ".join(row.get_text(" ").split()) for row in visitor.page.select("tr")]
    assert len([row for row in rows if f"Osez ! lou.{SLUG}@repetition.invalid" in row]) == 1
    assert await mails(database, "team_not_sent") == []
    await visitor.submit(button="Mettre l’horloge", at="2027-03-29T08:00:00")
    transport = Kept()
    postman = Postman(database, transport, clock, SENDER, planned_between)
    assert await postman.write_planned() == 2
    written = await mails(database, "team_not_sent")
    assert {mail.subject for mail in written} == {"Osez !"}
    assert all("Bonjour Lou,\n\nIl reste trois jours.\n\n" in mail.body for mail in written if "lou." in mail.recipient)
    clock.advance(timedelta(hours=1))
    await postman.deliver_due()
    assert transport.to == []
    assert {mail.state for mail in await mails(database, "team_not_sent")} == {MailState.QUEUED}


async def test_the_pages_cost_the_same_with_one_and_three_rehearsals(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    claire = await person_of(database, CLAIRE.email)
    counts = []
    for number in range(3):
        await visitor.sign_in_as(claire)
        async with database.writing() as session:
            person = await session.get(Person, claire.id)
            assert person is not None
            person.edition_id = edition.id
        await visitor.open(STAGE)
        await visitor.submit("/coordination/repetition/nouvelle")
        with count_queries(database) as on_stage:
            await visitor.open(STAGE)
        async with database.writing() as session:
            person = await session.get(Person, claire.id)
            assert person is not None
            person.edition_id = edition.id
        with count_queries(database) as offered:
            await visitor.open(STAGE)
        if number != 1:
            counts.append((on_stage.count, offered.count))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 12


def test_the_opening_of_the_creation_is_among_the_jumps(edition: Edition) -> None:
    assert CREATION_OPENS in [jump.at for jump in jumps(edition)]
