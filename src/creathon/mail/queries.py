"""Reading the outbox."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.mail.models import Mail, MailState


@dataclass(frozen=True)
class MailFilter:
    """Which messages: a part of the recipient's address, a state. Empty means all."""

    recipient: str = ""
    state: str = ""


async def mails_page(session: AsyncSession, chosen: MailFilter, *, offset: int, limit: int) -> list[Mail]:
    """The messages written, the latest first."""
    query = _among(select(Mail), chosen).order_by(Mail.created_at.desc(), Mail.id.desc())
    return list(await session.scalars(query.offset(offset).limit(limit)))


async def mails_count(session: AsyncSession, chosen: MailFilter) -> int:
    """How many messages there are."""
    return await session.scalar(_among(select(func.count(Mail.id)), chosen)) or 0


async def mail_by_id(session: AsyncSession, mail_id: str) -> Mail | None:
    """One message."""
    return await session.get(Mail, mail_id)


def _among(query: Select, chosen: MailFilter) -> Select:  # type: ignore[type-arg]
    query = query.execution_options(every_edition="the outbox, shown outside production only")
    if chosen.recipient:
        query = query.where(Mail.recipient.icontains(chosen.recipient, autoescape=True))
    if chosen.state in set(MailState):
        query = query.where(Mail.state == chosen.state)
    return query
