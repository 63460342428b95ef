"""/projets and /coordination/projets: who sees what, how fast."""

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import NotThere
from creathon.core.events import _handlers, subscribe
from creathon.editions.models import Role
from creathon.projects.events import ProjectOpened
from creathon.projects.queries import deposited_projects
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import AFTER_PALMARES, CREATION, EVALUATION, site_of
from tests.factories.projects import ANSWERED, make_deposit, make_deposited, make_draft
from tests.factories.teams import make_team
from tests.personas import CLAIRE, DIANE, DORIS, EMIL, HUGO, INES, LEILA, NADIA, OMAR, SAMIR, TEVA, ZOE
from tests.projects.conftest import Scene
from tests.queries import MOST_QUERIES, count_queries

OTHERS = ((TEVA, DORIS, EMIL), (NADIA, HUGO, INES), (OMAR, DIANE, ZOE))


async def make_others(database: Database, scene: Scene, number: int, first: int = 0) -> None:
    """More deposited projects, of La Réunion, À distance, Poitiers."""
    async with database.writing() as session:
        for index in range(first, number):
            team = await make_team(
                session, scene.edition, OTHERS[index], name=f"Équipe {index}", site=("RUN", "DIST", "POI")[index]
            )
            await make_deposited(
                session, scene.edition, team, title=f"Écran {index} à 50%", needs=("vision",), levels=("lycee",),
                answers={**ANSWERED, "e02": ["image"]},
            )  # fmt: skip


