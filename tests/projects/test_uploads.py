"""/projet/envois: a file that arrives in several requests."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from creathon.app import Creathon
from creathon.core.apart import Died
from creathon.core.database import Database
from creathon.core.web import tus
from creathon.editions.models import Role
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import site_of
from tests.factories.projects import PDF
from tests.factories.teams import make_passeurs
from tests.personas import CLAIRE, SAMIR, ZOE
from tests.projects.conftest import Scene
from tests.projects.pdfs import opens_with, pdf, script
from tests.projects.test_deadline import first_commit_fails
from tests.projects.tusing import CONTENT, SHA, Sender, files, on_disk, uploads


@pytest.mark.bar("F61")
async def test_a_file_sent_in_parts_is_joined_with_its_last_byte_and_its_digest_shown(
    sender: Sender, database: Database, settings: Settings
) -> None:
    begun = await sender.begin(len(CONTENT), filename="../plan final.pdf", slot="piece", sha256=SHA)
    assert begun.status_code == 201
    assert begun.headers["upload-expires"].endswith("GMT")
    for start in range(0, len(CONTENT), 200_000):
        assert await sender.offset() == start
        assert await files(database) == []
        answer = await sender.send(start, CONTENT[start : start + 200_000])
        assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["upload-offset"] == str(len(CONTENT))
    assert await sender.offset() == len(CONTENT)
    (file,) = await files(database)
    assert (file.name, file.media_type, file.sha256) == ("plan final.pdf", "application/pdf", SHA)
    assert on_disk(settings)[SHA] == len(CONTENT)
    await sender.visitor.open("/projet")
    assert SHA in sender.visitor.text
    assert "n’est pas terminé" not in sender.visitor.text
    await sender.visitor.open(f"/projet/fichiers/{file.id}")
    assert sender.visitor.response.content == CONTENT


async def test_without_the_last_byte_the_page_says_what_waits_and_a_button_drops_it(
    sender: Sender, database: Database, settings: Settings
) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:-1])
    assert await sender.offset() == len(CONTENT) - 1
    awa = await sender.visitor.open("/projet")
    assert "L’envoi de « plan.pdf » (512,3 ko) n’est pas terminé" in awa.text
    await awa.submit("/abandon")
    assert "L’envoi commencé est abandonné." in awa.flash
    assert "n’est pas terminé" not in awa.text
    assert (await uploads(database), on_disk(settings)) == ([], {})
    assert (await sender.read()).status_code == 404


async def test_delete_by_the_protocol_drops_it_too(sender: Sender, database: Database, settings: Settings) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:1000])
    answer = await sender.send(0, b"", **{"x-http-method-override": "DELETE"})
    assert answer.status_code == 204
    assert (await uploads(database), on_disk(settings)) == ([], {})


@pytest.mark.bar("F61")
async def test_a_digest_that_differs_is_refused_and_nothing_is_kept(
    sender: Sender, database: Database, settings: Settings
) -> None:
    answer = await sender.whole("plan.pdf", CONTENT[:-10] + b"x" + CONTENT[-9:], sha256=SHA)
    assert answer.status_code == 422
    assert "il est arrivé abîmé" in answer.text
    assert (await files(database), await uploads(database), on_disk(settings)) == ([], [], {})


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("dossier.pdf", b"<html>%PDF-1.7", "ne correspond pas à son nom"),
        ("dossier.pdf", pdf(opens_with(script())), "Ce PDF contient un programme"),
        ("dossier.pdf", b"%PDF-1.7 and then nothing", "Ce PDF est abîmé"),
        ("dossier.docx", b"PK\x03\x04" + b"word/ not an archive" * 20, "ne correspond pas à son nom"),
        ("dossier.png", PDF, "ne correspond pas à son nom"),
    ],
)
async def test_what_the_plain_form_refuses_is_refused_with_the_same_words(
    sender: Sender, database: Database, settings: Settings, name: str, content: bytes, sentence: str
) -> None:
    answer = await sender.whole(name, content)
    assert answer.status_code == 422
    await sender.visitor.open("/projet")
    await sender.visitor.submit("/projet/fichier", files={"file": (name, content)})
    assert answer.text in sender.visitor.errors.replace("\u202f", " ").replace("\u00a0", " ")
    assert sentence in answer.text
    assert (await files(database), await uploads(database), on_disk(settings)) == ([], [], {})


@pytest.mark.parametrize("reason", [errno.EPERM, errno.EOPNOTSUPP])
async def test_without_hard_links_a_whole_file_is_copied(
    sender: Sender, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    def no_link(*_paths: object) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(os, "link", no_link)
    assert (await sender.whole("plan.pdf", CONTENT)).status_code == 204
    (file,) = await files(database)
    assert on_disk(settings)[SHA] == len(CONTENT)
    await sender.visitor.open(f"/projet/fichiers/{file.id}")
    assert sender.visitor.response.content == CONTENT


async def test_an_image_is_drawn_again_and_the_digest_shown_is_that_of_what_is_kept(
    sender: Sender, database: Database, settings: Settings, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "place"
    Image.new("RGB", (20, 20), "red").save(tmp_path / "a.jpg", exif=exif)
    content = (tmp_path / "a.jpg").read_bytes()
    answer = await sender.whole("photo.jpg", content, sha256=hashlib.sha256(content).hexdigest())
    assert answer.status_code == 204
    (file,) = await files(database)
    assert file.sha256 != hashlib.sha256(content).hexdigest()
    assert b"place" in content
    kept = (settings.data / "files" / file.sha256[:2] / file.sha256[2:4] / file.sha256).read_bytes()
    assert b"place" not in kept
    await sender.visitor.open("/projet")
    assert file.sha256 in sender.visitor.text


@pytest.mark.bar("E52", "E55")
@pytest.mark.parametrize(
    ("size", "metadata", "status", "sentence"),
    [
        (0, {"filename": "vide.pdf"}, 422, "Ce fichier est vide"),
        (20_000_001, {"filename": "gros.pdf"}, 422, "Ce fichier dépasse 20 Mo"),
        (100, {"filename": "page.html"}, 422, "Ce format n’est pas accepté"),
        (100, {"filename": "a.pdf.html"}, 422, "Ce format n’est pas accepté"),
        (100, {}, 422, "Ce format n’est pas accepté"),
        (100, {"filename": f"{'a' * 5000}.pdf"}, 400, "Le nom de ce fichier est trop long : 255 caractères"),
        (100, {"filename": "a.pdf", "slot": "file"}, 400, "ne peut pas être lu"),
        (100, {"filename": "a.pdf", "sha256": "0" * 63}, 400, "ne peut pas être lu"),
        (100, {"filename": "a.pdf", "sha256": SHA.upper()}, 400, "ne peut pas être lu"),
        (100, {"filename": "a.pdf", "mark": "é" * 10}, 400, "ne peut pas être lu"),
        (-1, {"filename": "a.pdf"}, 400, "ne peut pas être lu"),
        ("", {"filename": "a.pdf"}, 400, "ne peut pas être lu"),
        ("1e3", {"filename": "a.pdf"}, 400, "ne peut pas être lu"),
        ("9" * 40, {"filename": "a.pdf"}, 400, "ne peut pas être lu"),
    ],
)
async def test_a_registration_that_cannot_be_is_refused_in_words(
    sender: Sender, database: Database, size: int | str, metadata: dict[str, str], status: int, sentence: str
) -> None:
    answer = await sender.begin(size, **metadata)
    assert answer.status_code == status
    assert sentence in answer.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert await uploads(database) == []


@pytest.mark.parametrize("said", ["filename %%%", "filename", "filename //79", ",,,", "filename YQ==,filename"])
async def test_metadata_that_is_garbage_stores_nothing(sender: Sender, database: Database, said: str) -> None:
    headers = {"tus-resumable": "1.0.0", "upload-length": "100", "upload-metadata": said}
    answer = await sender.visitor.http.post("/projet/envois", headers=headers | sender.token)
    assert answer.status_code in (400, 422)
    assert await uploads(database) == []


@pytest.mark.parametrize(
    ("offset", "headers", "status"),
    [
        (0, {}, 409),
        (99, {}, 409),
        (101, {}, 409),
        (-1, {}, 400),
        ("", {}, 400),
        ("x", {}, 400),
        (100, {"content-type": "application/octet-stream"}, 400),
        (100, {"x-http-method-override": "PUT"}, 400),
        (100, {"x-http-method-override": ""}, 400),
        (100, {"tus-resumable": "0.2.2"}, 412),
        (100, {"x-csrf-token": "forged"}, 403),
        (100, {"origin": "https://ailleurs.test"}, 403),
        (100, {"sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_a_part_that_cannot_be_changes_nothing(
    sender: Sender, settings: Settings, database: Database, offset: int | str, headers: dict[str, str], status: int
) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:100])
    answer = await sender.send(offset, b"z" * 50, **headers)
    assert answer.status_code == status
    assert await sender.offset() == 100
    (upload,) = await uploads(database)
    assert (settings.data / "files" / "arriving" / upload.id).read_bytes() == CONTENT[:100]


async def test_the_methods_of_the_protocol_stay_outside_the_door(sender: Sender) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    for method in ("PATCH", "DELETE", "OPTIONS"):
        answer = await sender.visitor.http.request(method, sender.place, headers=sender.token)
        assert answer.status_code == 405
    assert await sender.offset() == 0


@pytest.mark.parametrize("announced", [True, False])
async def test_more_bytes_than_announced_are_refused(
    sender: Sender, database: Database, settings: Settings, announced: bool
) -> None:
    async def chunked() -> AsyncIterator[bytes]:
        yield PDF
        yield b"more"

    await sender.begin(len(PDF), filename="plan.pdf")
    answer = await sender.send(0, PDF + b"more" if announced else chunked())
    assert answer.status_code == 413
    assert "plus long qu’annoncé" in answer.text
    assert await files(database) == []
    assert await sender.offset() < len(PDF)
    assert max(on_disk(settings).values(), default=0) <= len(PDF)


async def test_a_part_of_nothing_is_no_part(sender: Sender, database: Database) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    answer = await sender.send(0, b"")
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "0")
    assert await files(database) == []


async def test_whoever_is_not_its_author_finds_nothing_and_changes_nothing(
    app: Creathon, sender: Sender, scene: Scene, database: Database
) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:100])
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, scene.edition, site_of(scene.edition, "POI"))
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
        zoe = await make_person(session, ZOE)
        teva = (await make_passeurs(session, scene.edition)).members[0].person
    for person in (scene.people[1], samir, claire, zoe, teva):
        async with Visitor(app) as visitor:
            await visitor.sign_in_as(person)
            other = await Sender.of(visitor)
            other.place = sender.place
            nothing = Sender(visitor, other.token, "/projet/envois/zzzzzzzzzzzz")
            for one, none in (
                (await other.read(), await nothing.read()),
                (await other.send(100, CONTENT[100:]), await nothing.send(100, CONTENT[100:])),
                (await other.send(0, b"", **{"x-http-method-override": "DELETE"}), None),
                (await visitor.http.post(f"{sender.place}/abandon", headers=other.token), None),
            ):
                assert one.status_code == 404
                assert none is None or none.status_code == 404
            await visitor.open("/projet")
            assert "n’est pas terminé" not in visitor.text
    assert await sender.offset() == 100
    assert await files(database) == []


async def test_two_parts_at_once_on_one_upload_one_is_refused(
    sender: Sender, database: Database, settings: Settings
) -> None:
    arrives, goes_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield CONTENT[:1000]
        arrives.set()
        await goes_on.wait()
        yield CONTENT[1000:]

    await sender.begin(len(CONTENT), filename="plan.pdf", sha256=SHA)
    first = asyncio.create_task(sender.send(0, slow()))
    await asyncio.wait_for(arrives.wait(), 10)
    second = await sender.send(0, b"\0" * len(CONTENT))
    assert second.status_code == 409
    assert "déjà en cours d’envoi" in second.text
    goes_on.set()
    assert (await first).status_code == 204
    assert [file.sha256 for file in await files(database)] == [SHA]


async def test_a_line_that_falls_silent_is_given_up_and_goes_on_later(
    sender: Sender, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def silent() -> AsyncIterator[bytes]:
        yield CONTENT[:5000]
        await never.wait()

    monkeypatch.setattr(tus, "STALLED_SECONDS", 0.2)
    await sender.begin(len(CONTENT), filename="plan.pdf", sha256=SHA)
    answer = await sender.send(0, silent())
    assert (answer.status_code, "il reprendra là" in answer.text) == (409, True)
    assert await sender.offset() == 5000
    assert (await sender.send(5000, CONTENT[5000:])).status_code == 204
    assert [file.sha256 for file in await files(database)] == [SHA]


async def test_a_commit_that_fails_owes_one_byte_and_the_next_request_joins_it(
    sender: Sender, database: Database
) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf", sha256=SHA)
    with first_commit_fails():
        assert (await sender.send(0, CONTENT)).status_code == 500
    assert await files(database) == []
    assert await sender.offset() == len(CONTENT) - 1
    assert (await sender.send(len(CONTENT) - 1, CONTENT[-1:])).status_code == 204
    assert [file.sha256 for file in await files(database)] == [SHA]


async def test_a_file_there_was_no_time_to_look_into_waits_and_is_joined_by_its_last_byte(
    sender: Sender, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(*_asked: object, **_limits: object) -> bytes:
        raise Died(None)

    await sender.begin(len(CONTENT), filename="plan.pdf", sha256=SHA)
    with monkeypatch.context() as behind:
        behind.setattr("creathon.projects.sandbox.run_apart", late)
        answer = await sender.send(0, CONTENT)
    assert (answer.status_code, "très sollicitée" in answer.text) == (503, True)
    assert (await files(database), await sender.offset()) == ([], len(CONTENT) - 1)
    assert (await sender.send(len(CONTENT) - 1, CONTENT[-1:])).status_code == 204
    assert [file.sha256 for file in await files(database)] == [SHA]


async def test_once_joined_nothing_more_is_taken(sender: Sender, database: Database) -> None:
    await sender.whole("plan.pdf", CONTENT)
    assert (await sender.send(len(CONTENT), b"")).status_code == 409
    assert (await sender.send(len(CONTENT) - 1, b"x")).status_code == 409
    assert len(await files(database)) == 1


async def test_a_second_upload_takes_the_place_of_the_first(
    sender: Sender, database: Database, settings: Settings
) -> None:
    await sender.begin(len(CONTENT), filename="un.pdf")
    await sender.send(0, CONTENT[:1000])
    first = sender.place
    await sender.begin(len(PDF), filename="deux.pdf")
    assert [upload.name for upload in await uploads(database)] == ["deux.pdf"]
    assert on_disk(settings) == {}
    sender.place = first
    assert (await sender.read()).status_code == 404
