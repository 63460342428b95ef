"""/verifier: anybody checks a receipt, and learns nothing of the project."""

import hashlib
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.database import Database
from creathon.core.forms import MultiDict
from creathon.core.text import _
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.pages.at_hand import edition_of
from creathon.projects import queries
from creathon.projects.forms import BundleForm, VerifyForm
from creathon.projects.models import Deposit
from creathon.projects.pages.desk import SignerOf
from creathon.projects.receipts import bundle_sha256, normal_number
from creathon.projects.rules import statement_of
from creathon.projects.signatures import BadReceipt, Signer, Statement, find_receipt, read_receipt

DatabaseOf = NamedDependency[Database]
UNKNOWN = "Aucun récépissé ne porte ce numéro. Vérifiez chaque signe : les chiffres 0 à 9 et les lettres A à F."
NO_RECEIPT = "Aucun récépissé signé dans ce texte. Collez-le en entier, du premier au dernier signe."
FORGED = "Cette signature n’est pas de cette plateforme, ou le récépissé a été modifié : il ne prouve rien."


class VerifyPages(Controller):
    """The public proof."""

    path = "/verifier"

    @get(name="projects:verify", policy="public")
    async def verify(
        self, visit: Visiting, session: Session, signer: SignerOf, numero: FromQuery[str] = "",
        recepisse: FromQuery[str] = "",
    ) -> Template:  # fmt: skip
        asked = [(name, text) for name, text in (("numero", numero), ("recepisse", recepisse)) if text]
        form = VerifyForm(MultiDict(asked) if asked else None)
        return _answer(visit, form, await _found(visit, session, form, signer) if asked else {})

    @post(name="projects:compare-bundle", policy="visitor")
    async def compare(self, visit: Visiting, database: DatabaseOf, signer: SignerOf) -> Template:
        """Nothing is written: the bundle is only hashed."""
        form = VerifyForm(visit.posted)
        async with database.reading() as session:
            found = await _found(visit, session, form, signer)
        given = await _given(visit.posted)
        if found and given:
            found["same"] = hashlib.sha256(given).hexdigest() == found["said"].sha256
        elif found:
            found["bundle"].refuse(_("Choisissez le fichier du dossier, ou collez son contenu."), "bundle_file")
        return _answer(visit, form, found)

    @get("/cles.json", name="projects:receipt-keys", policy="public")
    async def keys(self, signer: SignerOf) -> Response[dict[str, Any]]:
        """The public keys, to be kept by whoever wants to check a receipt without this platform."""
        return Response(signer.published(), media_type="application/json")


def _answer(visit: Visit, form: VerifyForm, found: dict[str, Any]) -> Template:
    bundle: BundleForm = found.get("bundle") or BundleForm()
    status = 422 if form.errors or bundle.errors else 200
    context = {"said": None, "deposit": None, "sound": None, "signed": False, "same": None, **found, "bundle": bundle}
    return page(visit, "projects/verify.html", status=status, form=form, **context)


async def _found(visit: Visit, session: AsyncSession, form: VerifyForm, signer: Signer) -> dict[str, Any]:
    """What may be said of the deposit; the signature and the hash are computed again, each by itself."""
    if not form.accepts():
        return {}
    signed = _signed(form, signer) if form.recepisse.data else None
    if form.errors:
        return {}
    number = signed.number if signed else normal_number(form.numero.data)
    deposit = await queries.deposit_by_number(session, number) if number else None
    if deposit is None and signed is None:
        form.refuse(_(UNKNOWN), "numero")
        return {}
    found: dict[str, Any] = {"said": signed or deposit, "signed": signed is not None, "bundle": BundleForm()}
    if deposit is not None:
        found["edition"] = await edition_of(visit, session, deposit.edition_id)
        found |= {"deposit": deposit, "sound": _is_sound(deposit, signed, found["edition"].slug)}
    return found


def _signed(form: VerifyForm, signer: Signer) -> Statement | None:
    """What the receipt pasted says; the form says why it proves nothing."""
    receipt = find_receipt(form.recepisse.data)
    if receipt is None:
        form.refuse(_(NO_RECEIPT), "recepisse")
        return None
    try:
        return read_receipt(receipt, signer.keys)
    except BadReceipt:
        form.refuse(_(FORGED), "recepisse")
        return None


def _is_sound(deposit: Deposit, signed: Statement | None, slug: str) -> bool:
    """Whether what is kept is what was received and, of a signed receipt, what it says."""
    kept = bundle_sha256(deposit.content) == deposit.sha256
    return kept and (signed is None or signed == statement_of(deposit, slug))


async def _given(posted: MultiDict) -> bytes:
    """The bundle as it was sent: the file if there is one, else the text."""
    upload: object = posted.get("bundle_file")
    if isinstance(upload, UploadFile) and (content := await upload.read()):
        return content
    return str(posted.get("bundle_text") or "").strip().encode()
