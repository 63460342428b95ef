"""/projet/sous-titres: brought, proposed, corrected, frozen by a deposit, and read by whom."""

from datetime import timedelta

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Role
from creathon.projects.queries import project_of_team
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules.captions import MOST_CUES
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import CREATION_CLOSES, site_of
from tests.factories.projects import CAPTIONS, join_video, make_deposit, make_draft
from tests.personas import CLAIRE, SAMIR, ZOE
from tests.projects.conftest import Scene

PAGE = "/projet/sous-titres"
BRING, PROPOSE = f"{PAGE}/apporter", f"{PAGE}/proposer"
SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\nLa consigne <i>arrive</i>.\r\n"


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return FileStore(settings.data / "files")


async def captions(database: Database, scene: Scene) -> str:
    async with database.reading() as session:
        project = await project_of_team(session, scene.team.id)
    return project.video_captions if project else ""


async def draft(database: Database, scene: Scene, **changes: object) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team, **changes)


async def test_a_file_is_read_and_shown_cue_by_cue(awa: Visitor, scene: Scene, database: Database) -> None:
    await draft(database, scene, video_captioned=False)
    await awa.open("/projet")
    assert "La vidéo est à sous-titrer" in awa.text
    await awa.open(PAGE)
    await awa.submit(BRING, files={"captions_file": ("film.srt", SRT.encode())})
    assert "1 sous-titre" in awa.flash, awa.errors
    assert await captions(database, scene) == "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nLa consigne arrive."
    assert [one["value"] for one in awa.page.select("[name=debut], [name=fin]")] == ["0:01,000", "0:03,500"]
    await awa.open("/projet")
    assert "La vidéo est à sous-titrer" not in awa.text


async def test_what_cannot_be_read_is_refused_with_its_line_and_kept(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene)
    await awa.open(PAGE)
    await awa.submit(BRING, files={"captions_file": ("film.srt", b"1\n00:00:01,000 --> 0:00:00,5\nMot rare")})
    assert awa.status == 422
    assert "Ligne 2" in awa.errors
    assert "Mot rare" in awa.page.select_one("#captions_text").text
    await awa.submit(BRING, captions_text="Mot perdu ?")
    assert (awa.status, "Ligne 1" in awa.errors) == (422, True)
    assert "Mot perdu ?" in awa.page.select_one("#captions_text").text
    assert await captions(database, scene) == ""


async def test_captions_are_proposed_from_the_transcript_which_is_saved_too(
    awa: Visitor, scene: Scene, database: Database, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        await join_video(session, scene.edition, project, store=store)
    await awa.open(PAGE)
    assert awa.page.select_one("#duration")["value"] == "0:12"
    await awa.submit(
        PROPOSE,
        video_transcript="Une voix lit la consigne, longue et serrée. Un élève demande pourquoi elle est si longue.",
    )
    kept = await captions(database, scene)
    assert kept.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert kept.count("-->") == len(awa.page.select("[data-cue]")) == 2
    await awa.submit(PROPOSE, duration="bientôt", video_transcript="Autre texte.")
    assert awa.status == 422
    assert "2:45" in awa.errors
    assert awa.page.select_one("#video_transcript").text.strip() == "Autre texte."
    await awa.open("/projet")
    assert "Une voix lit la consigne" in awa.page.select_one("#video_transcript").text


async def test_rows_are_corrected_added_and_removed_without_a_script(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene, video_captions=CAPTIONS)
    await awa.open(PAGE)
    rows = {"debut": ["0:01", "0:03,5"], "fin": ["0:03", "0:07"], "texte": ["Un mot nouveau", "Deux"]}
    await awa.submit(PAGE, **rows, acte="ajouter-1")
    assert [one.text.strip() for one in awa.page.select("[name=texte]")] == ["Un mot nouveau", "", "Deux"]
    assert awa.page.select_one("#debut-2")["value"] == "0:03,000"
    assert "Un mot nouveau" in await captions(database, scene)
    await awa.submit(PAGE, **rows, acte="retirer-2")
    assert await captions(database, scene) == "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nUn mot nouveau"


async def test_a_row_that_ends_before_it_starts_is_refused_and_every_row_kept(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene, video_captions=CAPTIONS)
    await awa.open(PAGE)
    await awa.submit(PAGE, debut=["0:05", "demain"], fin=["0:03", "0:07"], texte=["Un", "Deux"], acte="")
    assert awa.status == 422
    assert "La fin doit venir après le début" in awa.errors
    assert [one["value"] for one in awa.page.select("[name=debut]")] == ["0:05", "demain"]
    assert awa.page.select_one('[data-error-summary] a[href="#debut-2"]')
    assert await captions(database, scene) == CAPTIONS


async def test_two_people_who_correct_at_once_lose_nothing(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene, video_captions=CAPTIONS)
    await awa.open(PAGE)
    await bastien.open(PAGE)
    row = {"debut": ["0:01"], "fin": ["0:03"], "acte": ""}
    await awa.submit(PAGE, **row, texte=["Celui d’Awa"])
    await bastien.submit(PAGE, **row, texte=["Celui de Bastien"])
    assert bastien.status == 409
    assert bastien.page.select_one("#texte-1").text.strip() == "Celui de Bastien"
    assert "Celui d’Awa" in bastien.text
    assert "Celui d’Awa" in await captions(database, scene)
    await bastien.submit(PAGE, **row, texte=["Celui de Bastien"])
    assert "Celui de Bastien" in await captions(database, scene)


async def test_saving_the_fiche_leaves_the_captions(awa: Visitor, scene: Scene, database: Database) -> None:
    await draft(database, scene, video_captions=CAPTIONS)
    await awa.open("/projet")
    await awa.submit("/projet", summary="Une phrase nouvelle.")
    assert await captions(database, scene) == CAPTIONS
    token = awa.page.select_one("[name=_csrf]")["value"]
    await awa.post("/projet/champs", champ="video_captions", video_captions="Perdu", version="2", _csrf=token)
    assert awa.status == 400


async def test_a_deposit_freezes_its_captions_and_both_formats_are_given_back(
    awa: Visitor, scene: Scene, database: Database, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team, video_captions=CAPTIONS)
        await join_video(session, scene.edition, project, store=store)
        deposit = await make_deposit(session, scene.edition, project)
    assert deposit.content["video_captions"] == CAPTIONS
    assert bundle_sha256(deposit.content) == deposit.sha256
    await awa.open(PAGE)
    await awa.submit(PAGE, debut=["0:01"], fin=["0:03"], texte=["Un autre texte"], acte="")
    track = f"/projet/recepisses/{deposit.number}/sous-titres.vtt"
    frozen, now = await awa.http.get(track), await awa.http.get(f"{PAGE}/brouillon.vtt")
    assert frozen.headers["content-type"] == "text/vtt; charset=utf-8"
    assert (frozen.text, "Un autre texte" in now.text) == (f"{CAPTIONS}\n", True)
    assert (await awa.http.get(f"{PAGE}/brouillon.srt")).text.startswith("1\n00:00:01,000 --> 00:00:03,000\n")
    await awa.open(f"/projet/recepisses/{deposit.number}")
    assert awa.page.select_one("video track[default][srclang=fr]")["src"] == track


async def test_captions_are_read_by_the_team_and_its_coordination_alone(
    app: Creathon, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team, video_captions=CAPTIONS)
        site = site_of(scene.edition, "POI")
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, scene.edition, site)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
        zoe = await make_person(session, ZOE)
    path = f"/coordination/projets/{project.id}/sous-titres.vtt"
    for person, status in ((samir, 200), (claire, 200), (zoe, 403), (scene.people[0], 403)):
        async with Visitor(app) as visitor:
            await visitor.sign_in_as(person)
            assert (await visitor.http.get(path)).status_code == status


