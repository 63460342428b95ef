"""Everything that was deposited is still what was received: hashes, signatures and files, computed again."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.files import CHUNK, FileStore
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.projects.models import Deposit
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules import VIDEO, statement_of
from creathon.projects.rules.pieces import pieces_of
from creathon.projects.signatures import BadReceipt, read_receipt

BATCH = 200


async def deposit_problems(session: AsyncSession, files: FileStore, keys: KeySet) -> AsyncIterator[tuple[str, str]]:
    """Each deposit of every edition, by number, with what is wrong with it, or nothing."""
    query = select(Deposit, Edition.slug).join(Edition, Edition.id == Deposit.edition_id).order_by(Deposit.number)
    last = ""
    while True:
        page = query.where(Deposit.number > last).limit(BATCH).execution_options(every_edition="proofs of all")
        found = list(await session.execute(page))
        for deposit, slug in found:
            yield deposit.number, _problem(deposit, slug, files, keys)
        if len(found) < BATCH:
            return
        last = found[-1][0].number
        session.expunge_all()


def _problem(deposit: Deposit, slug: str, files: FileStore, keys: KeySet) -> str:
    if bundle_sha256(deposit.content) != deposit.sha256:
        return _("le dossier conservé n’a plus l’empreinte du récépissé")
    if deposit.receipt is not None:
        try:
            said = read_receipt(deposit.receipt, keys)
        except BadReceipt:
            return _("la signature du récépissé n’est d’aucune clé connue")
        if said != statement_of(deposit, slug):
            return _("le récépissé signé ne dit pas ce qui est conservé")
    joined = filter(None, (*pieces_of(deposit.content), deposit.content.get(VIDEO)))
    return next(filter(None, (_file_problem(file, files) for file in joined)), "")


def _file_problem(file: dict[str, Any], files: FileStore) -> str:
    path = files.path(file["sha256"])
    if not path.exists():
        return _("son fichier manque")
    return "" if _file_sha256(path) == file["sha256"] else _("son fichier n’a plus la même empreinte")


def _file_sha256(path: Path) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
    return sha.hexdigest()
