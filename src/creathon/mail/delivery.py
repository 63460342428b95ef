"""Delivery: at least once, in order, with growing pauses; what fails too often waits for a person."""

import asyncio
import logging
import re
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.clock import Clock
from creathon.core.database import Database
from creathon.mail.models import Mail, MailState, SilentEdition
from creathon.mail.planned import CATCH_UP, PLAN_EVERY, PlannedBetween, write_planned
from creathon.settings import Settings

logger = logging.getLogger("creathon.mail")

BATCH = 20
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
CLAIM_LASTS = timedelta(minutes=5)
"""A message still « sending » after this was lost with its worker and is claimed again."""
ANSWER_SECONDS = 20.0
"""How long the server may take for each of its answers, the farewell after a cut included."""
SEND_SECONDS = 60
"""No message takes longer: the claim of the last of a batch would lapse and another worker would send it too."""
OUTAGE_PAUSE = timedelta(minutes=1)
IDLE_SECONDS = 1.0


SECRET = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")
"""A token of `core.ids.new_token`, as it stands in a link."""


class Outage(Exception):
    """Nothing can be handed over now; no message is to blame."""


class Transport(Protocol):
    """Hands one message over, or raises."""

    async def send(self, message: EmailMessage, mail_id: str) -> None: ...


class FolderTransport:
    """Writes `.eml` files: the default, which a page shows in development."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage, mail_id: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread((self.folder / f"{mail_id}.eml").write_bytes, message.as_bytes())
        except OSError as error:
            raise Outage from error


class SmtpTransport:
    """SMTP by the address of CREATHON_SMTP_URL: smtp://user:password@host:port, or smtps://."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    async def send(self, message: EmailMessage, mail_id: str) -> None:
        user, password = self.url.username, self.url.password
        try:
            await aiosmtplib.send(
                message,
                hostname=self.url.hostname,
                port=self.url.port,
                username=unquote(user) if user else None,
                password=unquote(password) if password else None,
                use_tls=self.url.scheme == "smtps",
                timeout=ANSWER_SECONDS,
            )
        except aiosmtplib.SMTPConnectError as error:
            raise Outage from error


def transport_of(settings: Settings) -> Transport:
    """SMTP when it is set, else the folder."""
    return SmtpTransport(settings.smtp_url) if settings.smtp_url else FolderTransport(settings.data / "mails")


class Postman:
    """Claims due messages, sends them one by one, notes what came of each."""

    def __init__(
        self,
        database: Database,
        transport: Transport,
        clock: Clock,
        sender: str,
        planned: PlannedBetween | None = None,
    ) -> None:
        self.database = database
        self.transport = transport
        self.clock = clock
        self.sender = sender
        self.planned = planned
        self._paused_until: datetime | None = None
        self._planned_at: datetime | None = None
        self._places: dict[str, datetime] = {}
        """When each claimed message was due: its place in the queue."""

    async def deliver_due(self) -> int:
        """Deliver what is due now, in order; returns how many were tried.

        While the server cannot be reached nothing is counted against a message: all wait, in their order.
        """
        if self._paused_until and self.clock.now() < self._paused_until:
            return 0
        mails = await self._claim()
        for number, mail in enumerate(mails):
            if self.clock.now() + timedelta(seconds=SEND_SECONDS + ANSWER_SECONDS) > mail.due_at:
                await self._release(mails[number:])
                return number
            try:
                await self._deliver(mail)
            except Outage as outage:
                logger.warning("mail server out of reach: %r", outage.__cause__)
                self._paused_until = self.clock.now() + OUTAGE_PAUSE
                await self._release(mails[number:])
                return 0
        return len(mails)

    async def write_planned(self) -> int:
        """Write what the clock was to send by now; at most once a minute. Returns how many messages were new."""
        now = self.clock.now()
        if self.planned is None or (self._planned_at and now < self._planned_at + PLAN_EVERY):
            return 0
        self._planned_at = now
        async with self.database.reading() as session:
            due = await self.planned(session, now - CATCH_UP, now)
        if not due:
            return 0
        async with self.database.writing() as session:
            return await write_planned(session, due, now=now)

    async def run(self) -> None:
        """Deliver for ever; cancel to stop."""
        while True:
            try:
                await self.write_planned()
                tried = await self.deliver_due()
            except Exception:
                logger.exception("mail delivery failed; trying again")
                tried = 0
            if not tried:
                await asyncio.sleep(IDLE_SECONDS)

    async def _claim(self) -> list[Mail]:
        now = self.clock.now()
        async with self.database.reading() as session:
            if not await session.scalar(select(Mail.id).where(_due(now)).limit(1)):
                return []
        async with self.database.writing() as session:
            query = select(Mail).where(_due(now)).order_by(Mail.due_at, Mail.created_at, Mail.id).limit(BATCH)
            mails = list(await session.scalars(query.with_for_update(skip_locked=True)))
            self._places = {mail.id: mail.due_at for mail in mails}
            for mail in mails:
                mail.state, mail.due_at = MailState.SENDING, now + CLAIM_LASTS
                mail.tries += 1
        return mails

    async def _release(self, mails: list[Mail]) -> None:
        """Put back what was claimed and not tried, at the place it had."""
        async with self.database.writing() as session:
            for mail in mails:
                values = {"state": MailState.QUEUED, "tries": Mail.tries - 1, "due_at": self._places[mail.id]}
                await session.execute(update(Mail).where(Mail.id == mail.id).values(**values))

    async def _deliver(self, mail: Mail) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.transport.send(make_message(mail, self.sender), mail.id)
        except Outage:
            raise
        except Exception as error:
            logger.warning("mail %s (%s): try %s failed: %s", mail.id, mail.name, mail.tries, type(error).__name__)
            await self._note(mail, _after_failure(mail, error, self.clock.now()))
        else:
            await self._note(mail, self._after_success(mail))

    def _after_success(self, mail: Mail) -> dict[str, object]:
        """A message that left for good is kept without its secret link; one written to the folder is read on a page."""
        values = {"state": MailState.SENT, "sent_at": self.clock.now(), "last_error": None}
        return values | ({"body": SECRET.sub("…", mail.body)} if isinstance(self.transport, SmtpTransport) else {})

    async def _note(self, mail: Mail, values: dict[str, object]) -> None:
        async with self.database.writing() as session:
            await session.execute(update(Mail).where(Mail.id == mail.id).values(**values))


def make_message(mail: Mail, sender: str) -> EmailMessage:
    """The message as it leaves: plain text, one recipient, a stable Message-ID so that a repeat can be recognised."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


async def failed_mails(session: AsyncSession) -> list[Mail]:
    """The dead letters, newest first."""
    return list(await session.scalars(select(Mail).where(Mail.state == MailState.FAILED).order_by(Mail.due_at.desc())))


def _due(now: datetime):  # type: ignore[no-untyped-def]
    waiting = or_(Mail.state == MailState.QUEUED, Mail.state == MailState.SENDING)
    silent = exists().where(SilentEdition.edition_id == Mail.edition_id)
    return waiting & (Mail.due_at <= now) & ~silent


def _after_failure(mail: Mail, error: Exception, now: datetime) -> dict[str, object]:
    if mail.tries >= MOST_TRIES:
        return {"state": MailState.FAILED, "last_error": type(error).__name__}
    pause = FIRST_PAUSE * 2 ** (mail.tries - 1)
    return {"state": MailState.QUEUED, "due_at": now + pause, "last_error": type(error).__name__}
