"""Fields saved one by one, what the others wrote, the history and going back."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.pace import BEHIND_SECONDS
from creathon.projects.models import Project, ProjectRevision
from creathon.projects.queries import content_at
from creathon.projects.rules import bundle_of, content_of
from creathon.projects.rules.merging import both, merged, word_differences
from creathon.projects.rules.pieces import ids_of, pieces_of
from creathon.teams.models import TeamMember
from tests.browsing import Visitor, form_values
from tests.factories.editions import CREATION_CLOSES
from tests.factories.projects import FICHE, join_file, make_draft
from tests.factories.teams import make_team
from tests.personas import ZOE
from tests.projects.conftest import Scene
from tests.queries import count_queries

GRACE = timedelta(minutes=15)
ONE = timedelta(milliseconds=1)


@pytest.fixture
async def draft(scene: Scene, database: Database) -> Project:
    async with database.writing() as session:
        return await make_draft(session, scene.edition, scene.team)


async def stored(database: Database) -> Project:
    async with database.reading() as session:
        return (await session.scalars(select(Project))).one()


async def revisions(database: Database) -> list[ProjectRevision]:
    async with database.reading() as session:
        return list(await session.scalars(select(ProjectRevision).order_by(ProjectRevision.version)))


async def save(browser: Visitor, version: int, key: str = "", **values: Any) -> Visitor:
    """Send some fields, as the page does by itself."""
    if not hasattr(browser, "csrf"):
        browser.csrf = form_values((await browser.open("/projet")).form("/projet"))["_csrf"]  # type: ignore[attr-defined]
    once = {"_once": key} if key else {}
    token = browser.csrf  # type: ignore[attr-defined]
    return await browser.post("/projet/champs", _csrf=token, version=version, champ=list(values), **once, **values)


@pytest.mark.bar("G87", "G94")
async def test_two_fields_saved_at_once_both_stay_and_each_says_who(
    awa: Visitor, bastien: Visitor, scene: Scene, draft: Project, database: Database
) -> None:
    base = draft.version
    await asyncio.gather(save(awa, base, need="Le besoin d’Awa"), save(bastien, base, solution="Celle de Bastien"))
    assert (awa.status, bastien.status) == (200, 200)
    project = await stored(database)
    assert (project.need, project.solution) == ("Le besoin d’Awa", "Celle de Bastien")
    last = (await revisions(database))[base:]
    assert sorted((row.changed, row.author_id) for row in last) == [
        (["need"], scene.people[0].id),
        (["solution"], scene.people[1].id),
    ]
    assert all(set(row.content) == set(row.changed) for row in last), "a revision holds only what it changed"


@pytest.mark.bar("G87")
async def test_one_field_changed_by_two_is_refused_with_both_texts(
    awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    base = draft.version
    await save(awa, base, need="Le besoin d’Awa")
    await save(bastien, base, need="Le besoin de Bastien")
    assert bastien.status == 409
    clash = bastien.response.json()["clashes"]["need"]
    assert (clash["mine"], clash["theirs"]) == ("Le besoin de Bastien", "Le besoin d’Awa")
    assert clash["by"].startswith("Awa")
    assert (await stored(database)).need == "Le besoin d’Awa"


@pytest.mark.bar("G88")
async def test_the_same_key_twice_writes_once_and_is_answered_by_the_state(
    awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    base = draft.version
    await save(awa, base, "une-cle", need="Le besoin d’Awa")
    await save(bastien, base + 1, need="Repris par Bastien")
    await save(awa, base, "une-cle", need="Le besoin d’Awa")
    assert awa.status == 200
    assert awa.response.json()["fields"] == {"need": "Repris par Bastien"}
    assert (await stored(database)).need == "Repris par Bastien", "the second sending did not write again"
    assert len(await revisions(database)) == base + 2


async def test_the_page_learns_what_the_others_wrote_and_not_its_own_news(
    awa: Visitor, bastien: Visitor, draft: Project
) -> None:
    await save(awa, draft.version, need="Le besoin d’Awa")
    await bastien.open(f"/projet/etat?depuis={draft.version}")
    told = bastien.response.json()
    assert told["fields"] == {"need": "Le besoin d’Awa"}
    assert [" ".join(line.split()) for line in told["news"]] == [
        f"{' '.join(told['news'][0].split()[:2])} a modifié « Le besoin » à 15 h 00"
    ]
    assert (await awa.open(f"/projet/etat?depuis={draft.version}")).response.json()["news"] == []
    assert (await bastien.open(f"/projet/etat?depuis={told['version']}")).response.json()["fields"] == {}


async def test_nothing_new_is_said_in_two_queries_and_without_a_word(
    awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    seen = draft.version
    with count_queries(database) as asked:
        await bastien.open(f"/projet/etat?depuis={seen}&panneau={seen}")
    assert (bastien.status, bastien.response.content) == (204, b"")
    assert asked.count == 2, asked.statements
    await save(awa, seen, need="Le besoin d’Awa")
    await bastien.open(f"/projet/etat?depuis={seen}&panneau={seen}")
    assert bastien.response.json()["fields"] == {"need": "Le besoin d’Awa"}


async def test_nothing_new_is_not_said_to_who_has_left_the_team(
    bastien: Visitor, scene: Scene, draft: Project, database: Database
) -> None:
    async with database.writing() as session:
        await session.execute(delete(TeamMember).where(TeamMember.person_id == scene.people[1].id))
    await bastien.open(f"/projet/etat?depuis={draft.version}&panneau={draft.version}")
    assert bastien.status == 403
    assert "pas encore d’équipe" in bastien.text


@pytest.mark.bar("G94")
async def test_a_process_that_is_behind_saves_and_lets_the_news_wait(
    app: Creathon, awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    seen = draft.version
    app.litestar.state.pace.late = 2 * BEHIND_SECONDS
    await save(awa, seen, need="Le besoin d’Awa")
    assert (await stored(database)).need == "Le besoin d’Awa"
    waited = await bastien.open(f"/projet/etat?depuis={seen}&panneau={seen}")
    assert (waited.status, waited.response.content) == (204, b"")
    assert (await bastien.open(f"/projet/etat?depuis={seen}")).response.json()["fields"] != {}, (
        "after a save, it is told"
    )
    app.litestar.state.pace.late = 0.0
    assert (await bastien.open(f"/projet/etat?depuis={seen}&panneau={seen}")).response.json()["fields"] != {}


@pytest.mark.bar("F75")
@pytest.mark.parametrize(("late", "status"), [(-ONE, 200), (timedelta(0), 403), (ONE, 403)])
async def test_a_field_that_arrives_at_the_end(
    awa: Visitor, scene: Scene, draft: Project, database: Database, clock: MovableClock, late: timedelta, status: int
) -> None:
    clock.move_to(CREATION_CLOSES + GRACE - timedelta(minutes=1))
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet")
    awa.csrf = form_values(awa.form("/projet"))["_csrf"]  # type: ignore[attr-defined]
    clock.move_to(CREATION_CLOSES + GRACE + late)
    await save(awa, draft.version, need="À la dernière minute")
    assert awa.status == status
    assert ((await stored(database)).need == "À la dernière minute") is (status == 200)


@pytest.mark.bar("H95")
async def test_a_commit_that_fails_is_never_acknowledged(
    awa: Visitor, draft: Project, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(awa, draft.version, need="Avant la panne")

    async def fail(_self: Any) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patched:
        patched.setattr("creathon.core.web.transactions.UnitOfWork._commit", fail)
        await save(awa, draft.version + 1, "cle-de-panne", need="Pendant la panne")
    assert awa.status == 503
    assert (await stored(database)).need == "Avant la panne"
    await save(awa, draft.version + 1, "cle-de-panne", need="Pendant la panne")
    assert awa.status == 200
    assert (await stored(database)).need == "Pendant la panne"


async def test_a_text_too_long_is_refused_by_its_field(awa: Visitor, draft: Project, database: Database) -> None:
    await save(awa, draft.version, summary="é" * 401)
    assert awa.status == 422
    assert "400 caractères au plus" in awa.response.json()["errors"]["summary"][0]
    assert (await stored(database)).summary == FICHE.summary


@pytest.mark.bar("G87")
async def test_a_form_refused_for_a_limit_keeps_the_version_it_was_made_from(
    awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    await bastien.open("/projet")
    await save(awa, draft.version, need="Le besoin d’Awa")
    await bastien.submit("/projet", need="Le besoin de Bastien", summary="é" * 401)
    assert bastien.status == 422
    await bastien.submit("/projet", summary="Court")
    assert bastien.status == 409, "what Awa wrote meanwhile is not overwritten by the corrected form"
    assert (await stored(database)).need == "Le besoin d’Awa"


@pytest.mark.bar("C30")
async def test_another_team_reads_its_own_history_only(
    awa: Visitor, visitor: Visitor, scene: Scene, draft: Project, database: Database
) -> None:
    async with database.writing() as session:
        other = await make_team(session, scene.edition, [ZOE], name="Les Autres")
        zoe = other.members[0].person
        await make_draft(session, scene.edition, other, title="Titre des Autres")
    await visitor.sign_in_as(zoe)
    await save(awa, draft.version, need="Secret des Marches")
    newest = draft.version + 1
    assert "Secret des Marches" in (await awa.open(f"/projet/historique/texte?version={newest}")).text
    for path in ("/projet/historique", f"/projet/historique/texte?version={newest}", "/projet/etat?depuis=0"):
        await visitor.open(path)
        assert "Secret" not in visitor.response.text
        assert "Awa" not in visitor.text


async def test_a_text_taken_back_is_one_more_version(
    awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    await save(awa, draft.version, need="Effacé par erreur <b>")
    await bastien.open("/projet")
    await bastien.open("/projet/historique")
    assert "« Le besoin »" in bastien.text
    await bastien.open(str(bastien.page.select_one("main ol a")["href"]))  # type: ignore[index]
    assert "Effacé par erreur <b>" in bastien.text
    assert bastien.page.select("main ins")
    assert bastien.page.select("main del")
    await bastien.submit(button="Reprendre le texte d’avant")
    assert "« Le besoin » est de nouveau comme avant" in bastien.flash
    assert (await stored(database)).need == FICHE.need
    assert [row.version for row in await revisions(database)] == [*range(1, draft.version + 3)]


async def test_a_text_taken_back_while_another_changes_it_is_compared(
    awa: Visitor, bastien: Visitor, draft: Project, database: Database
) -> None:
    await save(awa, draft.version, need="Un")
    await bastien.open(f"/projet/historique/texte?version={draft.version + 1}")
    await save(awa, draft.version + 1, need="Deux")
    await bastien.submit(button="Reprendre le texte d’avant")
    assert bastien.status == 409
    assert "Deux" in bastien.text
    await bastien.submit("/projet", keep_need="both")
    assert (await stored(database)).need == f"Deux\n\n{FICHE.need}"


async def test_every_version_of_a_long_history_is_read_whole(
    awa: Visitor, scene: Scene, draft: Project, database: Database
) -> None:
    async with database.writing() as session:
        project = await session.get_one(Project, draft.id)
        from_here = project.version
    for number in range(from_here, 110):
        await save(awa, number, need=f"Texte {number + 1}", **({"title": f"Titre {number + 1}"} if number % 7 else {}))
    rows = await revisions(database)
    assert sum(row.whole for row in rows) == 3
    async with database.reading() as session:
        texts = [(await content_at(session, draft.id, number) or {})["need"] for number in range(from_here + 1, 111)]
        assert texts == [f"Texte {number}" for number in range(from_here + 1, 111)]
        assert await content_at(session, draft.id, 111) is None
    assert (await stored(database)).title == "Titre 110"


async def test_a_joined_file_is_in_the_versions_that_held_it(scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        without = project.version
        await join_file(session, scene.edition, project)
        held = content_of(project)
        assert (await content_at(session, project.id, without) or {})["file"] is None
        found = await content_at(session, project.id, project.version) or {}
        assert ids_of(found) == [project.files[0].id]
        assert bundle_of(found, pieces_of(found)) == held


def test_a_merge_takes_what_each_changed() -> None:
    base = FICHE.content()
    mine, theirs = base | {"need": "Moi", "title": "Pareil"}, base | {"solution": "Eux", "title": "Pareil"}
    merge = merged(mine, base, theirs)
    assert (merge.changes, merge.clashes) == ({"need": "Moi"}, [])
    assert merged(mine, base, theirs | {"need": "Eux"}).clashes == ["need"]
    assert merged(mine, {}, theirs).clashes == ["need", "solution"], "an unknown base decides nothing"


def test_both_keeps_every_word_and_every_choice() -> None:
    assert both("need", "Eux", "Moi") == "Eux\n\nMoi"
    assert both("needs", ["oral"], ["langage_ecrit", "oral"]) == ["langage_ecrit", "oral"]


def test_differences_hold_both_texts_to_the_letter() -> None:
    before, after = "Une consigne  dictée,\nlue.", "Une  consigne écrite, relue !"
    pieces = word_differences(before, after)
    assert [piece.text for piece in word_differences("La petite marche", "Une grande échelle")] == [
        "La petite marche",
        "Une grande échelle",
    ], "spaces in common do not cut a text to pieces"
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
