"""Several pieces: joined, taken off, deposited in their order, read blind, hidden from the public; receipts hold."""

from datetime import timedelta

from sqlalchemy import select, text

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.core.migrations import migrate
from creathon.editions.models import DeliverableKind
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import USUAL
from creathon.projects.models import Deposit, DepositFile, DraftFile, ProjectFile
from creathon.projects.queries import content_at, project_of_team
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules import bundle_of, content_of
from creathon.projects.rules.pieces import ids_of, pieces_of, with_pieces
from tests.browsing import Visitor
from tests.factories.editions import AFTER_PALMARES
from tests.factories.projects import PDF, join_file, join_video, make_deposit, make_draft
from tests.projects.conftest import Scene
from tests.projects.tusing import CONTENT, Sender

PIECE = DeliverableKind.PIECE
JOIN = "/projet/fichier"
ANOTHER = b"\n% another\n%%EOF"


async def names_in_draft(database: Database, scene: Scene) -> list[str]:
    async with database.reading() as session:
        project = await project_of_team(session, scene.team.id)
        return [piece.name for piece in project.pieces] if project else []


async def taking_off(database: Database, name: str) -> str:
    """Where a page takes a file of that name off the draft."""
    async with database.reading() as session:
        file_id = await session.scalar(select(ProjectFile.id).where(ProjectFile.name == name).limit(1))
    return f"/projet/fichiers/{file_id}/retirer"


async def set_most(database: Database, scene: Scene, most: int) -> None:
    async with database.writing() as session:
        for row in await deliverables_of(session, scene.edition.id):
            if row.kind is PIECE:
                row.most = most


def said(name: str) -> dict[str, object]:
    return {"name": name, "size": 1, "sha256": "0" * 64, "media_type": "application/pdf"}


def test_with_one_piece_a_bundle_is_what_it_was_when_one_was_the_most() -> None:
    assert with_pieces({"title": "T"}, []) == {"title": "T", "file": None}
    assert with_pieces({"title": "T"}, [said("a")]) == {"title": "T", "file": said("a")}
    three = with_pieces({"title": "T"}, [said("a"), said("b"), said("c")])
    assert three == {"title": "T", "file": said("a"), "other_files": [said("b"), said("c")]}
    assert pieces_of(three) == [said("a"), said("b"), said("c")]
    assert with_pieces(three, []) == {"title": "T", "file": None}, "none of them stays"
    assert with_pieces(three, [said("b")]) == {"title": "T", "file": said("b")}


