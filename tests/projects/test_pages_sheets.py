"""The questionnaires in the pages: answered whole or by field, by two people, held, deposited, signalled to some."""

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import select

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Role
from creathon.projects.models import Deposit, Project, ProjectRevision
from creathon.projects.proofs import deposit_problems
from creathon.projects.queries import content_at
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules import statement_of
from tests.browsing import Visitor, form_values
from tests.factories.accounts import make_holder
from tests.factories.editions import AFTER_PALMARES
from tests.factories.projects import ANSWERED, SIGNER, make_deposited, make_draft
from tests.personas import CLAIRE
from tests.projects.conftest import Scene
from tests.projects.test_pages_together import save

WATCHED = "L’équipe ne dit pas quelles données elle pourrait retirer."
ANSWERED_ETHICS = {name: value for name, value in ANSWERED.items() if name.startswith("e")}
LABEL = "Quelles données entrent dans l’outil"


async def stored(database: Database) -> Project:
    async with database.reading() as session:
        return (await session.scalars(select(Project))).one()


async def deposits(database: Database) -> list[Deposit]:
    async with database.reading() as session:
        return list(await session.scalars(select(Deposit).order_by(Deposit.arrived_at)))


async def draft(database: Database, scene: Scene, **changes: Any) -> Project:
    async with database.writing() as session:
        return await make_draft(session, scene.edition, scene.team, **changes)


