"""The messages about deposits."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.mail.actions import enqueue_mail
from creathon.projects.models import Deposit
from creathon.teams.queries import member_emails


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
