"""Signed receipts: on the page, in the message, at /verifier, by the command, years later and without the database."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode
from sqlalchemy import select, text, update

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.mail.models import Mail
from creathon.projects.models import Deposit
from creathon.projects.signatures import BadReceipt, Signer, Statement, find_receipt, read_keys, read_receipt
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.editions import CREATION_CLOSES
from tests.factories.projects import join_file, make_draft
from tests.projects.conftest import Scene

SAID = Statement("2027", "7F3A-91C2", 12, datetime(2027, 5, 20, 6, 59, 59, 123456, tzinfo=UTC), False, "ab" * 32)
CLI = (sys.executable, "-c", "from creathon.cli import main; main()")


async def deposited(awa: Visitor, scene: Scene, database: Database, settings: Settings) -> Deposit:
    """« Les Marches » write, join a file, and deposit through the page."""
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        await join_file(session, scene.edition, project, store=FileStore(settings.data / "files"))
    await awa.open("/projet/depot")
    await awa.submit(button="Déposer le projet")
    async with database.reading() as session:
        deposit = await session.scalar(select(Deposit))
    assert deposit is not None
    return deposit


async def paste(visitor: Visitor, receipt: str) -> None:
    """Send the form of /verifier, which asks by its address, as a browser does."""
    await visitor.open("/verifier")
    form = visitor.page.select_one("form[action='/verifier'][method='get']")
    assert form is not None
    assert form.select_one("textarea[name='recepisse']") is not None
    await visitor.open("/verifier?" + urlencode({"numero": "", "recepisse": receipt.replace("\n", "\r\n")}))


async def command(settings: Settings, *words: str, **variables: str) -> tuple[int, str]:
    """What `creathon` answers: its status and its words."""
    known = {
        "CREATHON_ENV": "test",
        "CREATHON_DATA": str(settings.data),
        "CREATHON_DATABASE_URL": settings.database_url,
        "CREATHON_SECRET": "a secret of tests",
        "CREATHON_BASE_URL": "http://testserver",
    }
    ran = await asyncio.to_thread(
        subprocess.run, [*CLI, *words], env=known | variables, capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return ran.returncode, " ".join(ran.stdout.split())


def test_a_receipt_says_what_was_signed_and_nothing_else_is_believed() -> None:
    signer = Signer(OKPKey.generate_key("Ed25519"))
    receipt = signer.sign(SAID)
    assert read_receipt(receipt, signer.keys) == SAID
    head, said, seal = receipt.split(".")
    forged = replace(SAID, late=True)
    others = Signer(OKPKey.generate_key("Ed25519"))
    for bad in (
        others.sign(SAID),
        f"{head}.{others.sign(forged).split('.')[1]}.{seal}",
        f"{head}.{said}.{seal[:-2]}AA",
        f"{head}.{said}.",
        f"{head}.{said}",
        "",
    ):
        with pytest.raises(BadReceipt):
            read_receipt(bad, signer.keys)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_receipt_does_not_choose_how_it_is_checked(algorithm: str) -> None:
    signer = Signer(OKPKey.generate_key("Ed25519"))
    _head, said, seal = signer.sign(SAID).split(".")
    public = signer.published()["keys"][0]
    header = json.dumps({"alg": algorithm, "typ": "creathon-receipt", "kid": public["kid"]}).encode()
    with pytest.raises(BadReceipt):
        read_receipt(f"{urlsafe_b64encode(header).decode()}.{said}.{seal}", signer.keys)


def test_a_statement_of_another_kind_signed_by_the_same_key_is_no_receipt() -> None:
    key = OKPKey.generate_key("Ed25519")
    header = {"alg": "Ed25519", "typ": "JWT", "kid": key.thumbprint()}
    other = jws.serialize_compact(header, b"{}", key, algorithms=["Ed25519"])
    with pytest.raises(BadReceipt):
        read_receipt(other, Signer(key).keys)


def test_a_retired_key_is_believed_and_no_longer_signs(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = Signer.of_folder(folder)
    assert (folder / "signing.pem").stat().st_mode & 0o077 == 0
    receipt = first.sign(SAID)
    assert read_receipt(receipt, Signer.of_folder(folder).keys) == SAID
    old = OKPKey.import_key((folder / "signing.pem").read_bytes())
    (folder / "2027.pem").write_bytes(old.as_pem(private=False))
    (folder / "signing.pem").unlink()
    second = Signer.of_folder(folder)
    assert read_receipt(receipt, second.keys) == SAID
    assert len(second.published()["keys"]) == 2
    with pytest.raises(BadReceipt):
        read_receipt(second.sign(SAID), first.keys)


def test_the_published_keys_check_and_cannot_sign() -> None:
    signer = Signer(OKPKey.generate_key("Ed25519"))
    published = json.dumps(signer.published())
    assert '"d"' not in published
    assert read_receipt(signer.sign(SAID), read_keys(published)) == SAID
    for bad in ("", "{}", '{"keys": 1}', '{"keys": [{}]}'):
        with pytest.raises(BadReceipt):
            read_keys(bad)


def test_a_receipt_is_found_in_what_people_paste() -> None:
    receipt = Signer(OKPKey.generate_key("Ed25519")).sign(SAID)
    assert find_receipt(f"Bonjour,\n\nRécépissé signé :\n{receipt}\n\nBien à vous") == receipt
    assert find_receipt(f"  {receipt}  ") == receipt
    assert find_receipt("7F3A-91C2") is None
    assert find_receipt(f"{'x' * 5_000}{receipt}") is None


@pytest.mark.bar("F81")
async def test_every_deposit_gives_a_signed_receipt_on_the_page_and_by_mail(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    keys = read_keys((await visitor.open("/verifier/cles.json")).response.text)
    assert deposit.receipt is not None
    assert read_receipt(deposit.receipt, keys) == Statement(
        "2027", deposit.number, deposit.version or 0, deposit.arrived_at, False, deposit.sha256
    )
    await awa.open(f"/projet/recepisses/{deposit.number}")
    await awa.open(f"/projet/recepisses/{deposit.number}/recepisse.txt")
    assert find_receipt(awa.response.text) == deposit.receipt
    assert "attachment" in awa.response.headers["content-disposition"]
    assert "mercredi 19 mai 2027 à 15 h 00 (heure de Paris)" in " ".join(awa.response.text.split())
    async with database.reading() as session:
        bodies = list(await session.scalars(select(Mail.body).where(Mail.name == "project_receipt")))
    assert [find_receipt(body) for body in bodies] == [deposit.receipt] * 3


@pytest.mark.bar("F81")
async def test_anybody_checks_a_signed_receipt_even_when_the_deposit_is_gone(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    pasted = (await awa.open(f"/projet/recepisses/{deposit.number}/recepisse.txt")).response.text
    await paste(visitor, pasted)
    assert "Signature valable" in visitor.text
    assert "Intact" in visitor.text
    for secret in ("Consigne en escalier", "Les Marches", "Poitiers", "Awa"):
        assert secret not in visitor.response.text
    bundle = (await awa.open(f"/projet/recepisses/{deposit.number}/dossier.json")).response.content
    await visitor.submit(button="Comparer", files={"bundle_file": ("dossier.json", bundle)})
    assert "C’est bien ce dossier" in visitor.text
    async with database.writing() as session:
        await session.execute(text("UPDATE deposit SET version = version + 1"))
    await paste(visitor, pasted)
    assert "ne correspond plus à ce récépissé" in visitor.text
    assert "Intact" not in visitor.text
    async with database.writing() as session:
        await session.execute(text("DELETE FROM gallery_entry"))
        await session.execute(text("DELETE FROM deposit_file"))
        await session.execute(text("DELETE FROM deposit"))
    await paste(visitor, pasted)
    assert "La signature suffit" in visitor.text
    assert deposit.sha256 in visitor.text


@pytest.mark.bar("F81")
async def test_a_receipt_that_was_changed_is_told_and_kept_in_its_field(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    assert deposit.receipt is not None
    forged = Signer(OKPKey.generate_key("Ed25519")).sign(SAID)
    for pasted, sentence in ((forged, "il ne prouve rien"), ("bonjour", "Aucun récépissé signé dans ce texte")):
        await paste(visitor, pasted)
        assert visitor.status == 422
        assert sentence in visitor.errors
        assert pasted in visitor.response.text
        assert "Signature valable" not in visitor.text


@pytest.mark.bar("F81")
async def test_the_command_checks_a_receipt_without_the_database(
    awa: Visitor, scene: Scene, database: Database, settings: Settings, tmp_path: Path
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    for path, name in (
        (f"/projet/recepisses/{deposit.number}/recepisse.txt", "recepisse.txt"),
        (f"/projet/recepisses/{deposit.number}/dossier.json", "dossier.json"),
        ("/verifier/cles.json", "cles.json"),
    ):
        (tmp_path / name).write_bytes((await awa.open(path)).response.content)
    receipt, bundle, keys = (str(tmp_path / name) for name in ("recepisse.txt", "dossier.json", "cles.json"))
    elsewhere = {"CREATHON_DATA": str(tmp_path / "elsewhere"), "CREATHON_DATABASE_URL": "sqlite:////nowhere/at/all"}
    status, words = await command(settings, "verify", receipt, "--cles", keys, "--dossier", bundle, **elsewhere)
    assert status == 0
    assert f"Récépissé {deposit.number}, édition 2027" in words
    assert "Le dossier donné est bien celui du récépissé." in words
    (tmp_path / "dossier.json").write_bytes(b"{}")
    assert (await command(settings, "verify", receipt, "--cles", keys, "--dossier", bundle, **elsewhere))[0] == 1
    status, words = await command(settings, "verify", receipt, **elsewhere)
    assert (status, words) == (2, "Donnez les clés publiques de la plateforme (--cles cles.json).")
    (tmp_path / "recepisse.txt").write_text(Signer(OKPKey.generate_key("Ed25519")).sign(SAID))
    status, words = await command(settings, "verify", receipt, "--cles", keys, **elsewhere)
    assert (status, words[:28]) == (1, "Ce récépissé ne prouve rien ")


@pytest.mark.bar("F81")
async def test_the_command_checks_everything_that_was_deposited(
    awa: Visitor, scene: Scene, database: Database, settings: Settings, clock: MovableClock
) -> None:
    deposit = await deposited(awa, scene, database, settings)
    assert await command(settings, "verify") == (0, "Le journal est entier. Dépôts vérifiés : 1, dont 0 en défaut.")
    file = settings.data / "files" / (sha := deposit.content["file"]["sha256"])[:2] / sha[2:4] / sha
    content = file.read_bytes()
    file.write_bytes(content + b" ")
    assert "son fichier n’a plus la même empreinte" in (await command(settings, "verify"))[1]
    file.unlink()
    assert "son fichier manque" in (await command(settings, "verify"))[1]
    file.write_bytes(content)
    async with database.writing() as session:
        await session.execute(update(Deposit).values(arrived_at=CREATION_CLOSES))
    status, words = await command(settings, "verify")
    assert status == 1
    assert f"Dépôt {deposit.number} : le récépissé signé ne dit pas ce qui est conservé." in words
