"""The home page of each, the public page of an edition, the day of a coordination, its journal."""

from datetime import timedelta

import pytest

from creathon.accounts.actions import grant_role
from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.actor import SYSTEM, Actor
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.policy import route_policies
from creathon.dashboards.rules import PAGES, Mine, next_steps
from creathon.editions.models import Edition, EditionState, Phase, Role
from creathon.policy import POLICIES
from creathon.teams.models import ApplicationState
from tests.browsing import Visitor
from tests.factories.accounts import LONG_AGO, make_holder, make_person
from tests.factories.agenda import make_archive, make_event, make_partner
from tests.factories.editions import (
    AFTER_PALMARES,
    CREATION,
    CREATION_CLOSES,
    CREATION_OPENS,
    EVALUATION,
    PHASES,
    make_edition,
    paris,
    site_of,
)
from tests.factories.jury import evaluate, make_jury, make_panel, reads_of
from tests.factories.projects import make_draft
from tests.factories.teams import make_passeurs, make_team
from tests.personas import AWA, CLAIRE, LEILA, NADIA, OMAR, SAMIR, TEVA, ZOE, Persona
from tests.queries import MOST_QUERIES, count_queries

THEME = "École inclusive et intelligence artificielle"


async def sign_in(visitor: Visitor, database: Database, persona: Persona) -> None:
    async with database.reading() as session:
        person = await person_by_email(session, persona.email)
    assert person is not None
    await visitor.sign_in_as(person)


def tile(visitor: Visitor, words: str) -> str:
    """The heading of the tile that counts something."""
    found = [title.get_text(" ", strip=True) for title in visitor.page.select(".tile-title")]
    return next(title for title in found if words in title)