async def test_the_whole_form_saves_the_answers_and_shows_them_again(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await awa.open("/projet")
    assert {one.get_text(strip=True) for one in awa.page.select("#ethics-sheet fieldset > legend")}
    await awa.submit("/projet", title="Deux rives", e06=["voix", "image"], e07="Le prénom.", e08="ue", i18=["fiche"])
    assert "Brouillon enregistré" in awa.flash
    project = await stored(database)
    assert project.ethics_answers == {"e06": ["voix", "image"], "e07": "Le prénom.", "e08": "ue"}
    assert project.inclusion_answers == {"i18": ["fiche"]}
    values = form_values((await awa.open("/projet")).form("/projet"))
    assert (values["e06"], values["e07"], values["e08"]) == (["voix", "image"], "Le prénom.", ["ue"])


async def test_an_answer_that_was_not_offered_is_refused_and_nothing_is_stored(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    project = await draft(database, scene)
    await save(awa, project.version, e08="lune")
    assert awa.status == 422
    assert "e08" in awa.response.json()["errors"]
    assert "e08" not in (await stored(database)).ethics_answers


async def test_two_people_answering_two_questions_clash_on_nothing(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    base = (await draft(database, scene)).version
    await asyncio.gather(save(awa, base, e07="Le prénom."), save(bastien, base, e09="Un an.", i03="groupe"))
    assert (awa.status, bastien.status) == (200, 200)
    project = await stored(database)
    assert project.ethics_answers == ANSWERED_ETHICS | {"e07": "Le prénom.", "e09": "Un an."}
    assert project.inclusion_answers["i03"] == "groupe"
    async with database.reading() as session:
        rows = await session.scalars(select(ProjectRevision).where(ProjectRevision.version > base))
        assert sorted(sorted(row.content) for row in rows) == [["e07"], ["e09", "i03"]]


async def test_one_answer_changed_by_two_is_compared_in_words(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    project = await draft(database, scene)
    await bastien.open("/projet")
    await save(awa, project.version, e08="hors_ue", e06=["voix"])
    await bastien.submit("/projet", button="Enregistrer le brouillon", e08="ue", e06=["image"])
    assert bastien.status == 409
    assert "Hors de l’Union européenne" in bastien.text
    assert not bastien.page.select("[name=keep_e08][value=both]"), "a single choice cannot be two"
    await bastien.submit("/projet", keep_e08="theirs", keep_e06="both")
    answers = (await stored(database)).ethics_answers
    assert (answers["e08"], answers["e06"]) == ("hors_ue", ["voix", "image"])


async def test_an_answer_is_taken_back_from_the_history(awa: Visitor, scene: Scene, database: Database) -> None:
    project = await draft(database, scene)
    await save(awa, project.version, i03="seul")
    await awa.open(f"/projet/historique/texte?version={project.version + 1}")
    assert "L’élève seul" in awa.text
    await awa.submit(button="Reprendre le texte d’avant")
    assert (await stored(database)).inclusion_answers["i03"] == "classe"


async def test_a_red_flag_holds_the_deposit_then_its_answer_releases_it(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene, answers=ANSWERED | {"e13": "oui"})
    await awa.open("/projet")
    held = awa.page.select_one("[data-live=depot] a[href='#e13_why']")
    assert held is not None
    assert "question E13" in " ".join(held.get_text().split())
    await awa.post("/projet/depot", _csrf=form_values(awa.form("/projet"))["_csrf"], version=2)
    assert awa.status == 403
    assert "interdite en éducation" in awa.text
    assert await deposits(database) == []
    await awa.open("/projet")
    await awa.submit("/projet", e13_why="Prévenir une crise d’épilepsie.")
    await awa.open("/projet/depot")
    assert "Signal rouge" in awa.text
    await awa.submit(button="Déposer le projet")
    (deposit,) = await deposits(database)
    assert deposit.content["sheets"] == {"inclusion": 1, "ethics": 1}
    assert deposit.content["e13"] == "oui"


async def test_the_page_learns_by_itself_what_an_answer_holds_and_signals(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    project = await draft(database, scene)
    await save(bastien, project.version, e13="oui")
    panel = (await awa.open(f"/projet/etat?depuis={project.version}&panneau={project.version}")).response.json()[
        "panel"
    ]
    assert 'href="#e13_why"' in panel
    assert "Pratique interdite en éducation" in panel
    await save(bastien, project.version + 1, e06=[], e13="non")
    panel = (await awa.open(f"/projet/etat?depuis={project.version}&panneau={project.version}")).response.json()[
        "panel"
    ]
    assert 'href="#e06-0"' in panel, "a list is reached by its first choice"


async def test_a_deposit_made_before_the_questionnaires_still_verifies(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database, tmp_path: Path
) -> None:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
    (deposit,) = await deposits(database)
    old = {name: value for name, value in deposit.content.items() if name not in {*ANSWERED, "sheets"}}
    async with database.writing() as session:
        row = await session.get_one(Deposit, deposit.id)
        row.content, row.sha256 = old, bundle_sha256(old)
        row.receipt = SIGNER.sign(statement_of(row, scene.edition.slug))
        draft_of = await session.get_one(Project, project.id)
        draft_of.ethics_answers, draft_of.inclusion_answers = {}, {}
        for revision in await session.scalars(select(ProjectRevision)):
            revision.content = {name: value for name, value in revision.content.items() if name not in ANSWERED}
    await visitor.open(f"/verifier?numero={deposit.number}")
    assert "ne correspond plus" not in visitor.text
    async with database.reading() as session:
        proofs = [proof async for proof in deposit_problems(session, FileStore(tmp_path), SIGNER.keys)]
    assert proofs == [(deposit.number, "")]
    await awa.open("/projet")
    assert "Le brouillon est exactement ce qui est déposé" in awa.text
    await awa.open(f"/projet/recepisses/{deposit.number}")
    assert awa.status == 200
    assert "Fiche éthique" not in awa.text
    async with database.reading() as session:
        content = await content_at(session, project.id, 1)
    assert content is not None
    assert content["e06"] == [], "an older version is read with its questions blank"


async def test_the_team_and_the_coordination_see_the_signals_and_the_public_nothing_of_the_sheets(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
    await awa.open("/projet")
    assert WATCHED in awa.text
    clock.move_to(AFTER_PALMARES)
    await visitor.open(f"/projets/{project.slug}")
    assert "La consigne est souvent" in visitor.text
    assert WATCHED not in visitor.response.text
    assert LABEL not in visitor.response.text
    assert ANSWERED["e01"] not in visitor.response.text
    await visitor.sign_in_as(claire)
    await visitor.open(f"/coordination/projets/{project.id}")
    assert WATCHED in visitor.text
    assert LABEL in visitor.text
