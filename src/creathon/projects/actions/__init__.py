"""Saving the draft, depositing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, Stale, check
from creathon.core.ids import new_id
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import limits_of
from creathon.projects import mails, queries
from creathon.projects.actions.revisions import EMPTY, record_version
from creathon.projects.indexing import hide_from_search, show_in_search
from creathon.projects.models import Deposit, Project, ProjectFile, ProjectRevision
from creathon.projects.queries import content_at
from creathon.projects.receipts import bundle_sha256, new_number
from creathon.projects.rules import (
    FIELDS,
    VIDEO,
    FicheValues,
    Timing,
    already_deposited,
    bundle_of,
    content_of,
    folded,
    is_complete,
    may_deposit_now,
    may_withdraw,
    may_work_on,
    may_write,
    merged,
    statement_of,
    takes_the_place_of,
    timing,
    write,
    written,
)
from creathon.projects.rules.pieces import ids_of, pieces_of
from creathon.projects.signatures import Signer
from creathon.teams.models import Team

CHANGED = "Quelqu’un de votre équipe a changé le même texte entre-temps. Comparez les deux : rien n’est perdu."


@dataclass(frozen=True)
class Bundle:
    """What a deposit freezes: the fiche of one version of the draft, and its files."""

    content: dict[str, Any]
    files: Sequence[ProjectFile]
    version: int

    @property
    def sha256(self) -> str:
        return bundle_sha256(self.content)


async def start_project(session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime) -> Project:
    """Open the draft of a team, empty; the team already started gives the project it has.

    The team must be locked by the caller when two members may start at once.
    """
    check(may_write(actor, team, edition, now=now))
    known = await queries.project_of_team(session, team.id, lock=True)
    if known is not None:
        return known
    project = Project(
        edition_id=edition.id,
        team_id=team.id,
        slug=new_id(),
        created_at=now,
        updated_at=now,
        updated_by=actor.person_id,
    )
    write(project, FicheValues().content())
    session.add(project)
    await session.flush()
    session.add(
        ProjectRevision(
            project_id=project.id,
            version=1,
            author_id=actor.person_id,
            at=now,
            changed=[],
            whole=True,
            content=dict(EMPTY),
        )
    )
    await session.flush()
    journal.record(session, actor, "project.started", project, now=now, team=team.id)
    started = await queries.project_of_team(session, team.id, lock=True)
    assert started is not None  # noqa: S101 — inserted above, in this transaction
    return started


async def save_draft(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    values: FicheValues,
    *,
    version: int,
    now: datetime,
) -> Project:
    """Save the whole fiche as a member wrote it over version `version`; see `save_fields`."""
    return await save_fields(session, actor, project, edition, values.content(), version=version, now=now)


async def save_fields(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    mine: Mapping[str, Any],
    *,
    version: int,
    now: datetime,
) -> Project:
    """Save some fields as a member wrote them over version `version`, in one revision.

    A field left as it was then never takes the place of what somebody else wrote; nothing changed writes nothing.

    Raises:
        Refused: writing is closed, or the actor is not of the team.
        Stale: somebody else changed one of these fields since; nothing is written, `current` holds their texts.
    """
    check(may_write(actor, project.team, edition, now=now))
    theirs = written(project)
    base = theirs if version == project.version else await words_at(session, project.id, version)
    merge = merged(mine, base, theirs)
    if merge.clashes:
        raise Stale(_(CHANGED), {name: theirs[name] for name in merge.clashes})
    if merge.changes:
        write(project, merge.changes)
        fields = [name for name in FIELDS if name in merge.changes]
        await record_version(session, actor, project, fields, now=now)
    return project


async def words_at(session: AsyncSession, project_id: str, version: int) -> dict[str, Any]:
    """The fiche at one version, without its files; nothing at all for a version that never was."""
    if version == 0:
        return FicheValues().content()
    content = await content_at(session, project_id, version)
    return {name: content[name] for name in FIELDS} if content else {}


async def deposit_project(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    *,
    signer: Signer,
    now: datetime,
    version: int | None = None,
) -> Deposit:
    """Deposit the draft, or the version of it that was reviewed, and send the signed receipt to every member.

    A late deposit is kept and marked; it never takes the place of one that came in time. Depositing what is already
    deposited gives the deposit there is.

    Raises:
        Refused: too early, too late, incomplete, or the actor is not of the team.
    """
    check(may_work_on(actor, project.team))
    check(may_deposit_now(edition, now=now))
    bundle = await _bundle_at(session, project, version)
    check(is_complete(bundle.content, project.team, limits_of(await deliverables_of(session, edition.id))))
    late = timing(edition, now=now) is Timing.LATE
    current = project.current
    if known := already_deposited(project, bundle.sha256, late=late):
        return known
    counts = takes_the_place_of(current, late=late, arrived_at=now)
    if counts and current is not None:
        await _supersede(session, current, now)
    deposit = _deposit(actor, project, bundle, await _free_number(session), counts=counts, late=late, now=now)
    deposit.receipt = signer.sign(statement_of(deposit, edition.slug))
    project.deposits.append(deposit)
    await session.flush()
    await show_in_search(session, deposit)
    journal.record(
        session, actor, "project.deposited", deposit, now=now, project=project.id, number=deposit.number,
        sha256=bundle.sha256, late=late, counts=counts,
    )  # fmt: skip
    await mails.send_receipts(session, deposit, project.team_id, edition, counts=counts)
    return deposit


async def withdraw_deposit(
    session: AsyncSession, actor: Actor, project: Project, deposit: Deposit, edition: Edition, *, now: datetime
) -> None:
    """Take back the deposit that counts, and tell every member; it is kept, with its receipt, and counts no more.

    Raises:
        Refused: another one counts, the end has passed, or the actor is not of the team.
    """
    check(may_withdraw(actor, project, deposit, edition, now=now))
    deposit.withdrawn_at = now
    await _supersede(session, deposit, now)
    journal.record(
        session, actor, "project.deposit_withdrawn", deposit, now=now, project=project.id, number=deposit.number
    )
    await mails.tell_of_withdrawal(session, deposit, project.team_id, edition, actor)


async def _supersede(session: AsyncSession, deposit: Deposit, now: datetime) -> None:
    """From now on it counts no more, and nobody finds it."""
    deposit.superseded_at = now
    await session.flush()
    await hide_from_search(session, deposit)


def _deposit(
    actor: Actor, project: Project, bundle: Bundle, number: str, *, counts: bool, late: bool, now: datetime
) -> Deposit:
    content = bundle.content
    return Deposit(
        edition_id=project.edition_id,
        project_id=project.id,
        number=number,
        arrived_at=now,
        deposited_by=actor.person_id,
        late=late,
        title=content["title"],
        title_key=folded(content["title"])[:200],
        summary=content["summary"],
        needs=content["needs"],
        levels=content["levels"],
        techniques=content.get("e02", []),
        content=content,
        sha256=bundle.sha256,
        version=bundle.version,
        files=list(bundle.files),
        superseded_at=None if counts else now,
    )


async def _free_number(session: AsyncSession) -> str:
    """A number no receipt carries; the unique constraint guards the instant between the look and the write."""
    for _attempt in range(8):
        number = new_number()
        if not await queries.number_is_taken(session, number):
            return number
    raise Conflict(_("Le récépissé n’a pas pu être numéroté. Rien n’est déposé : recommencez."))


async def _bundle_at(session: AsyncSession, project: Project, version: int | None) -> Bundle:
    """The draft as it is, or as it was at `version`."""
    if version is not None and version != project.version:
        content = await content_at(session, project.id, version)
        if content is not None:
            files = await queries.files_by_id(session, ids_of(content))
            return Bundle(bundle_of(content, pieces_of(content), content[VIDEO]), files, version)
    return Bundle(content_of(project), project.files, project.version)
