"""Writing to the outbox, in the transaction of the cause."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
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


async def enqueue_mails(session: AsyncSession, name: str, messages: Sequence[Message], *, now: datetime) -> None:
    """Write many messages in as many statements as one, each once for its cause."""
    await enqueue_named(session, [(name, message) for message in messages], now=now)


async def enqueue_named(session: AsyncSession, messages: Sequence[tuple[str, Message]], *, now: datetime) -> None:
    """The same for messages of several names."""
    if not messages:
        return
    for name in {name for name, _message in messages}:
        found = await words_of(session, name, [message.edition_id for _name, message in messages])
    await session.flush()
    insert = _INSERTS[session.get_bind().dialect.name](cast(Table, Mail.__table__))
    rows = [_row(found, name, message, now) for name, message in messages]
    await session.execute(insert.on_conflict_do_nothing(index_elements=["dedupe_key"]), rows)


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _row(found: WordsOf, name: str, message: Message, now: datetime) -> dict[str, Any]:
    subject, body = composed(found, name, message.edition_id, message.context)
    return {
        "dedupe_key": f"{name}:{message.key}",
        "name": name,
        "edition_id": message.edition_id,
        "person_id": message.person_id,
        "recipient": message.to,
        "subject": subject,
        "body": body,
        "created_at": now,
        "due_at": now,
    }
