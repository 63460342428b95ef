"""Writing to the outbox, in the transaction of the cause."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.mail.composing import WordsOf, compose, composed, words_of
from creathon.mail.models import Mail, MailState, SilentEdition


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
    is_new: bool = False,
    **context: Any,
) -> Mail | None:
    """Write one message to one address; `key` names its cause and is written once (None when it already was).

    `is_new` says that the cause was made in this very transaction: thousands are written without asking first.
    Keyword arguments beyond these are the context of `templates/mail/<name>/`; the words of the edition are added.
    """
    dedupe_key = f"{name}:{key}"
    if not is_new and await session.scalar(select(Mail.id).where(Mail.dedupe_key == dedupe_key)):
        return None
    subject, body = await compose(session, name, edition_id, context)
    mail = Mail(
        dedupe_key=dedupe_key,
        name=name,
        edition_id=edition_id,
        person_id=person_id,
        recipient=to,
        subject=subject,
        body=body,
        state=state,
        created_at=now,
        due_at=now,
    )
    session.add(mail)
    return mail


async def silence(session: AsyncSession, edition_id: str) -> None:
    """From now on no message of that edition leaves, whatever its address."""
    session.add(SilentEdition(edition_id=edition_id))
    await session.flush()


@dataclass(frozen=True)
class Message:
    """One of many messages of the same name. `key` names its cause; `context` fills the template."""

    to: str
    key: str
    person_id: str | None
    edition_id: str | None
    context: dict[str, Any] = field(default_factory=dict)


async def enqueue_mails(session: AsyncSession, name: str, messages: Sequence[Message], *, now: datetime) -> int:
    """Write many messages in as many statements as one: how many were not written before for the same cause."""
    keys = {f"{name}:{message.key}": message for message in messages}
    known = set(await session.scalars(select(Mail.dedupe_key).where(Mail.dedupe_key.in_(keys)))) if keys else set()
    new = {key: message for key, message in keys.items() if key not in known}
    if new:
        found = await words_of(session, name, [message.edition_id for message in new.values()])
        rows = [_row(found, name, key, message, now) for key, message in new.items()]
        await session.execute(insert(cast(Table, Mail.__table__)), rows)
    return len(new)


def _row(found: WordsOf, name: str, key: str, message: Message, now: datetime) -> dict[str, Any]:
    subject, body = composed(found, name, message.edition_id, message.context)
    return {
        "dedupe_key": key,
        "name": name,
        "edition_id": message.edition_id,
        "person_id": message.person_id,
        "recipient": message.to,
        "subject": subject,
        "body": body,
        "created_at": now,
        "due_at": now,
    }