async def test_rows_typed_while_writing_closes_are_kept_on_the_page(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    await draft(database, scene, video_captions=CAPTIONS)
    clock.move_to(CREATION_CLOSES - timedelta(minutes=5))
    await awa.sign_in_as(scene.people[0])
    await awa.open(PAGE)
    clock.move_to(CREATION_CLOSES + timedelta(minutes=15))
    await awa.submit(PAGE, debut=["0:01", "demain"], fin=["0:03", "0:07"], texte=["Mot rare", "Deux"], acte="ajouter-1")
    assert awa.status == 403
    assert "Ces sous-titres ne sont pas enregistrés" in awa.errors
    assert [one["value"] for one in awa.page.select("[name=debut]")] == ["0:01", "demain"]
    assert [one.text.strip() for one in awa.page.select("[name=texte]")] == ["Mot rare", "Deux"]
    assert await captions(database, scene) == CAPTIONS
    await awa.open(PAGE)
    assert awa.page.select("main form") == []
    assert "La consigne arrive d’un coup." in awa.text


async def test_captions_taken_back_over_those_of_somebody_else_are_compared_first(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene, video_captions=CAPTIONS)
    row = {"debut": ["0:01"], "fin": ["0:03"], "acte": ""}
    await awa.open(PAGE)
    await awa.submit(PAGE, **row, texte=["Celui d’Awa"])
    await awa.open("/projet/historique/texte")
    await bastien.open(PAGE)
    await bastien.submit(PAGE, **row, texte=["Celui de Bastien"])
    await awa.submit("/projet/historique")
    assert awa.status == 409
    assert "Quelqu’un de votre équipe a changé les sous-titres entre-temps. Bastien" in awa.errors
    assert "Celui de Bastien" in awa.text
    offered = [one.text.strip() for one in awa.page.select("[name=texte]")]
    assert offered == ["La consigne arrive d’un coup.", "On la découpe\nen marches."]
    assert "Celui de Bastien" in await captions(database, scene)
    rows = {name: [one.get("value", one.text.strip()) for one in awa.page.select(f"[name={name}]")]
            for name in ("debut", "fin", "texte")}  # fmt: skip
    await awa.submit(PAGE, **rows, acte="")
    assert "2 sous-titres" in awa.flash
    assert await captions(database, scene) == CAPTIONS


async def test_more_rows_than_a_video_has_are_refused_in_a_sentence_and_nothing_is_kept(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    def rows(many: int) -> dict[str, list[str]]:
        return {
            "debut": [f"{n // 60}:{n % 60:02}" for n in range(many)],
            "fin": [f"{n // 60}:{n % 60:02},900" for n in range(many)],
            "texte": ["Un"] * many,
        }

    await draft(database, scene, video_captions=CAPTIONS)
    await awa.open(PAGE)
    await awa.submit(PAGE, **rows(MOST_CUES + 1), acte="")
    assert awa.status == 422
    assert f"{MOST_CUES} sous-titres" in awa.errors
    assert len(awa.page.select("[name=texte]")) == MOST_CUES + 1
    assert await captions(database, scene) == CAPTIONS
    await awa.submit(PAGE, **rows(MOST_CUES + 20), acte="")
    assert awa.status == 400
    assert "Ce formulaire ne peut pas être lu" in awa.text
    assert await captions(database, scene) == CAPTIONS
    await awa.open(PAGE)
    await awa.submit(PAGE, **rows(MOST_CUES), acte="")
    assert (await captions(database, scene)).count("-->") == MOST_CUES