async def test_the_gallery_says_when_it_opens(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
    for moment in (CREATION, EVALUATION):
        clock.move_to(moment)
        await visitor.open("/projets")
        assert "jeudi 17 juin 2027 à 17 h 00 (heure de Paris)" in visitor.text
        assert "Consigne" not in visitor.response.text
        await visitor.open(f"/projets/{project.slug}")
        assert visitor.status == 404
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/projets")
    assert "Consigne en escalier" in visitor.text


async def test_the_gallery_shows_what_was_deposited_and_no_name_of_a_person(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
        await make_draft(session, scene.edition, scene.team, title="Titre changé après", need="Besoin changé")
        undeposited = await make_team(session, scene.edition, OTHERS[0], name="Les Passeurs")
        await make_draft(session, scene.edition, undeposited, title="Jamais déposé")
        late = await make_team(session, scene.edition, OTHERS[1], name="Les Tardifs")
        tardy = await make_deposited(session, scene.edition, late, now=EVALUATION, title="Arrivé tard")
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/projets")
    assert "1 résultat" in visitor.text
    assert "Langage écrit, Attention" in visitor.text
    await visitor.open(f"/projets/{project.slug}")
    assert visitor.title == "Consigne en escalier"
    assert "Les Marches, Poitiers" in visitor.text
    assert "La consigne est souvent le premier obstacle." in visitor.text
    for secret in ("Titre changé", "Besoin changé", "Riviere", "Awa", "Bastien"):
        assert secret not in visitor.response.text
    await visitor.open(f"/projets/{tardy.slug}")
    assert visitor.status == 404


async def test_the_gallery_is_filtered_and_searched(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        await make_deposited(session, scene.edition, scene.team)
    await make_others(database, scene, 2)
    clock.move_to(AFTER_PALMARES)
    poitiers = site_of(scene.edition, "POI").id
    found = {}
    for query in (
        "", "besoin=vision", "besoin=attention", "niveau=lycee", f"site={poitiers}", "mots=ESCALIER", "mots=ecran",
        "mots=ÉCRAN+0", "mots=50%25", "mots=%25", "mots=_", "mots='", "besoin=inconnu", "mots=rien",
        "technique=parole", "technique=image", "technique=regles",
    ):  # fmt: skip
        await visitor.open(f"/projets?{query}")
        assert visitor.status == 200, query
        found[query.partition("=")[0] + query.partition("=")[2]] = len(visitor.page.select("li.tile"))
    assert found == {
        "": 3, "besoinvision": 2, "besoinattention": 1, "niveaulycee": 2, f"site{poitiers}": 1, "motsESCALIER": 3,
        "motsecran": 2, "motsÉCRAN+0": 2, "mots50%25": 2, "mots%25": 0, "mots_": 0, "mots'": 0, "besoininconnu": 3,
        "motsrien": 0, "techniqueparole": 1, "techniqueimage": 2, "techniqueregles": 0,
    }  # fmt: skip
    assert "Aucun projet ne correspond" in visitor.text


async def test_the_gallery_has_pages(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creathon.projects.pages.gallery.PER_PAGE", 2)
    await make_others(database, scene, 3)
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/projets?besoin=vision")
    assert [tile.get_text(strip=True) for tile in visitor.page.select(".tile-title")] == [
        "Écran 0 à 50%", "Écran 1 à 50%",
    ]  # fmt: skip
    following = visitor.page.select_one("a[rel=next]")
    assert following is not None
    await visitor.open(str(following["href"]))
    assert [tile.get_text(strip=True) for tile in visitor.page.select(".tile-title")] == ["Écran 2 à 50%"]
    await visitor.open("/projets?page=999")
    assert "Écran 2" in visitor.text


async def test_lists_ask_the_same_queries_for_one_row_and_for_three(
    app: Creathon, visitor: Visitor, awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
    asked: dict[str, list[int]] = {}
    for first, number in ((0, 1), (1, 3)):
        await make_others(database, scene, number, first)
        clock.move_to(AFTER_PALMARES)
        await visitor.sign_in_as(claire)
        for path in ("/projets", "/coordination/projets"):
            with count_queries(database) as seen:
                await visitor.open(path)
            assert visitor.status == 200
            asked.setdefault(path, []).append(seen.count)
            assert not any("deposit.content" in statement for statement in seen.statements)
            assert not any("project.need," in statement for statement in seen.statements)
    assert all(one == three <= MOST_QUERIES for one, three in asked.values()), asked


async def test_the_page_of_a_project_asks_the_same_queries_for_one_deposit_and_for_three(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
    asked = []
    for number in (1, 3):
        for index in range(number):
            async with database.writing() as session:
                project = await make_draft(session, scene.edition, scene.team, need=f"Besoin {number} {index}")
                await make_deposit(session, scene.edition, project)
        for path in ("/projet", "/projet/depot"):
            with count_queries(database) as seen:
                await awa.open(path)
            asked.append(seen.count)
    assert asked[:2] == asked[2:]
    assert max(asked) <= MOST_QUERIES, asked


async def test_the_coordination_follows_its_sites_only(
    app: Creathon, visitor: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, scene.edition, site_of(scene.edition, "POI"))
        leila = await make_holder(session, LEILA, Role.SITE_COORDINATOR, scene.edition, site_of(scene.edition, "RUN"))
        project = await make_deposited(session, scene.edition, scene.team)
        passeurs = await make_team(session, scene.edition, OTHERS[0], name="Les Passeurs", site="RUN")
        other = await make_draft(session, scene.edition, passeurs, title="")
        await make_team(session, scene.edition, OTHERS[1], name="Les Rêveurs", site="RUN")
    await visitor.sign_in_as(samir)
    await visitor.open("/coordination/projets")
    assert "Les Marches" in visitor.text
    assert "Consigne en escalier" in visitor.text
    assert "Les Passeurs" not in visitor.response.text
    assert (await visitor.open(f"/coordination/projets/{other.id}")).status == 404
    assert (await visitor.open(f"/coordination/projets/{project.id}")).status == 200
    assert "Voici le dossier déposé" in visitor.text
    await visitor.sign_in_as(leila)
    await visitor.open("/coordination/projets")
    assert "Pas commencé : 1" in visitor.text
    assert "sans titre" in visitor.text
    assert "Consigne" not in visitor.response.text
    await visitor.open("/coordination/projets?etat=draft")
    assert "Les Passeurs" in visitor.text
    assert "Les Rêveurs" not in visitor.text
    assert (await visitor.open(f"/coordination/projets?site={project.team.site_id}")).status == 404
    assert "Les Marches" not in visitor.response.text
    await visitor.sign_in_as(scene.people[0])
    assert (await visitor.open("/coordination/projets")).status == 403
    assert (await visitor.open(f"/coordination/projets/{project.id}")).status == 403


async def test_late_projects_are_listed_as_late(visitor: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
        await make_deposited(session, scene.edition, scene.team, now=EVALUATION)
    await visitor.sign_in_as(claire)
    await visitor.open("/coordination/projets?etat=late")
    assert "Hors délai : 1" in visitor.text
    assert "Les Marches" in visitor.text
    async with database.reading() as session:
        assert await deposited_projects(session, scene.edition.id) == []
        (project,) = await deposited_projects(session, scene.edition.id, late_too=True)
    assert project.current is not None
    assert project.current.late


async def test_a_conflict_beats_the_role_of_coordinator(
    visitor: Visitor, scene: Scene, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
        project = await make_deposited(session, scene.edition, scene.team)
    monkeypatch.setitem(_handlers, ProjectOpened, [])

    async def refuse(_session: object, opened: ProjectOpened) -> None:
        if (opened.person_id, opened.project_id) == (claire.id, project.id):
            raise NotThere()

    await visitor.sign_in_as(claire)
    assert (await visitor.open(f"/coordination/projets/{project.id}")).status == 200
    subscribe(ProjectOpened, refuse)
    assert (await visitor.open(f"/coordination/projets/{project.id}")).status == 404
