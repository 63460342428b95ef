"""Inviting by mail and accepting: a page with a button, used once, by the address it was sent to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.ids import digest
from creathon.core.journal import JournalLine
from creathon.editions.models import Role
from creathon.mail.models import Mail
from creathon.teams.models import Team, TeamInvitation
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.teams import make_passeurs
from tests.personas import AWA, BASTIEN, CHLOE, DORIS, EMIL, NADIA, TEVA, ZOE
from tests.teams.acting import a_team, an_edition, invitation_path, mails_named, members_of, sign_in

GOOD = "girafe mauve sous orage"


async def invite(app: Creathon, database: Database, email: str, role: str = "conteur") -> str:
    """Awa invites an address; returns the path of the invitation."""
    async with Visitor(app) as captain:
        await sign_in(captain, database, AWA)
        await captain.open("/equipe")
        await captain.submit("/equipe/invitations", email=email, role=role)
        assert captain.status == 200, captain.errors
    return await invitation_path(database, email.strip().lower())


async def the_invitation(database: Database) -> TeamInvitation:
    async with database.reading() as session:
        return (await session.scalars(select(TeamInvitation))).one()


@pytest.mark.bar("A9")
async def test_an_invitation_read_twice_is_still_good_and_is_used_once(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    path = await invite(app, database, "  ZOE@exemple.test ")
    await sign_in(visitor, database, ZOE)
    await visitor.open(path)
    await visitor.open(path)
    assert "Awa R. vous propose de rejoindre l’équipe « Les Marches »" in visitor.text
    assert (await the_invitation(database)).accepted_at is None
    await visitor.submit(path)
    assert (visitor.path, visitor.title) == ("/equipe", "Les Marches")
    assert await members_of(database, team) == [(1, "Awa"), (2, "Zoe")]
    assert (await the_invitation(database)).accepted_at is not None
    await visitor.open(path)
    assert "Vous faites déjà partie de cette équipe." in visitor.text
    assert [mail.recipient for mail in await mails_named(database, "team_joined")] == [AWA.email]


@pytest.mark.bar("A9")
async def test_the_token_of_an_invitation_is_in_the_mail_only(app: Creathon, database: Database) -> None:
    await a_team(database, await an_edition(database), AWA)
    token = (await invite(app, database, ZOE.email)).rpartition("/")[2]
    assert len(token) >= 43
    assert (await the_invitation(database)).token_hash == digest(token)
    async with database.reading() as session:
        lines = [str(line.details) for line in await session.scalars(select(JournalLine))]
    assert not any(token in line or ZOE.email in line for line in lines)


async def test_somebody_without_account_makes_one_and_joins_at_once(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    path = await invite(app, database, "zoe@exemple.test")
    await visitor.open(path)
    await visitor.submit(path, given_name="Zoé", family_name="Nuage", age="adult", password="court")
    assert visitor.status == 422
    async with database.reading() as session:
        assert await session.scalar(select(Person).where(Person.email == "zoe@exemple.test")) is None
    await visitor.submit(path, password=GOOD)
    assert (visitor.path, visitor.title) == ("/equipe", "Les Marches")
    assert await members_of(database, team) == [(1, "Awa"), (2, "Zoé")]
    async with database.reading() as session:
        person = await session.scalar(select(Person).where(Person.email == "zoe@exemple.test"))
    assert person is not None
    assert person.verified_at is not None


async def test_somebody_with_an_account_signs_in_and_comes_back(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    path = await invite(app, database, ZOE.email)
    async with Visitor(app) as other:
        await sign_in(other, database, ZOE)
    await visitor.open(path)
    link = visitor.page.select_one("main a.btn")
    assert link is not None
    assert link["href"] == f"/connexion?suite={path}"
    await visitor.open(str(link["href"]))
    assert visitor.page.select_one("input[name=suite]")["value"] == path  # type: ignore[index]
    await sign_in(visitor, database, ZOE)
    await visitor.open(str(link["href"]))
    assert visitor.path == path
    await visitor.submit(path)
    assert len(await members_of(database, team)) == 2


async def test_another_account_cannot_use_the_invitation(visitor: Visitor, app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    path = await invite(app, database, ZOE.email)
    await sign_in(visitor, database, CHLOE)
    await visitor.open(path)
    assert "avec une autre adresse" in visitor.text
    assert ZOE.email not in visitor.response.text
    token = visitor.page.select_one("input[name=_csrf]")["value"]  # type: ignore[index]
    await visitor.post(path, _csrf=str(token))
    assert visitor.status == 403
    assert len(await members_of(database, team)) == 1
    assert (await the_invitation(database)).accepted_at is None


@pytest.mark.parametrize("end", ["expired", "withdrawn", "sent again"])
async def test_a_dead_invitation_is_said_so_and_gives_no_seat(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock, end: str
) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    path = await invite(app, database, ZOE.email)
    await sign_in(visitor, database, ZOE)
    await visitor.open(path)
    token = visitor.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
    if end == "expired":
        clock.move_to(clock.now() + timedelta(days=14))
        await sign_in(visitor, database, ZOE)
        await visitor.open("/equipe/rejoindre")
        token = visitor.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
    else:
        async with Visitor(app) as captain:
            await sign_in(captain, database, AWA)
            await captain.open("/equipe")
            await captain.submit(button="Retirer" if end == "withdrawn" else "Renvoyer")
            assert captain.flash
    await visitor.post(path, _csrf=str(token))
    assert visitor.status == (404 if end == "sent again" else 403)
    assert await members_of(database, team) == [(1, "Awa")]
    if end == "sent again":
        async with database.reading() as session:
            bodies = set(await session.scalars(select(Mail.body).where(Mail.name == "team_invitation")))
        links = {
            word.removeprefix("http://testserver") for body in bodies for word in body.split() if "/equipe/" in word
        }
        (new,) = links - {path}
        await visitor.open(new)
        await visitor.submit(new)
        assert visitor.title == "Les Marches"
    else:
        await visitor.open(path)
        assert "n’est plus valable" in visitor.text


async def test_an_unknown_invitation_is_not_there(visitor: Visitor, database: Database) -> None:
    await an_edition(database)
    await visitor.open("/equipe/invitation/inconnue")
    assert visitor.status == 404


async def test_pending_invitations_wait_on_the_page_of_the_team(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    await invite(app, database, ZOE.email)
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe")
    assert "Une invitation vous attend" in visitor.text
    action = str(visitor.form("/reponse")["action"])
    token = visitor.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
    async with Visitor(app) as stranger:
        await sign_in(stranger, database, CHLOE)
        await stranger.open("/equipe/rejoindre")
        theirs = stranger.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
        await stranger.post(action, _csrf=str(theirs))
        assert stranger.status == 404
    await visitor.post(action, _csrf=str(token))
    assert visitor.title == "Les Marches"
    assert await members_of(database, team) == [(1, "Awa"), (2, "Zoe")]


async def test_inviting_says_what_is_wrong(visitor: Visitor, app: Creathon, database: Database) -> None:
    await a_team(database, await an_edition(database), AWA, BASTIEN)
    await invite(app, database, ZOE.email)
    await sign_in(visitor, database, AWA)
    for address, sentence in (
        ("zoe", "ne semble pas complète"),
        ("Bastien@exemple.test", "fait déjà partie de votre équipe"),
        ("ZOE@exemple.test", "attend déjà une réponse"),
    ):
        await visitor.open("/equipe")
        await visitor.submit("/equipe/invitations", email=address)
        assert visitor.status == 422
        assert sentence in visitor.errors
        assert visitor.page.select_one("input[name=email]")["value"] == address  # type: ignore[index]
    assert len(await mails_named(database, "team_invitation")) == 1


async def test_invitations_stop_at_ten_waiting_and_at_five_members(visitor: Visitor, database: Database) -> None:
    await a_team(database, await an_edition(database), AWA, BASTIEN, CHLOE, DORIS)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    for number in range(10):
        await visitor.submit("/equipe/invitations", email=f"ami{number}@exemple.test")
        assert visitor.status == 200
    assert "Dix invitations attendent déjà une réponse." in visitor.text
    assert len(await mails_named(database, "team_invitation")) == 10


async def test_a_member_handles_only_the_invitations_they_sent(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    await a_team(database, await an_edition(database), AWA, BASTIEN)
    await invite(app, database, ZOE.email)
    await sign_in(visitor, database, BASTIEN)
    await visitor.open("/equipe")
    assert "Seules la personne qui a invité et la personne capitaine peuvent le faire." in visitor.text
    invitation = await the_invitation(database)
    token = visitor.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
    await visitor.post(f"/equipe/invitations/{invitation.id}/retrait", _csrf=str(token))
    assert visitor.status == 403
    await visitor.open("/equipe")
    await visitor.submit("/equipe/invitations", email="ami@exemple.test", role="conteur")
    await visitor.submit(button="Retirer")
    assert "ami@exemple.test" not in visitor.text
    assert (await the_first(database, ZOE.email)).withdrawn_at is None
    assert (await the_first(database, "ami@exemple.test")).withdrawn_at is not None


async def the_first(database: Database, email: str) -> TeamInvitation:
    async with database.reading() as session:
        return (await session.scalars(select(TeamInvitation).where(TeamInvitation.email == email))).one()


@pytest.mark.bar("C30", "C31")
async def test_an_invitation_of_another_team_is_not_there(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA)
    async with database.writing() as session:
        await make_passeurs(session, edition)
    await invite(app, database, ZOE.email)
    invitation = await the_invitation(database)
    await sign_in(visitor, database, TEVA)
    await visitor.open("/equipe")
    token = visitor.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
    answers = []
    for invitation_id in (invitation.id, "000000000000"):
        for act in ("retrait", "renvoi", "reponse"):
            await visitor.post(f"/equipe/invitations/{invitation_id}/{act}", _csrf=str(token))
            answers.append((visitor.status, str(visitor.page.select_one("[data-error-message]"))))
    assert {status for status, _message in answers} == {404}
    assert len(set(answers)) == 1
    assert (await the_invitation(database)).withdrawn_at is None


async def test_an_invited_juror_or_member_of_a_team_reads_why_they_cannot(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    async with database.writing() as session:
        await make_passeurs(session, edition)
        await make_holder(session, NADIA, Role.JUROR, edition)
    for persona, reason in ((NADIA, "Les membres du jury"), (TEVA, "Vous êtes déjà dans une équipe")):
        path = await invite(app, database, persona.email)
        await sign_in(visitor, database, persona)
        await visitor.open(path)
        assert reason in visitor.text
        token = visitor.page.select_one("input[name=_csrf]")["value"]  # type: ignore[index]
        await visitor.post(path, _csrf=str(token))
        assert visitor.status == 403
    assert await members_of(database, team) == [(1, "Awa")]


async def test_an_invitation_to_a_full_team_is_refused_and_stays(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team: Team = await a_team(database, edition, AWA, BASTIEN, CHLOE, DORIS)
    path = await invite(app, database, ZOE.email)
    async with Visitor(app) as other:
        await sign_in(other, database, EMIL)
        await other.open("/equipe/rejoindre")
        await other.submit(code=team.code, role="conteur")
    await sign_in(visitor, database, ZOE)
    await visitor.open(path)
    assert "L’équipe est complète : 5 personnes au plus." in visitor.text
    assert (await the_invitation(database)).accepted_at is None
