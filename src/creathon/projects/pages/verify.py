"""/verifier: anybody checks a receipt, and learns nothing of the project."""

import hashlib
from typing import Any

from litestar import Controller, get, post
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
from creathon.projects.receipts import bundle_sha256, normal_number

DatabaseOf = NamedDependency[Database]
UNKNOWN = "Aucun récépissé ne porte ce numéro. Vérifiez chaque signe : les chiffres 0 à 9 et les lettres A à F."


class VerifyPages(Controller):
    """The public proof."""

    path = "/verifier"

    @get(name="projects:verify", policy="public")
    async def verify(self, visit: Visiting, session: Session, numero: FromQuery[str] = "") -> Template:
        form = VerifyForm(MultiDict([("numero", numero)]) if numero else None)
        if not numero:
            return _answer(visit, form, {})
        return _answer(visit, form, await _found(visit, session, form))

    @post(name="projects:compare-bundle", policy="visitor")
    async def compare(self, visit: Visiting, database: DatabaseOf) -> Template:
        """Nothing is written: the bundle is only hashed."""
        form = VerifyForm(visit.posted)
        async with database.reading() as session:
            found = await _found(visit, session, form)
        given = await _given(visit.posted)
        if found and given:
            found["same"] = hashlib.sha256(given).hexdigest() == found["deposit"].sha256
        elif found:
            found["bundle"].refuse(_("Choisissez le fichier du dossier, ou collez son contenu."), "bundle_file")
        return _answer(visit, form, found)


def _answer(visit: Visit, form: VerifyForm, found: dict[str, Any]) -> Template:
    bundle: BundleForm = found.get("bundle") or BundleForm()
    status = 422 if form.errors or bundle.errors else 200
    context = {"deposit": None, "sound": None, "same": None, **found, "bundle": bundle}
    return page(visit, "projects/verify.html", status=status, form=form, **context)


async def _found(visit: Visit, session: AsyncSession, form: VerifyForm) -> dict[str, Any]:
    """What may be said of the deposit of that number; the hash is computed again from what is kept."""
    if not form.accepts():
        return {}
    number = normal_number(form.numero.data)
    deposit = await queries.deposit_by_number(session, number) if number else None
    if deposit is None:
        form.refuse(_(UNKNOWN), "numero")
        return {}
    edition = await edition_of(visit, session, deposit.edition_id)
    sound = bundle_sha256(deposit.content) == deposit.sha256
    return {"deposit": deposit, "edition": edition, "sound": sound, "bundle": BundleForm()}


async def _given(posted: MultiDict) -> bytes:
    """The bundle as it was sent: the file if there is one, else the text."""
    upload: object = posted.get("bundle_file")
    if isinstance(upload, UploadFile) and (content := await upload.read()):
        return content
    return str(posted.get("bundle_text") or "").strip().encode()
