"""Writing to the outbox, in the transaction of the cause."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.mail.models import Mail, MailState
from creathon.mail.rendering import renderer


async def enqueue_mail(
    session: AsyncSession,
    name: str,
    *,
    to: str,
    key: str,
    now: datetime,
    person_id: str | None = None,
    edition_id: str | None = None,
    state: MailState = MailState.QUEUED,
    **context: Any,
) -> Mail | None:
    """Write one message to one address; `key` names its cause and is written once (None when it already was).

    Keyword arguments beyond these are the context of `templates/mail/<name>/`.
    """
    dedupe_key = f"{name}:{key}"
    if await session.scalar(select(Mail.id).where(Mail.dedupe_key == dedupe_key)):
        return None
    subject, body = renderer().render(name, **context)
    mail = Mail(
        dedupe_key=dedupe_key,
        name=name,
        edition_id=edition_id,
        person_id=person_id,
        recipient=to,
        subject=subject[:200],
        body=body,
        state=state,
        created_at=now,
        due_at=now,
    )
    session.add(mail)
    return mail