async def test_pieces_come_one_beside_the_other_up_to_what_the_edition_says(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    assert USUAL[PIECE].most == 3
    await awa.open("/projet")
    assert "3 au plus sont possibles" in awa.text
    for number in range(3):
        await awa.submit(JOIN, files={"file": (f"plan {number}.pdf", PDF + ANOTHER * number)})
        assert f"Fichier joint au brouillon : plan {number}.pdf" in awa.flash
        clock.advance(timedelta(minutes=1))
    assert await names_in_draft(database, scene) == ["plan 0.pdf", "plan 1.pdf", "plan 2.pdf"]
    assert "3 fichiers sont joints, le plus possible" in awa.text
    assert awa.page.select_one(f"form[action='{JOIN}']") is None


async def test_one_too_many_is_refused_on_a_page_opened_before_and_keeps_nothing(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await set_most(database, scene, 2)
    await awa.open("/projet")
    await awa.submit(JOIN, files={"file": ("un.pdf", PDF)})
    await bastien.open("/projet")
    await awa.submit(JOIN, files={"file": ("deux.pdf", PDF + ANOTHER)})
    await bastien.submit(JOIN, files={"file": ("trois.pdf", PDF + ANOTHER * 2)})
    assert bastien.status == 403
    assert "2 fichiers sont joints, le plus possible : pour en joindre un autre, retirez-en un." in bastien.text
    async with database.reading() as session:
        assert sorted(await session.scalars(select(ProjectFile.name))) == ["deux.pdf", "un.pdf"]


async def test_one_too_many_is_refused_before_its_first_byte(sender: Sender, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        for number in range(2):
            await join_file(session, scene.edition, project, content=PDF + ANOTHER * number)
    assert (await sender.begin(len(CONTENT), filename="trois.pdf")).status_code == 201
    await set_most(database, scene, 2)
    last = await sender.send(0, CONTENT)
    assert (last.status_code, "2 fichiers sont joints" in last.text) == (403, True), "as when another joined meanwhile"
    assert len(await names_in_draft(database, scene)) == 2
    await sender.visitor.open("/projet")
    await sender.visitor.submit(await taking_off(database, "dossier.pdf"))
    joined = await sender.send(len(CONTENT) - 1, CONTENT[-1:])
    assert joined.status_code == 204, "what had arrived is not lost"
    assert len(await names_in_draft(database, scene)) == 2
    refused = await sender.begin(len(CONTENT), filename="quatre.pdf")
    assert (refused.status_code, "2 fichiers sont joints" in refused.text) == (403, True)


async def test_where_one_is_the_most_the_new_one_takes_its_place(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await set_most(database, scene, 1)
    await awa.open("/projet")
    await awa.submit(JOIN, files={"file": ("un.pdf", PDF)})
    await awa.submit(button="Remplacer le fichier", files={"file": ("deux.pdf", PDF + ANOTHER)})
    assert await names_in_draft(database, scene) == ["deux.pdf"]


async def test_a_piece_is_taken_off_by_its_own_button_and_twice_changes_nothing(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await awa.open("/projet")
    for name, content in (("un.pdf", PDF), ("deux.pdf", PDF + ANOTHER)):
        await awa.submit(JOIN, files={"file": (name, content)})
    await bastien.open("/projet")
    await awa.submit(await taking_off(database, "un.pdf"))
    assert "Retiré du brouillon : un.pdf." in awa.flash
    assert await names_in_draft(database, scene) == ["deux.pdf"]
    await bastien.submit(await taking_off(database, "un.pdf"))
    assert "Ce fichier n’était plus joint au brouillon." in bastien.flash
    assert await names_in_draft(database, scene) == ["deux.pdf"]
    await awa.open("/projet/historique/texte")
    assert "un.pdf" in awa.text
    assert "Fichiers joints" in awa.text


async def test_a_deposit_freezes_every_piece_and_its_receipt_says_each_digest(
    awa: Visitor, scene: Scene, database: Database, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        joined = [
            await join_file(
                session, scene.edition, project, store=store, content=PDF + ANOTHER * number, name=f"{number}.pdf",
                now=project.created_at + timedelta(minutes=3 - number),
            )
            for number in range(3)
        ]  # fmt: skip
        deposit = await make_deposit(session, scene.edition, project)
    assert [piece["name"] for piece in pieces_of(deposit.content)] == ["2.pdf", "1.pdf", "0.pdf"], "as they came"
    assert bundle_sha256(deposit.content) == deposit.sha256
    await awa.open(f"/projet/recepisses/{deposit.number}")
    for file in joined:
        assert f"Empreinte SHA-256 de « {file.name} »" in awa.text
        assert file.sha256 in awa.text
    await awa.open("/projet")
    await awa.submit(await taking_off(database, "1.pdf"))
    assert "Vous avez modifié le brouillon depuis" in awa.text
    await awa.open(f"/projet/recepisses/{deposit.number}")
    assert "1.pdf" in awa.text
    async with database.reading() as session:
        assert len((await session.scalars(select(DepositFile.file_id))).all()) == 3
        assert len((await session.scalars(select(DraftFile.file_id))).all()) == 2


async def test_the_version_that_was_reviewed_is_deposited_with_its_pieces(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        for number in range(2):
            await join_file(
                session, scene.edition, project, store=store, content=PDF + ANOTHER * number, name=f"{number}.pdf",
                now=project.created_at + timedelta(minutes=number),
            )  # fmt: skip
        reviewed = content_of(project)
        found = await content_at(session, project.id, project.version) or {}
        assert sorted(ids_of(found)) == sorted(file.id for file in project.files)
        assert bundle_of(found, pieces_of(found)) == reviewed
    await awa.open("/projet/depot")
    await bastien.open("/projet")
    await bastien.submit(await taking_off(database, "0.pdf"))
    await awa.submit("/projet/depot")
    async with database.reading() as session:
        deposit = (await session.scalars(select(Deposit))).one()
        held = await session.scalars(select(ProjectFile.name).join(DepositFile, DepositFile.file_id == ProjectFile.id))
    assert deposit.content == reviewed
    assert sorted(held) == ["0.pdf", "1.pdf"]


async def test_nothing_of_any_piece_is_shown_to_the_public(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        for number, name in enumerate(("Awa Riviere.pdf", "Collège des Marches.pdf")):
            await join_file(session, scene.edition, project, store=store, content=PDF + ANOTHER * number, name=name)
        deposit = await make_deposit(session, scene.edition, project)
    clock.move_to(AFTER_PALMARES)
    await visitor.open(f"/projets/{project.slug}")
    assert visitor.status == 200
    assert deposit.title in visitor.text
    for piece in pieces_of(deposit.content):
        assert piece["name"] not in visitor.response.text
        assert piece["sha256"] not in visitor.response.text


async def test_a_revision_older_than_several_pieces_is_read(scene: Scene, database: Database) -> None:
    """What versions before held: one file and its id, a video or none of its keys."""
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        await join_file(session, scene.edition, project)
        version = project.version
        names = ", ".join(f"'$.{name}'" for name in ("other_files", "other_file_ids", "video", "video_id"))
        sql = f"UPDATE project_revision SET content = json_remove(content, {names})"  # noqa: S608
        if not database.on_sqlite:
            keys = ", ".join(f"'{name}'" for name in ("other_files", "other_file_ids", "video", "video_id"))
            sql = f"UPDATE project_revision SET content = (content::jsonb - ARRAY[{keys}])::json"  # noqa: S608
        await session.execute(text(sql))
    async with database.reading() as session:
        found = await content_at(session, project.id, version) or {}
    assert [piece["name"] for piece in pieces_of(found)] == ["dossier.pdf"]
    assert len(ids_of(found)) == 1


async def test_what_was_joined_before_several_pieces_stays_joined(
    app: Creathon, scene: Scene, database: Database, store: FileStore
) -> None:
    """Down to one file and one video in columns, of the draft and of a deposit, and up again."""
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        first = await join_file(session, scene.edition, project, store=store)
        video = await join_video(session, scene.edition, project, store=store)
        deposit = await make_deposit(session, scene.edition, project)
        later = project.created_at + timedelta(minutes=1)
        await join_file(session, scene.edition, project, store=store, content=PDF + ANOTHER, now=later)
    await migrate(database, "0024", down=True)
    async with database.reading() as session:
        for table in ("project", "deposit"):
            held = (await session.execute(text(f"SELECT file_id, video_id FROM {table}"))).all()  # noqa: S608
            assert held == [(first.id, video.id)]
    await migrate(database)
    async with database.reading() as session:
        drafts = await session.execute(select(DraftFile.project_id, DraftFile.file_id))
        deposits = await session.execute(select(DepositFile.deposit_id, DepositFile.file_id))
        assert {*drafts} == {(project.id, first.id), (project.id, video.id)}
        assert {*deposits} == {(deposit.id, first.id), (deposit.id, video.id)}
        limits = {row.kind: row.most for row in await deliverables_of(session, scene.edition.id)}
    assert limits[PIECE] == 1, "an edition that asked for one file at most still does"