async def test_home_says_what_is_open_until_when_in_both_zones(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        await make_edition(session)
        teva = await make_person(session, TEVA)
        teva.zone = "Pacific/Tahiti"
    clock.move_to(CREATION)
    await visitor.sign_in_as(teva)
    await visitor.open("/")
    assert visitor.title == "Créathon 2027"
    assert "jusqu’au jeudi 20 mai 2027 à 9 h 00 (heure de Paris), soit mercredi 19 mai 2027 à 21 h 00" in visitor.text
    assert "le dépôt des projets" in visitor.text
    assert "Temps restant" in visitor.text


@pytest.mark.bar("F77")
async def test_the_tolerance_is_told_nowhere_in_public(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    clock.move_to(CREATION_CLOSES - timedelta(seconds=1))
    for path in ("/", "/edition/2027"):
        await visitor.open(path)
        assert "9 h 00" in visitor.text
        assert "9 h 15" not in visitor.text
        assert "tolérance" not in visitor.text
    clock.move_to(CREATION_CLOSES + timedelta(seconds=1))
    await visitor.open("/")
    assert "le dépôt des projets" not in visitor.text
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/phases")
    assert "15 min de tolérance technique" in visitor.text


@pytest.mark.bar("F79")
async def test_phases_open_and_close_by_the_clock_alone(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        await make_edition(session)
    for at, said in (
        (CREATION_OPENS - timedelta(milliseconds=1), "Préparation des équipes"),
        (CREATION_OPENS, "Création"),
        (CREATION_CLOSES - timedelta(milliseconds=1), "Création"),
        (CREATION_CLOSES, "Évaluation"),
    ):
        clock.move_to(at)
        await visitor.open("/")
        opened = next(box for box in visitor.page.select(".panel") if "Ouvert en ce moment" in box.get_text())
        assert said in " ".join(opened.get_text(" ").split()).split("Ensuite")[0]


async def test_the_theme_is_told_to_nobody_before_its_instant(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    paths = ("/", "/edition/2027", "/editions", "/agenda", "/coordination", "/coordination/phases")
    clock.move_to(CREATION_OPENS - timedelta(milliseconds=1))
    await sign_in(visitor, database, SAMIR)
    for path in paths:
        await visitor.open(path)
        assert visitor.status == 200
        assert THEME not in visitor.response.text
    assert visitor.response.headers["cache-control"] == "private, no-store"
    clock.move_to(CREATION_OPENS)
    for path in paths[:3]:
        await visitor.open(path)
        assert THEME in visitor.text


@pytest.mark.parametrize(
    ("persona", "url"),
    [
        (CLAIRE, "/coordination"),
        (SAMIR, "/coordination"),
        (NADIA, "/reglement/accepter"),
        (OMAR, "/mentorat"),
        (ZOE, "/equipe"),
    ],
)
async def test_home_leads_each_role_to_its_work(
    visitor: Visitor, database: Database, persona: Persona, url: str
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, OMAR, Role.MENTOR, edition)
        await make_panel(session, edition, [NADIA])
        await make_person(session, ZOE)
    await sign_in(visitor, database, persona)
    await visitor.open("/")
    first = visitor.page.select_one(".panel-main a")
    assert first is not None
    assert first["href"] == url


async def test_home_counts_what_a_juror_has_left(visitor: Visitor, database: Database, clock: MovableClock) -> None:
    async with database.writing() as session:
        jury = await make_jury(session, await make_edition(session))
        reads = await reads_of(session, NADIA)
        await evaluate(session, jury, reads[0], 3)
    clock.move_to(EVALUATION)
    await sign_in(visitor, database, NADIA)
    await visitor.open("/")
    left = len(reads) - 1
    assert f"{left} projet{'s' if left > 1 else ''} à lire, jusqu’au jeudi 10 juin 2027 à 18 h 00" in visitor.text


async def test_home_tells_a_team_that_its_project_is_not_deposited(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_draft(session, edition, await make_team(session, edition, state=ApplicationState.ACCEPTED))
    clock.move_to(CREATION)
    await sign_in(visitor, database, AWA)
    await visitor.open("/")
    assert "Équipe « Les Marches »" in visitor.text
    assert "Votre projet n’est pas encore déposé." in visitor.text


async def test_home_without_an_edition_leads_to_the_past_ones(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        await make_archive(session)
    await visitor.open("/")
    assert "Aucune édition en cours" in visitor.text
    await visitor.open("/editions")
    assert "Créathon 2019" in visitor.text


async def test_an_archive_shows_its_public_facts_only(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        await make_archive(session)
    await visitor.open("/edition/2019")
    for said in ("Archive", THEME, "mercredi 22 mai 2019", "du 20 au 22 septembre 2019", "CNIL"):
        assert said in visitor.text
    assert visitor.page.select(".frieze") == []
    for unsaid in ("Les sites", "équipe", "heure de Paris", "Terminée"):
        assert unsaid not in visitor.text


async def test_an_edition_that_is_not_announced_is_for_its_coordination(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        edition.state = EditionState.DRAFT
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    await visitor.open("/edition/2027")
    assert visitor.status == 404
    await sign_in(visitor, database, SAMIR)
    await visitor.open("/edition/2027")
    assert visitor.status == 404
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/edition/2027")
    assert "En préparation" in visitor.text


async def test_the_day_of_a_coordination_counts_its_teams_and_deposits(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_draft(session, edition, await make_team(session, edition, state=ApplicationState.ACCEPTED))
        await make_passeurs(session, edition, state=ApplicationState.SUBMITTED)
        await make_team(session, edition, (ZOE,), name="Seule", site="RUN")
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
    clock.move_to(CREATION)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination")
    assert tile(visitor, "candidature") == "1 candidature attend une réponse"
    assert tile(visitor, "moins de") == "1 équipe de moins de 3 personnes"
    assert tile(visitor, "brouillon") == "1 brouillon non déposé"
    assert len(visitor.page.select("main table tbody tr")) == 3
    assert visitor.page.select_one('a[href="/coordination/journal"]')


async def test_the_day_of_a_site_is_cut_to_the_site(visitor: Visitor, database: Database, clock: MovableClock) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_draft(session, edition, await make_team(session, edition, state=ApplicationState.ACCEPTED))
        await make_passeurs(session, edition, state=ApplicationState.SUBMITTED)
        await make_panel(session, edition, [NADIA])
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    clock.move_to(CREATION)
    await sign_in(visitor, database, SAMIR)
    await visitor.open("/coordination")
    assert "Rien n’attend ailleurs 0 candidature attend une réponse" in visitor.text
    assert tile(visitor, "brouillon") == "1 brouillon non déposé"
    assert "0 juré n’a pas déclaré ses liens" in visitor.text
    (row,) = visitor.page.select("main table tbody tr")
    assert "Poitiers" in row.get_text()
    for unsaid in ("La Réunion", "sélection", "/coordination/journal", "/coordination/invitations"):
        assert unsaid not in visitor.response.text.split("<main")[1]


async def test_the_day_follows_the_jury(visitor: Visitor, database: Database, clock: MovableClock) -> None:
    async with database.writing() as session:
        jury = await make_jury(session, await make_edition(session))
        await evaluate(session, jury, (await reads_of(session, NADIA))[0], 3)
    clock.move_to(EVALUATION)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination")
    total = len(jury.projects) * jury.panel.reads
    assert "1 jury , 3 jurés" in visitor.text or "1 jury, 3 jurés" in visitor.text
    assert f"1 sur {total}" in visitor.text
    assert tile(visitor, "évaluation") == f"{total - 1} évaluations attendues du jury"


@pytest.mark.parametrize("path", ["/coordination", "/coordination/journal", "/coordination/phases"])
async def test_coordination_is_closed_to_others(visitor: Visitor, database: Database, path: str) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_team(session, edition)
        await make_holder(session, NADIA, Role.JUROR, edition)
    await visitor.open(path)
    assert visitor.path == "/connexion"
    for persona in (AWA, NADIA):
        await sign_in(visitor, database, persona)
        await visitor.open(path)
        assert visitor.status == 403
        assert "Les Marches" not in visitor.text


async def test_the_journal_is_read_in_french_and_filtered(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_team(session, edition, state=ApplicationState.ACCEPTED)
        other = await make_edition(session, slug="2026", title="Créathon 2026")
        other.created_at -= timedelta(days=400)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/journal")
    assert "Awa Riviere" in visitor.text
    assert "a créé une équipe" in visitor.text
    assert "Plateforme" in visitor.text
    assert visitor.text.count("a créé l’édition") == 2  # once in the list, once in the filter
    await visitor.open("/coordination/journal?verbe=team.created")
    rows = visitor.page.select("main table tbody tr")
    assert ["a créé une équipe" in row.get_text() for row in rows] == [True]
    await visitor.open("/coordination/journal?verbe=inconnu")
    assert "Aucun acte" in visitor.text


@pytest.mark.parametrize("path", ["/coordination", "/coordination/phases", "/coordination/journal"])
async def test_the_coordinator_of_a_past_edition_only_is_a_stranger(
    visitor: Visitor, database: Database, path: str
) -> None:
    async with database.writing() as session:
        await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, await make_archive(session))
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(path)
    assert visitor.status == 403


async def test_the_journal_is_for_the_national_coordination_of_that_edition(
    visitor: Visitor, database: Database
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        past = await make_archive(session)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await grant_role(session, SYSTEM, samir, Role.NATIONAL_COORDINATOR, past, now=LONG_AGO)
    await sign_in(visitor, database, SAMIR)
    await visitor.open("/coordination/journal")
    assert visitor.status == 403


async def test_pages_ask_the_same_whatever_their_length(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    counts: dict[str, set[int]] = {}
    async with database.writing() as session:
        edition = await make_edition(session)
        jury = await make_jury(session, edition, teams=("Les Marches",), jurors=(NADIA,), reads=1)
        await evaluate(session, jury, (await reads_of(session, NADIA))[0], 3)
        await make_partner(session, edition)
        await make_event(session, edition)
    clock.move_to(EVALUATION)
    await sign_in(visitor, database, CLAIRE)
    for more in range(2):
        for path in ("/", "/edition/2027", "/coordination", "/coordination/journal"):
            with count_queries(database) as asked:
                await visitor.open(path)
            assert visitor.status == 200
            counts.setdefault(path, set()).add(asked.count)
        if more:
            break
        async with database.writing() as session:
            await make_passeurs(session, edition)
            await make_team(session, edition, (ZOE, OMAR), name="Deux")
            for number in (2, 3):
                await make_panel(session, edition, [LEILA], name=f"Jury {number}")
                await make_partner(session, edition, f"Partenaire {number}")
                await make_event(session, edition, f"Journée {number}")
    assert all(len(found) == 1 and max(found) <= MOST_QUERIES for found in counts.values()), counts


async def test_the_frieze_stands_on_pages_of_the_edition(
    visitor: Visitor, database: Database, clock: MovableClock, app: Creathon
) -> None:
    async with database.writing() as session:
        await make_edition(session)
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/")
    current = visitor.page.select_one('.frieze [aria-current="step"]')
    assert current is not None
    assert "Palmarès" in current.get_text()
    clock.move_to(paris(2027, 1, 15))
    await visitor.open("/")
    assert visitor.page.select('.frieze [aria-current="step"]') == []


def test_the_links_of_a_coordination_lead_to_pages_it_may_open(app: Creathon) -> None:
    policies = {row.path: row.policy for row in route_policies(app.litestar, POLICIES) if row.method == "GET"}
    expected = {url: "national_coordination" if national else "coordination" for _name, url, national in PAGES}
    assert {url: policies.get(url) for url in expected} == expected


@pytest.mark.parametrize(
    ("mine", "url"),
    [({"is_published": True}, "/projet/retours"), ({"is_published": True, "is_followed": True}, "/accompagnement")],
)
def test_after_the_palmares_a_team_is_led_on(mine: dict[str, bool], url: str) -> None:
    phases = [Phase(**{**vars(phase), "allows": list(phase.allows)}) for phase in PHASES]
    edition = Edition(id="e1", slug="2027", title="Créathon 2027", zone="Europe/Paris", phases=phases)
    team = Mine("Les Marches", ApplicationState.ACCEPTED, 3, True, CREATION, **mine)
    viewer = Actor("p1", "Awa Riviere", AWA.email)
    assert [step.url for step in next_steps(viewer, edition, team, now=AFTER_PALMARES)] == [url]
