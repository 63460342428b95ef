"""Projects of the cast: written, joined to a file, deposited, as their teams do."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.files import FileStore, Received
from creathon.editions.models import DeliverableKind, Edition
from creathon.projects.actions import deposit_project, save_draft, start_project
from creathon.projects.actions.files import Joined, attach_file
from creathon.projects.actions.images import give_image_consent
from creathon.projects.models import BlindCopy, Deposit, Project, ProjectFile
from creathon.projects.rules import FicheValues
from creathon.projects.rules.pieces import pieces_of
from creathon.projects.signatures import Signer
from creathon.teams.models import Team
from creathon.teams.queries import team_by_id
from tests.factories.accounts import as_actor
from tests.factories.editions import CREATION
from tests.factories.teams import make_team
from tests.projects.videos import mp4

SIGNER = Signer(OKPKey.generate_key("Ed25519"))
"""Signs what tests deposit without a page."""
FILM = mp4(12)
CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:03.500
La consigne arrive d’un coup.

00:00:03.500 --> 00:00:07.000
On la découpe
en marches."""
_PAGE = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
)
PDF = _PAGE + b"trailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
_PLACES = [_PAGE.index(b"%d 0 obj" % number) for number in (1, 2, 3)]
_TABLE = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in _PLACES)
PDF_START = _PAGE + _TABLE + b"trailer<</Root 1 0 R/Size 4>>\n"
PDF_END = b"\nstartxref\n%d\n%%%%EOF\n" % len(_PAGE)
"""Around any bytes, a PDF of the weight one likes."""

ANSWERED = {
    "e01": "Redire la consigne. Sans IA, on écrit les marches au tableau.",
    "e02": ["parole"],
    "e06": ["aucune"],
    "e13": "non",
    "e14": "enseignant",
    "e22": "non",
    "i03": "classe",
    "i08": "non",
    "i14": "aucun",
    "i18": ["sous_titres"],
}
"""Answers that hold no deposit."""
FICHE = FicheValues(
    title="Consigne en escalier",
    summary="Une consigne dictée devient une suite de petites étapes que toute la classe peut afficher.",
    needs=("langage_ecrit", "attention"),
    levels=("elementaire",),
    need="La consigne est souvent le premier obstacle.",
    solution="L’enseignante dicte, l’outil découpe en marches.",
    ai_use="Une reconnaissance de la parole, sur l’ordinateur de la classe.",
    inclusion="Tout le monde voit les mêmes marches.",
    next_steps="Deux classes sont volontaires en septembre.",
    scenario="Mardi, 9 h, classe de CM1.\n\n9 h 05. L’escalier s’affiche au tableau.",
    video_url="https://videos.exemple.test/2027/consigne-en-escalier",
    video_captioned=True,
    answers=ANSWERED,
)


class Bytes:
    """An upload of these bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def read(self, size: int = -1) -> bytes:
        chunk, self.content = self.content[:size], self.content[size:]
        return chunk


async def make_draft(
    session: AsyncSession,
    edition: Edition,
    team: Team | None = None,
    *,
    now: datetime = CREATION,
    values: FicheValues = FICHE,
    **changes: Any,
) -> Project:
    """A saved draft, complete unless `changes` empty some fields; of « Les Marches » when no team is given."""
    team = team or await make_team(session, edition)
    actor = await as_actor(session, team.members[0].person)
    project = await start_project(session, actor, team, edition, now=now)
    values = replace(values, **changes)
    return await save_draft(session, actor, project, edition, values, version=project.version, now=now)


async def make_deposit(
    session: AsyncSession, edition: Edition, project: Project, *, now: datetime = CREATION
) -> Deposit:
    """The deposit of a project as it stands, by the first member of its team."""
    actor = await as_actor(session, project.team.members[0].person)
    return await deposit_project(session, actor, project, edition, signer=SIGNER, now=now)


async def make_deposited(
    session: AsyncSession, edition: Edition, team: Team | None = None, *, now: datetime = CREATION, **changes: Any
) -> Project:
    """A project written and deposited at `now`; with its deposits loaded."""
    project = await make_draft(session, edition, team, now=min(now, CREATION), **changes)
    await make_deposit(session, edition, project, now=now)
    return project


async def join_file(
    session: AsyncSession,
    edition: Edition,
    project: Project,
    *,
    store: FileStore | None = None,
    content: bytes = PDF,
    name: str = "dossier.pdf",
    now: datetime = CREATION,
) -> ProjectFile:
    """Join a file to the draft; its content is on the disk when a store is given."""
    received = Received(hashlib.sha256(content).hexdigest(), len(content))
    if store is not None:
        received = await store.receive(Bytes(content), limit=len(content))
    actor = await as_actor(session, project.team.members[0].person)
    joined = Joined(name, "application/pdf")
    return await attach_file(session, actor, project, edition, received, joined=joined, now=now)


async def join_video(
    session: AsyncSession,
    edition: Edition,
    project: Project,
    *,
    store: FileStore,
    content: bytes = FILM,
    name: str = "film.mp4",
    now: datetime = CREATION,
) -> ProjectFile:
    """Join a video of twelve seconds to the draft."""
    received = await store.receive(Bytes(content), limit=len(content))
    actor = await as_actor(session, project.team.members[0].person)
    joined = Joined(name, "video/mp4", DeliverableKind.VIDEO, 12)
    return await attach_file(session, actor, project, edition, received, joined=joined, now=now)


async def make_blind_copy(session: AsyncSession, deposit: Deposit, *, now: datetime = CREATION) -> None:
    """What the worker would have made for jurors: its files say nothing of anybody, and are their own copies."""
    for said in filter(None, (*pieces_of(deposit.content), deposit.content.get("video"))):
        if await session.get(BlindCopy, said["sha256"]) is None:
            session.add(BlindCopy(sha256=said["sha256"], copy_sha256=said["sha256"], made_at=now))
            await session.flush()


async def make_consents(
    session: AsyncSession, edition: Edition, team: Team, *seats: int, now: datetime = CREATION
) -> None:
    """Members of a team, by their place in it (none: all), let its video be shown to everybody."""
    known = await team_by_id(session, team.id)
    assert known is not None
    for seat in seats or range(len(known.members)):
        actor = await as_actor(session, known.members[seat].person)
        await give_image_consent(session, actor, known, edition, now=now)
