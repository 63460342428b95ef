"""Two requests at once on one project: one counts, the other is told, nothing is lost."""

import asyncio

import pytest
from sqlalchemy import func, select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.mentoring.models import Interview, Pairing
from tests.browsing import Visitor
from tests.factories.mentoring import make_mentor, make_selection, reloaded
from tests.mentoring.conftest import Scene, mails_named, stored
from tests.personas import INES, NADIA


@pytest.mark.bar("G87")
async def test_one_project_is_given_to_one_mentor(app: Creathon, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        await make_selection(session, scene.edition, scene.projects[1])
        people = [await make_mentor(session, scene.edition, persona) for persona in (INES, NADIA)]
    path = f"/coordination/accompagnement/projets/{scene.projects[1].id}"
    async with Visitor(app) as one, Visitor(app) as other:
        for visitor in (one, other):
            await visitor.sign_in_as(scene.people["Claire"])
            await visitor.open(path)
        await asyncio.gather(
            *(
                visitor.submit(path, mentor_id=person.id, objective="Viser juste.")
                for visitor, person in zip((one, other), people, strict=True)
            )
        )
        assert sorted((one.status, other.status)) == [200, 403]
        late = one if one.status == 403 else other
        assert "Ce projet est déjà suivi" in late.text
    async with database.reading() as session:
        query = select(func.count(Pairing.id)).where(Pairing.project_id == scene.projects[1].id)
        assert await session.scalar(query) == 1
    assert len(await mails_named(database, "mentoring_assigned")) == 2


@pytest.mark.bar("G87")
async def test_notes_sent_at_once_lose_none(app: Creathon, scene: Scene, database: Database) -> None:
    visitors = [Visitor(app) for _ in range(8)]
    for visitor in visitors:
        await visitor.sign_in_as(scene.people["Omar"])
        await visitor.open(scene.held)
    await asyncio.gather(
        *(visitor.submit("/compte-rendu", decisions=f"Texte {number}") for number, visitor in enumerate(visitors))
    )
    said = sorted(visitor.status for visitor in visitors)
    assert said == [200] + [409] * 7
    kept = next(number for number, visitor in enumerate(visitors) if visitor.status == 200)
    assert (await stored(database, scene.interviews[0])).decisions == f"Texte {kept}"
    assert len(await mails_named(database, "mentoring_note")) == 3
    for visitor in visitors:
        await visitor.http.aclose()


@pytest.mark.bar("C36", "G87")
async def test_a_mentor_changed_while_they_write_leaves_no_note_behind(
    app: Creathon, omar: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        ines = await make_mentor(session, scene.edition, INES)
    await omar.open(scene.held)
    await claire.open(f"/coordination/accompagnement/projets/{scene.projects[0].id}")
    await asyncio.gather(
        claire.submit("/mentor", mentor_id=ines.id), omar.submit("/compte-rendu", decisions="En même temps")
    )
    assert claire.status == 200
    async with database.reading() as session:
        pairing = await reloaded(session, scene.followed.pairing)
    assert pairing.mentor.id == ines.id
    assert pairing.interviews[0].decisions == ("En même temps" if omar.status == 200 else "")
    assert omar.status in (200, 404)


@pytest.mark.bar("G88")
async def test_one_list_of_interviews_planned_twice_at_once_is_planned_once(
    app: Creathon, scene: Scene, database: Database
) -> None:
    path = f"{scene.pairing_path}/entretiens"
    async with Visitor(app) as one, Visitor(app) as other:
        for visitor in (one, other):
            await visitor.sign_in_as(scene.people["Omar"])
            await visitor.open(path)
        await asyncio.gather(*(visitor.submit(path, first="2027-11-02T17:00") for visitor in (one, other)))
        assert sorted((one.status, other.status)) == [200, 403]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Interview.id))) == 9
