"""The messages about deposits, about whether they are admissible, and about what the antivirus finds."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.core.antivirus import AntivirusSilent, ContentJudged
from creathon.editions.models import Edition
from creathon.mail.actions import enqueue_mail
from creathon.projects.models import AdmissibilityCheck, Deposit
from creathon.projects.rules.admissibility import gates_read
from creathon.teams.models import Team
from creathon.teams.queries import coordinators_of_site, member_emails, national_coordinators


async def send_receipts(
    session: AsyncSession, deposit: Deposit, team_id: str, edition: Edition, *, counts: bool
) -> None:
    """The receipt of a deposit, to every member; `counts` says whether it is the one that counts."""
    name = "project_receipt_late" if deposit.late else "project_receipt"
    for person_id, email in await member_emails(session, team_id):
        await enqueue_mail(
            session, name, to=email, key=f"{deposit.id}:{person_id}", now=deposit.arrived_at, person_id=person_id,
            edition_id=edition.id, edition=edition.title, zone=edition.zone, number=deposit.number,
            title=deposit.title, sha256=deposit.sha256, at=deposit.arrived_at, receipt=deposit.receipt, counts=counts,
        )  # fmt: skip


async def tell_of_withdrawal(
    session: AsyncSession, deposit: Deposit, team_id: str, edition: Edition, actor: Actor
) -> None:
    """To every member: the deposit is withdrawn, by whom, and nothing is deposited any more."""
    at = deposit.withdrawn_at or deposit.arrived_at
    for person_id, email in await member_emails(session, team_id):
        await enqueue_mail(
            session, "project_withdrawn", to=email, key=f"{deposit.id}:{person_id}", now=at, person_id=person_id,
            edition_id=edition.id, edition=edition.title, zone=edition.zone, number=deposit.number,
            title=deposit.title, at=at, author=actor.display_name,
        )  # fmt: skip


async def tell_of_decision(
    session: AsyncSession,
    check: AdmissibilityCheck,
    deposit: Deposit,
    team_id: str,
    edition: Edition,
    until: datetime,
) -> None:
    """To every member: whether the deposit is admissible, why not, and until when they may contest."""
    name = "project_admissible" if check.admissible else "project_not_admissible"
    for person_id, email in await member_emails(session, team_id):
        await enqueue_mail(
            session, name, to=email, key=f"{check.id}:{person_id}", now=check.decided_at, person_id=person_id,
            edition_id=edition.id, edition=edition.title, zone=edition.zone, title=deposit.title,
            number=deposit.number, unmet=[gate for gate in gates_read(check) if not gate.met], words=check.words,
            until=until,
        )  # fmt: skip


async def tell_of_contest(
    session: AsyncSession, check: AdmissibilityCheck, deposit: Deposit, team: Team, edition: Edition
) -> None:
    """To the coordination of the site, but whoever decided; to the national one where nobody else is left."""
    people = await coordinators_of_site(session, edition.id, team.site_id)
    others = [person for person in people if person.id != check.decided_by]
    at = check.contested_at or check.decided_at
    for person in others or await national_coordinators(session, edition.id):
        await enqueue_mail(
            session, "project_contested", to=person.email, key=f"{check.id}:{person.id}", now=at,
            person_id=person.id, edition_id=edition.id, given_name=person.given_name, team=team.name,
            title=deposit.title, project_id=check.project_id, words=check.contest,
        )  # fmt: skip


async def tell_of_answer(
    session: AsyncSession, check: AdmissibilityCheck, deposit: Deposit, team_id: str, edition: Edition
) -> None:
    """To every member: the decision is lifted or maintained, and why."""
    at = check.answered_at or check.decided_at
    for person_id, email in await member_emails(session, team_id):
        await enqueue_mail(
            session, "project_contest_answered", to=email, key=f"{check.id}:{person_id}", now=at,
            person_id=person_id, edition_id=edition.id, edition=edition.title, title=deposit.title,
            number=deposit.number, lifted=bool(check.lifted), words=check.answer,
        )  # fmt: skip


async def tell_of_virus(session: AsyncSession, judged: ContentJudged, team: Team, name: str, edition: Edition) -> None:
    """To every member and to the coordination of the site: what was found in which file, and what happens now."""
    site = [(person.id, person.email) for person in await coordinators_of_site(session, edition.id, team.site_id)]
    for own, people in ((True, await member_emails(session, team.id)), (False, site)):
        for person_id, email in people:
            await enqueue_mail(
                session, "project_virus", to=email, key=f"{judged.sha256}:{team.id}:{person_id}", now=judged.at,
                person_id=person_id, edition_id=edition.id, edition=edition.title, team=team.name, file=name,
                found=judged.found, own=own,
            )  # fmt: skip


async def tell_of_unread(session: AsyncSession, judged: ContentJudged, team: Team, name: str, edition: Edition) -> None:
    """To the national coordination: a file that the antivirus gave up, which nobody else may fetch."""
    for person in await national_coordinators(session, edition.id):
        await enqueue_mail(
            session, "project_unscanned", to=person.email, key=f"{judged.sha256}:{team.id}:{person.id}:{judged.at}",
            now=judged.at, person_id=person.id, edition_id=edition.id, edition=edition.title, team=team.name,
            file=name, why=judged.found,
        )  # fmt: skip


async def tell_of_silence(session: AsyncSession, silent: AntivirusSilent, edition: Edition) -> None:
    """To the national coordination, once a day: no antivirus answers, and files wait."""
    for person in await national_coordinators(session, edition.id):
        await enqueue_mail(
            session, "antivirus_silent", to=person.email, key=f"{edition.id}:{silent.at.date()}:{person.id}",
            now=silent.at, person_id=person.id, edition_id=edition.id, edition=edition.title, zone=edition.zone,
            since=silent.since,
        )  # fmt: skip
