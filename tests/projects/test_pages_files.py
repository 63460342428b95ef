"""/projet/fichier: what is joined, refused, fetched, and by whom."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Role
from creathon.projects.models import ProjectFile
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import site_of
from tests.factories.projects import PDF, join_file, make_deposit, make_draft
from tests.factories.teams import make_passeurs
from tests.personas import CLAIRE, LEILA, SAMIR, ZOE
from tests.projects.conftest import Scene

SHA = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
async def joined(scene: Scene, database: Database, store: FileStore) -> str:
    """The id of a file joined to the draft of « Les Marches », deposited with it."""
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        file = await join_file(session, scene.edition, project, store=store, name="Été « final ».pdf")
        await make_deposit(session, scene.edition, project)
    return file.id


async def files(database: Database) -> list[ProjectFile]:
    async with database.reading() as session:
        return list(await session.scalars(select(ProjectFile)))


def on_disk(settings: Settings) -> list[Path]:
    return [path for path in (settings.data / "files").rglob("*") if path.is_file()]


async def test_a_file_is_joined_with_its_digest_shown(
    awa: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": ("../plan final.pdf", PDF, "text/html")})
    assert "Fichier joint au brouillon : plan final.pdf" in awa.flash
    assert SHA in awa.text
    (file,) = await files(database)
    assert (file.name, file.media_type, file.sha256) == ("plan final.pdf", "application/pdf", SHA)
    assert [path.name for path in on_disk(settings)] == [SHA]


async def test_the_same_form_sent_twice_joins_once(awa: Visitor, scene: Scene, database: Database) -> None:
    await awa.open("/projet")
    await awa.submit("/projet/fichier", _once="cle", files={"file": ("plan.pdf", PDF)})
    await awa.submit("/projet/fichier", _once="cle", files={"file": ("plan.pdf", PDF)})
    assert awa.path == "/projet"
    assert len(await files(database)) == 1


@pytest.mark.bar("E53", "E55", "E60")
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>", "Ce format n’est pas accepté"),
        ("dessin.svg", b"<svg onload='alert(1)'/>", "Ce format n’est pas accepté"),
        ("a.pdf.html", PDF, "Ce format n’est pas accepté"),
        ("dossier.pdf", b"<html>%PDF-1.7", "ne correspond pas à son nom"),
        ("dossier.png", PDF, "ne correspond pas à son nom"),
        ("vide.pdf", b"", "Ce fichier est vide"),
        ("gros.pdf", PDF + bytes(20_000_000), "Ce fichier dépasse 20 Mo"),
    ],
)
async def test_a_bad_file_is_refused_and_the_one_before_stays(
    awa: Visitor, joined: str, database: Database, settings: Settings, name: str, content: bytes, sentence: str
) -> None:
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": (name, content)})
    assert awa.status == 422
    assert sentence in awa.errors
    assert [file.id for file in await files(database)] == [joined]
    assert [path.name for path in on_disk(settings)] == [SHA]
    assert "Été « final ».pdf" in awa.text


async def test_a_form_without_file_is_refused(awa: Visitor, scene: Scene) -> None:
    await awa.open("/projet")
    await awa.submit("/projet/fichier")
    assert awa.status == 422
    assert "Choisissez un fichier" in awa.errors


@pytest.mark.bar("E52")
async def test_a_body_beyond_the_limit_is_refused(awa: Visitor, scene: Scene, database: Database) -> None:
    await awa.open("/projet")
    await awa.submit("/projet/fichier", files={"file": ("enorme.pdf", PDF + bytes(25_000_000))})
    assert awa.status == 413
    assert "25 Mo" in awa.text
    assert await files(database) == []


@pytest.mark.bar("H96")
async def test_a_full_disk_is_told_and_stores_nothing(
    awa: Visitor, joined: str, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await awa.open("/projet")
    monkeypatch.setattr(os, "fsync", full)
    await awa.submit("/projet/fichier", files={"file": ("autre.pdf", PDF + b"\n")})
    monkeypatch.undo()
    assert awa.status == 503
    assert "Rien n’a été enregistré" in awa.text
    assert len(await files(database)) == 1
    assert [path.name for path in on_disk(settings)] == [SHA]


async def test_a_removed_file_stays_with_its_deposit(awa: Visitor, joined: str, database: Database) -> None:
    await awa.open("/projet")
    await awa.submit(f"/projet/fichiers/{joined}/retirer")
    assert "Retiré du brouillon : Été « final ».pdf." in awa.flash
    assert "Vous avez modifié le brouillon depuis" in awa.text
    await awa.open(f"/projet/fichiers/{joined}")
    assert awa.response.content == PDF


@pytest.mark.bar("E54")
async def test_a_file_is_answered_so_that_it_cannot_run(awa: Visitor, joined: str) -> None:
    await awa.open(f"/projet/fichiers/{joined}")
    headers = awa.response.headers
    assert awa.response.content == PDF
    assert headers["content-type"] == "application/pdf"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["content-disposition"] == (
        "attachment; filename=\"Ete  final .pdf\"; filename*=UTF-8''%C3%89t%C3%A9%20%C2%AB%20final%20%C2%BB.pdf"
    )


@pytest.mark.bar("E54", "C37")
async def test_a_file_is_fetched_only_by_its_team_and_its_coordination(
    app: Creathon, visitor: Visitor, scene: Scene, joined: str, database: Database
) -> None:
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, scene.edition, site_of(scene.edition, "POI"))
        leila = await make_holder(session, LEILA, Role.SITE_COORDINATOR, scene.edition, site_of(scene.edition, "RUN"))
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
        zoe = await make_person(session, ZOE)
        teva = (await make_passeurs(session, scene.edition)).members[0].person
    answers = {}
    for person in (scene.people[1], samir, claire, leila, zoe, teva):
        await visitor.sign_in_as(person)
        answers[person.given_name] = (await visitor.open(f"/projet/fichiers/{joined}")).status
    assert answers == {"Bastien": 200, "Samir": 200, "Claire": 200, "Leila": 404, "Zoe": 404, "Teva": 404}
    visitor.http.cookies.clear()
    await visitor.open(f"/projet/fichiers/{joined}")
    assert visitor.path == "/connexion"


async def test_a_missing_content_is_told_without_breaking(awa: Visitor, joined: str, settings: Settings) -> None:
    FileStore(settings.data / "files").path(SHA).unlink()
    await awa.open(f"/projet/fichiers/{joined}")
    assert awa.status == 500
    assert "introuvable" in awa.text
