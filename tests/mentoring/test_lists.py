"""The pages ask the database as little with three rows as with one."""

from creathon.core.database import Database
from tests.browsing import Visitor
from tests.factories.mentoring import make_followed, make_interviews, make_milestone
from tests.mentoring.conftest import Scene
from tests.queries import MOST_QUERIES, count_queries


async def test_lists_ask_the_same_queries_for_one_project_and_for_three(
    omar: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    asked: dict[str, list[int]] = {}
    for round_number in (1, 3):
        for visitor, path in ((omar, "/mentorat"), (claire, "/coordination/accompagnement")):
            with count_queries(database) as counted:
                await visitor.open(path)
            assert visitor.text.count("Omar") + visitor.text.count("Prochain entretien") >= round_number
            asked.setdefault(path, []).append(counted.count)
        if round_number == 1:
            async with database.writing() as session:
                for project in scene.projects[1:]:
                    followed = await make_followed(session, scene.edition, project)
                    await make_interviews(session, followed)
                    await make_milestone(session, followed)
    for path, (one, three) in asked.items():
        assert one == three, path
        assert three <= MOST_QUERIES, path


async def test_a_follow_up_asks_few_queries_however_long_it_is(
    omar: Visitor, awa: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    pages = [
        (omar, f"/mentorat/{scene.followed.pairing.id}"),
        (awa, "/accompagnement"),
        (claire, f"/coordination/accompagnement/projets/{scene.projects[0].id}"),
        (omar, scene.held),
        (awa, scene.milestone_path),
    ]
    asked: dict[str, list[int]] = {path: [] for _, path in pages}
    for round_number in (1, 3):
        for visitor, path in pages:
            with count_queries(database) as counted:
                await visitor.open(path)
            assert visitor.status == 200
            asked[path].append(counted.count)
        if round_number == 1:
            async with database.writing() as session:
                for title in ("Budget", "Prototype"):
                    await make_milestone(session, scene.followed, title)
    for path, (one, three) in asked.items():
        assert one == three, path
        assert three <= MOST_QUERIES, path


async def test_the_coordination_list_has_pages(claire: Visitor, scene: Scene, database: Database) -> None:
    await claire.open("/coordination/accompagnement?page=999")
    assert "Consigne en escalier" in claire.text
