"""/projet/diffusion: each member says yes or no longer, for themselves, in whatever edition."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from creathon.accounts.models import AgeBand
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import NotThere
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, EditionState, Role
from creathon.projects.actions.images import give_image_consent, withdraw_image_consent
from creathon.projects.models import ImageConsent
from creathon.projects.rules.images import OF_A_CLASS, agreed, last_day, may_broadcast
from creathon.teams.models import Authorisation, AuthorisedAct, Team, TeamKind, TeamMember, TeamRole
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import AFTER_PALMARES, CREATION, make_edition, site_of
from tests.factories.teams import make_passeurs
from tests.personas import SAMIR
from tests.policy.running import mark_of
from tests.projects.broadcasting import ABSENT, LAST_DAY, NO, NOT_ALL, PAGE, YES, World, is_shown
from tests.projects.conftest import Scene


async def test_a_member_speaks_for_themselves_alone(
    app: Creathon, visitor: Visitor, world: World, database: Database
) -> None:
    async with Visitor(app) as awa:
        await awa.sign_in_as(world.scene.people[0])
        await awa.open(PAGE)
        assert "0 personne a dit oui, sur 3." in awa.text
        await awa.submit(button=YES)
        assert "Votre accord est noté, jusqu’au mardi 18 juin 2030." in awa.flash
        form = {str(one["name"]): str(one["value"]) for one in awa.form("retrait").select("input")}
        for name in ("person_id", "person", "member", "team_id"):
            await awa.post(PAGE, **{**form, name: world.scene.people[1].id, "_once": f"once-{name}"})
        assert "1 personne a dit oui, sur 3." in (await awa.open(PAGE)).text
    async with database.reading() as session:
        (consent,) = await session.scalars(select(ImageConsent))
        said = (consent.person_id, consent.team_id, consent.ends_on)
        assert said == (world.scene.people[0].id, world.scene.team.id, LAST_DAY)
        lines = list(await session.scalars(select(JournalLine).where(JournalLine.verb.startswith("image."))))
    (line,) = lines
    assert (line.actor_id, line.verb) == (world.scene.people[0].id, "image.consented"), "the repeats changed nothing"
    assert line.details == {"team": world.scene.team.id}
    assert not await is_shown(visitor, world)


async def test_twice_changes_nothing(scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        team = await team_by_id(session, scene.team.id)
        assert team is not None
        first = await give_image_consent(session, scene.awa, team, scene.edition, now=CREATION)
        later = CREATION + timedelta(days=1)
        assert await give_image_consent(session, scene.awa, team, scene.edition, now=later) is first
        assert (first.given_at, first.ends_on) == (CREATION, date(2030, 5, 19))
        for _time in range(2):
            await withdraw_image_consent(session, scene.awa, team, scene.edition, now=later)
        assert first.withdrawn_at == later
        again = await give_image_consent(session, scene.awa, team, scene.edition, now=later)
        assert (again.id != first.id, again.ends_on) == (True, date(2030, 5, 20))
    async with database.reading() as session:
        verbs = list(await session.scalars(select(JournalLine.verb).order_by(JournalLine.sequence)))
        assert await session.scalar(select(func.count(ImageConsent.id))) == 2
    assert [verb for verb in verbs if verb.startswith("image.")] == [
        "image.consented", "image.withdrawn", "image.consented",
    ]  # fmt: skip


async def test_another_team_speaks_for_itself(app: Creathon, visitor: Visitor, world: World) -> None:
    edition, team = world.scene.edition, world.scene.team
    await world.agree()
    async with world.database.writing() as session:
        teva = (await make_passeurs(session, edition)).members[0].person
        actor = await as_actor(session, teva)
        with pytest.raises(NotThere):
            await give_image_consent(session, actor, team, edition, now=CREATION)
        await withdraw_image_consent(session, actor, team, edition, now=CREATION)
    async with Visitor(app) as browser:
        await browser.sign_in_as(teva)
        await browser.open(PAGE)
        assert "0 personne a dit oui, sur 3." in browser.text
        assert "Les Marches" not in browser.text
        await browser.submit(button=YES)
        assert "1 personne a dit oui, sur 3." in (await browser.open(PAGE)).text
        await browser.submit(button=NO)
        found = await browser.http.get(f"{PAGE}?equipe={team.id}")
        nowhere = await browser.http.get(f"{PAGE}?equipe={ABSENT}")
        assert (found.status_code, mark_of(found)) == (404, mark_of(nowhere))
        await not_theirs(browser, team)
    assert await is_shown(visitor, world)


async def test_a_coordinator_and_who_is_not_signed_in_speak_for_nobody(
    app: Creathon, visitor: Visitor, world: World
) -> None:
    edition = world.scene.edition
    await world.agree()
    async with world.database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    async with Visitor(app) as browser:
        await browser.open(PAGE)
        assert browser.path == "/connexion"
        await browser.sign_in_as(samir)
        await browser.open(PAGE)
        assert (browser.status, "Vous n’avez pas encore d’équipe" in browser.text) == (403, True)
        await not_theirs(browser, world.scene.team)
    async with world.database.reading() as session:
        kept = await session.scalars(select(ImageConsent))
        assert [one.withdrawn_at for one in kept] == [None] * 3
    assert await is_shown(visitor, world)


async def not_theirs(browser: Visitor, team: Team) -> None:
    """A team that is not the reader’s is as one that does not exist."""
    token = str((await browser.open("/compte")).page.select("[name=_csrf]")[0]["value"])
    for path in (PAGE, f"{PAGE}/retrait"):
        for team_id in (team.id, ABSENT, ""):
            await browser.post(path, _csrf=token, _once=f"{path}{team_id}", equipe=team_id)
            assert (browser.status, team.name in browser.text) == (404, False)


async def test_the_adults_of_a_class_are_not_asked_and_withdraw_what_they_said_before(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await session.execute(update(Team).where(Team.id == scene.team.id).values(kind=TeamKind.CLASS))
    await awa.open(PAGE)
    assert OF_A_CLASS in awa.text
    assert YES not in awa.text
    token = str(awa.page.select("[name=_csrf]")[0]["value"])
    await awa.post(PAGE, _csrf=token, _once="once-class", equipe=scene.team.id)
    assert (awa.status, OF_A_CLASS in awa.text) == (403, True)
    async with database.writing() as session:
        assert await session.scalar(select(func.count(ImageConsent.id))) == 0
        consent = ImageConsent(team_id=scene.team.id, person_id=scene.people[0].id, given_at=CREATION, ends_on=LAST_DAY)
        session.add(consent)
    await awa.open(PAGE)
    await awa.submit(button=NO)
    async with database.reading() as session:
        assert (await session.scalars(select(ImageConsent.withdrawn_at))).one() is not None


async def test_one_withdraws_from_an_edition_that_is_over_whose_videos_are_still_public(
    app: Creathon, visitor: Visitor, world: World, clock: MovableClock
) -> None:
    """Without an edition at hand, and with the team of another one."""
    await world.agree(0, 1, 2)
    clock.move_to(AFTER_PALMARES.replace(year=2029))
    await world.change(update(Edition).values(state=EditionState.ARCHIVED))
    assert await is_shown(visitor, world)
    async with Visitor(app) as bastien:
        await bastien.sign_in_as(world.scene.people[1])
        await bastien.open(PAGE)
        assert "Les Marches" in bastien.text
        await bastien.submit(button=NO)
        assert not await is_shown(visitor, world)
        await bastien.submit(button=YES)
        assert await is_shown(visitor, world)
        async with world.database.writing() as session:
            edition = await make_edition(session, slug="2029", title="Créathon 2029")
            later = Team(
                edition_id=edition.id, site_id=site_of(edition, "POI").id, name="Les Ponts", name_key="les ponts",
                code="PONTS", created_at=AFTER_PALMARES,
            )  # fmt: skip
            session.add(later)
            await session.flush()
            seat = TeamMember(
                team_id=later.id, edition_id=edition.id, person_id=world.scene.people[1].id, seat=1,
                role=TeamRole.CONTEUR, joined_at=AFTER_PALMARES.replace(year=2029),
            )  # fmt: skip
            session.add(seat)
        await bastien.open(PAGE)
        assert "0 personne a dit oui, sur 1." in bastien.text
        await bastien.open(str(bastien.page.select(f"main a[href^='{PAGE}?equipe']")[0]["href"]))
        assert "3 personnes ont dit oui, sur 3." in bastien.text
        await bastien.submit(button=NO)
        assert "2 personnes ont dit oui, sur 3." in bastien.text
    assert not await is_shown(visitor, world)


async def test_the_page_says_what_is_asked_and_is_found(awa: Visitor, world: World, clock: MovableClock) -> None:
    await awa.sign_in_as(world.scene.people[0])
    await awa.open("/projet")
    assert awa.page.select_one(f"#video-jointe a[href='{PAGE}']") is not None
    await awa.open(str(awa.page.select("#recepisses a")[0]["href"]))
    assert "Récépissé" in awa.title
    assert awa.page.select_one(f"main a[href='{PAGE}']") is not None
    await awa.open(PAGE)
    for words in (
        "votre image et votre voix", "Réseau Canopé", "Faire connaître le projet", "Sur la page publique du projet",
        "du monde entier", "Jusqu’au mardi 18 juin 2030 compris", "Vous choisissez librement",
        "cela ne change rien à l’évaluation", "changer d’avis à tout moment", "Être filmé et être montré",
    ):  # fmt: skip
        assert words in awa.text, words
    for person in world.scene.people[1:]:
        assert person.given_name not in awa.text
    assert NOT_ALL in awa.text


async def test_a_consent_for_another_team_says_nothing_for_this_one(scene: Scene, database: Database) -> None:
    """The pure rule, asked without a database: who, for which team, until when."""
    team, today = scene.team, date(2027, 6, 18)
    consents = [
        ImageConsent(team_id=team.id, person_id=person.id, given_at=CREATION, ends_on=today, withdrawn_at=None)
        for person in scene.people
    ]
    assert may_broadcast(team, consents, [], today) is None
    assert len(agreed(team, consents, today)) == 3
    for changed in ({"team_id": "another"}, {"ends_on": today - timedelta(days=1)}, {"withdrawn_at": CREATION}):
        for name, value in changed.items():
            kept = getattr(consents[1], name)
            setattr(consents[1], name, value)
            refusal = may_broadcast(team, consents, [], today)
            assert refusal is not None
            assert refusal.reason == NOT_ALL
            setattr(consents[1], name, kept)
    assert may_broadcast(team, consents, [], today) is None


async def test_a_paper_for_another_act_or_person_or_edition_says_nothing_for_this_minor(
    scene: Scene, database: Database
) -> None:
    team, today, chloe = scene.team, date(2027, 6, 18), scene.people[2]
    chloe.age_band = AgeBand.MINOR
    consents = [
        ImageConsent(team_id=team.id, person_id=person.id, given_at=CREATION, ends_on=today, withdrawn_at=None)
        for person in scene.people
    ]
    right: dict[str, Any] = {
        "edition_id": team.edition_id, "person_id": chloe.id, "act": AuthorisedAct.BROADCAST, "ends_on": today,
    }  # fmt: skip
    assert may_broadcast(team, consents, [Authorisation(**right)], today) is None
    for wrong in (
        {"edition_id": "another"}, {"person_id": scene.people[1].id}, {"act": AuthorisedAct.CAPTURE},
        {"act": AuthorisedAct.PARTICIPATION}, {"ends_on": today - timedelta(days=1)}, {"withdrawn_at": CREATION},
    ):  # fmt: skip
        refusal = may_broadcast(team, consents, [Authorisation(**{**right, **wrong})], today)
        assert refusal is not None, wrong
        assert "moins de 18 ans" in refusal.reason
        assert not [person for person in scene.people if person.given_name in refusal.reason]


async def test_a_team_that_everybody_left_has_nobody_to_agree(scene: Scene, database: Database) -> None:
    scene.team.members.clear()
    refusal = may_broadcast(scene.team, [], [], date(2027, 6, 18))
    assert refusal is not None
    assert "plus personne" in refusal.reason


@pytest.mark.parametrize(
    ("given", "last"),
    [
        (date(2027, 6, 18), date(2030, 6, 18)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2028, 3, 1), date(2031, 3, 1)),
    ],
)
def test_a_consent_is_for_three_years(given: date, last: date) -> None:
    assert last_day(given) == last
