"""Making an edition, copying one, its states, and working in one of several."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from creathon.accounts.models import RoleGrant
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, EditionState, PhaseKind, Role
from creathon.editions.rules import NEEDED_ACTS, next_launch, shifted, usual_calendar, weekday_problem
from creathon.jury.queries.rubric import rubric_of
from creathon.teams.models import Team
from tests.browsing import Visitor
from tests.editions.making import COPY, sign_in, stored
from tests.factories.accounts import make_holder, make_person
from tests.factories.agenda import make_archive
from tests.factories.editions import AFTER_PALMARES, CREATION_OPENS, make_edition, paris, site_of
from tests.factories.teams import make_team
from tests.personas import AWA, CLAIRE, LEILA, SAMIR, ZOE

PARIS = ZoneInfo("Europe/Paris")


async def test_a_copy_keeps_weekdays_and_hours_and_leaves_people_and_theme(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_team(session, edition, [AWA])
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/copie?edition=2027")
    await visitor.submit(**COPY)
    assert visitor.path == "/coordination/preparation"
    assert "seule sa coordination la voit" in visitor.flash
    copy = await stored(database, "2028")
    assert copy.state == EditionState.DRAFT
    assert (copy.theme.title, copy.theme.statement) == ("", "")
    assert copy.theme.revealed_at == paris(2028, 5, 17, 9)
    for old, new in zip(edition.phases, copy.phases, strict=True):
        before, after = old.opens_at.astimezone(PARIS), new.opens_at.astimezone(PARIS)
        assert (after.weekday(), after.time(), after.date() - before.date()) == (
            before.weekday(),
            before.time(),
            timedelta(days=364),
        )
        assert (new.title, new.allows, new.grace_seconds) == (old.title, old.allows, old.grace_seconds)
    assert [(site.code, site.capacity, site.zone) for site in copy.sites] == [
        (site.code, site.capacity, site.zone) for site in edition.sites
    ]
    async with database.reading() as session:
        rubric = await rubric_of(session, copy.id)
        assert rubric is not None
        assert [one.weight for one in rubric.criteria] == [25, 20, 20, 10, 15, 10]
        assert rubric.frozen_at is None
        assert await session.scalar(select(func.count(Team.id)).where(Team.edition_id == copy.id)) == 0
        holders = (await session.scalars(select(RoleGrant).where(RoleGrant.edition_id == copy.id))).all()
        assert [holder.role for holder in holders] == [Role.NATIONAL_COORDINATOR]


async def test_a_copy_sent_twice_is_made_once(visitor: Visitor, database: Database, edition: Edition) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/copie")
    form = visitor.response
    await visitor.submit(**COPY)
    visitor.response = form
    await visitor.submit(**COPY)
    assert visitor.path == "/coordination/preparation"
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Edition.id))) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"launch": "2028-05-19"}, "Choisissez le mercredi 17 mai 2028 ou le mercredi 24 mai 2028."),
        ({"slug": "2027"}, "Une édition porte déjà cette adresse."),
        ({"slug": "Créathon !"}, "Écrivez des minuscules sans accent"),
        ({"title": " "}, "Ce champ est obligatoire."),
        ({"launch": "demain"}, "Jour du lancement"),
        ({"source": "inconnue"}, "Édition à copier"),
    ],
)
async def test_a_bad_copy_is_refused_in_words_with_the_text_kept(
    visitor: Visitor, database: Database, edition: Edition, typed: dict[str, str], said: str
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/copie")
    await visitor.submit(**{**COPY, **typed})
    assert visitor.status == 422
    assert said in visitor.errors
    assert "2028-05-1" in str(visitor.form()) or typed.get("launch") == "demain"
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Edition.id))) == 1


async def test_an_edition_is_made_with_the_usual_calendar(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/nouvelle")
    await visitor.submit(
        title="Créathon 2029", slug="2029", pilot="Réseau Canopé", zone="Europe/Paris", launch="2029-05-16T09:00"
    )
    assert visitor.path == "/coordination/preparation"
    assert "Le thème n’a pas encore son titre et son énoncé." in visitor.text
    assert "Aucun site n’a encore de place" in visitor.text
    made = await stored(database, "2029")
    creation = next(phase for phase in made.phases if phase.kind == PhaseKind.CREATION)
    assert creation.closes_at - creation.opens_at == timedelta(hours=24)
    assert {act for phase in made.phases for act in phase.allows} >= set(NEEDED_ACTS)


@pytest.mark.bar("F84")
async def test_a_launch_that_happens_twice_must_be_chosen(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    values = {"title": "Nuit", "slug": "nuit", "pilot": "Réseau Canopé", "zone": "Europe/Paris"}
    await visitor.open("/coordination/editions/nouvelle")
    await visitor.submit(**values, launch="2027-03-28T02:30")
    assert "Cette heure n’existe pas" in visitor.errors
    await visitor.submit(**values, launch="2027-10-31T02:30")
    assert "Cette heure arrive deux fois" in visitor.errors
    await visitor.submit(**values, launch="2027-10-31T02:30", launch_fold="1")
    made = await stored(database, "nuit")
    creation = next(phase for phase in made.phases if phase.kind == PhaseKind.CREATION)
    assert creation.opens_at.isoformat() == "2027-10-31T01:30:00+00:00"


async def test_the_archive_is_copied_completed_and_announced(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        archive = await make_archive(session)
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open(f"/coordination/editions/copie?edition={archive.slug}")
    await visitor.submit()
    assert visitor.status == 200, visitor.errors
    await visitor.open("/coordination/phases")
    await visitor.submit("/coordination/phases/habituelles")
    assert "Phases ajoutées : 11." in visitor.flash
    await visitor.open("/coordination/preparation")
    assert "Le calendrier ne prévoit pas encore" not in visitor.text
    assert "à 9 h 00" in visitor.text


async def test_an_edition_on_paper_is_announced_only_when_nothing_is_missing(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/copie")
    await visitor.submit(**COPY)
    copy = await stored(database, "2028")
    assert not visitor.page.select("form[action='/coordination/editions/etat']")
    await visitor.open("/compte")
    token = visitor.page.select_one("input[name=_csrf]")
    assert token is not None
    forced = {"_csrf": token["value"], "version": str(copy.version), "state": "announced"}
    await visitor.post("/coordination/editions/etat", **forced)
    assert visitor.status == 403
    assert "Le thème n’a pas encore son titre" in visitor.response.text
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2028")
        assert stranger.status == 404
    await visitor.open("/coordination/edition")
    await visitor.submit(theme_title="Apprendre dehors", theme_statement="Comment ?")
    await visitor.open("/coordination/preparation")
    assert "Annoncer l’édition L’édition n’a pas encore de règlement publié." in visitor.text
    forced["version"] = str((await stored(database, "2028")).version)
    await visitor.post("/coordination/editions/etat", **forced)
    assert visitor.status == 403
    assert "L’édition n’a pas encore de règlement publié." in visitor.text
    await visitor.open("/coordination/reglement/publier")
    await visitor.submit("/coordination/reglement/publier")
    await visitor.open("/coordination/preparation")
    assert "Tout est prêt" in visitor.text
    await visitor.submit("/coordination/editions/etat")
    assert "est maintenant annoncée" in visitor.flash
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2028")
        assert stranger.status == 200
        assert "Apprendre dehors" not in stranger.response.text
    async with database.reading() as session:
        verbs = list(await session.scalars(select(JournalLine.verb).where(JournalLine.edition_id == copy.id)))
    assert {"edition.created", "edition.copied", "rubric.created", "edition.state"} <= set(verbs)


async def test_an_edition_without_grid_is_not_announced(visitor: Visitor, database: Database, edition: Edition) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/nouvelle")
    await visitor.submit(title="Sans", slug="sans", pilot="P", zone="Europe/Paris", launch="2029-05-16T09:00")
    assert "n’a pas encore sa grille" in visitor.text


async def test_states_follow_one_another_and_an_archive_is_final(
    visitor: Visitor, database: Database, edition: Edition, clock: MovableClock
) -> None:
    clock.move_to(AFTER_PALMARES)
    await sign_in(visitor, database, CLAIRE.email)
    for wanted, act, question in (
        (EditionState.CLOSED, "Terminer l’édition", "Terminer cette édition ?"),
        (EditionState.RUNNING, "Rouvrir l’édition", ""),
        (EditionState.CLOSED, "Terminer l’édition", "Terminer cette édition ?"),
        (EditionState.ARCHIVED, "Archiver l’édition", "Archiver cette édition pour toujours ?"),
    ):
        await visitor.open("/coordination/preparation")
        if question:
            link = next(one for one in visitor.page.select("main a.btn") if one.get_text(strip=True) == act)
            await visitor.open(str(link["href"]))
            assert question in visitor.text
        await visitor.submit("/coordination/editions/etat", button=act)
        assert (await stored(database, "2027")).state == wanted


async def test_nobody_ends_an_edition_in_which_teams_or_jurors_may_still_act(
    visitor: Visitor, database: Database, edition: Edition, clock: MovableClock
) -> None:
    closes_at = max(phase.closes_at for phase in edition.phases if "deliberate" in phase.allows)
    clock.move_to(closes_at)
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/etat/closed")
    form = visitor.form("/coordination/editions/etat")
    values = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    clock.move_to(closes_at - timedelta(milliseconds=1))
    await visitor.open("/coordination/preparation")
    assert "L’édition n’est pas finie" in visitor.text
    assert not visitor.page.select("a[href='/coordination/editions/etat/closed']")
    await visitor.open("/coordination/editions/etat/closed")
    assert visitor.status == 403
    await visitor.post("/coordination/editions/etat", **values)
    assert (visitor.status, (await stored(database, "2027")).state) == (403, EditionState.RUNNING)
    assert "Pour arrêter plus tôt, changez le calendrier." in visitor.text
    clock.move_to(closes_at)
    await visitor.post("/coordination/editions/etat", **values)
    assert (await stored(database, "2027")).state == EditionState.CLOSED


async def test_a_stale_state_change_is_refused(
    visitor: Visitor, database: Database, edition: Edition, clock: MovableClock
) -> None:
    clock.move_to(AFTER_PALMARES)
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/etat/closed")
    async with database.writing() as session:
        held = await session.get(Edition, edition.id)
        assert held is not None
        held.pilot = "Autre pilote"
    await visitor.submit("/coordination/editions/etat")
    assert visitor.status == 409
    assert (await stored(database, "2027")).state == EditionState.RUNNING


async def test_a_form_made_in_another_edition_writes_nothing(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    """Two tabs: the first still shows 2027 when the second chooses 2028."""
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/edition")
    first_tab = visitor.response
    await visitor.open("/coordination/editions/copie")
    await visitor.submit(**COPY)
    visitor.response = first_tab
    await visitor.submit(title="Perdu")
    assert visitor.status == 409
    assert "autre édition que celle où vous travaillez" in visitor.response.text
    assert (await stored(database, "2028")).title == "Créathon 2028"
    assert (await stored(database, "2027")).title == "Créathon 2027"


async def test_each_works_in_the_edition_that_is_theirs(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        newer = await make_edition(session, slug="2028", title="Créathon 2028")
        newer.created_at += timedelta(days=1)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_team(session, edition, [AWA])
    await visitor.open("/")
    assert "Créathon 2028" in visitor.text
    for email in (SAMIR.email, AWA.email):
        async with Visitor(app) as own:
            await sign_in(own, database, email)
            await own.open("/")
            assert "Créathon 2027" in own.text
            await own.open("/editions")
            await own.submit(button="Travailler dans Créathon 2028")
            assert "Vous travaillez maintenant dans « Créathon 2028 »." in own.flash
            await own.open("/")
            assert "Créathon 2028" in own.text


async def test_an_edition_on_paper_is_chosen_by_its_coordination_only(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        paper = await make_edition(session, slug="2028", title="Créathon 2028")
        paper.state = EditionState.DRAFT
        await make_person(session, ZOE)
    await sign_in(visitor, database, CLAIRE.email)
    for _try in range(2):
        await visitor.open("/compte")
        token = visitor.page.select_one("input[name=_csrf]")
        assert token is not None
        await visitor.post("/compte/edition", _csrf=str(token["value"]), slug="2028")
        assert visitor.status == 404
        await sign_in(visitor, database, ZOE.email)


async def test_only_a_national_coordination_makes_editions(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
    await sign_in(visitor, database, LEILA.email)
    for path in ("", "/nouvelle", "/copie"):
        await visitor.open(f"/coordination/editions{path}")
        assert visitor.status == 403


def test_hours_stay_those_of_the_wall_across_the_change_of_season() -> None:
    winter = paris(2027, 3, 24, 9)
    assert shifted(winter, "Europe/Paris", 7).astimezone(PARIS).hour == 9
    skipped = shifted(paris(2027, 3, 21, 2, 30), "Europe/Paris", 7)
    assert skipped.astimezone(PARIS).astimezone(ZoneInfo("UTC")).isoformat() == "2027-03-28T01:30:00+00:00"


def test_the_usual_calendar_leaves_no_gap_and_one_overlap() -> None:
    phases = usual_calendar(CREATION_OPENS, "Europe/Paris")
    main = [phase for phase in phases if phase.kind != PhaseKind.RECLAMATIONS]
    assert all(one.closes_at == after.opens_at for one, after in pairwise(main))
    assert main[0].opens_at == paris(2027, 2, 1, 9)
    assert main[-2].closes_at == paris(2028, 2, 1)


def test_the_day_offered_is_the_same_weekday_and_still_to_come() -> None:
    edition = Edition(zone="Europe/Paris", phases=[], created_at=paris(2019, 5, 22))
    day = next_launch(edition, date(2026, 11, 25))
    assert (day.weekday(), day > date(2026, 11, 25)) == (2, True)
    assert weekday_problem(edition, day) is None
