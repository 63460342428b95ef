"""The outbox against a real SMTP server that refuses, hangs, closes or is not there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.mail import delivery
from creathon.mail.delivery import FolderTransport, Postman, SmtpTransport, failed_mails, make_message
from creathon.mail.models import Mail, MailState
from tests.conftest import NOW
from tests.faults.sink import Sink, smtp_sink

SENDER = "Créathon <ne-pas-repondre@exemple.test>"


@pytest.fixture
async def sink() -> AsyncIterator[tuple[Sink, str]]:
    async with smtp_sink() as found:
        yield found


async def put(database: Database, *names: str, at: datetime = NOW, recipient: str = "awa@exemple.test") -> None:
    async with database.writing() as session:
        for number, name in enumerate(names):
            due = at + timedelta(microseconds=number)
            texts = {"name": "trial", "recipient": recipient, "subject": name, "body": "Bonjour.\n"}
            session.add(Mail(dedupe_key=name, created_at=due, due_at=due, **texts))


async def mails(database: Database) -> dict[str, Mail]:
    async with database.reading() as session:
        return {mail.subject: mail for mail in await session.scalars(select(Mail))}


@pytest.fixture(autouse=True)
def later(clock: MovableClock) -> None:
    clock.advance(timedelta(seconds=1))


@pytest.mark.bar("H102", "J122")
async def test_mails_leave_once_in_order_with_one_recipient_each(
    database: Database, clock: MovableClock, sink: tuple[Sink, str]
) -> None:
    handler, url = sink
    await put(database, "un", "deux", "trois")
    postman = Postman(database, SmtpTransport(url), clock, SENDER)
    assert await postman.deliver_due() == 3
    assert await postman.deliver_due() == 0
    assert handler.subjects == ["un", "deux", "trois"]
    assert [envelope.rcpt_tos for envelope in handler.envelopes] == [["awa@exemple.test"]] * 3
    assert {mail.state for mail in (await mails(database)).values()} == {MailState.SENT}


async def test_folder_keeps_one_file_for_each_mail(database: Database, clock: MovableClock, tmp_path: Path) -> None:
    await put(database, "un", "deux")
    await Postman(database, FolderTransport(tmp_path / "mails"), clock, SENDER).deliver_due()
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (tmp_path / "mails").iterdir()]
    assert {message["Subject"] for message in found} == {"un", "deux"}
    assert {message["To"] for message in found} == {"awa@exemple.test"}


@pytest.mark.bar("H102")
async def test_server_that_is_away_for_a_day_costs_no_mail_its_place(
    database: Database, clock: MovableClock, sink: tuple[Sink, str]
) -> None:
    handler, url = sink
    postman = Postman(database, SmtpTransport("smtp://127.0.0.1:1"), clock, SENDER)
    await put(database, "un", "deux")
    for hour in range(24):
        await postman.deliver_due()
        clock.advance(timedelta(hours=1))
        if hour == 12:
            await put(database, "trois", at=clock.now())
    waiting = await mails(database)
    assert {(mail.state, mail.tries) for mail in waiting.values()} == {(MailState.QUEUED, 0)}
    postman.transport = SmtpTransport(url)
    clock.advance(timedelta(minutes=2))
    await postman.deliver_due()
    assert handler.subjects == ["un", "deux", "trois"]


async def test_postman_lets_an_unreachable_server_rest(database: Database, clock: MovableClock, sink: Any) -> None:
    handler, url = sink
    postman = Postman(database, SmtpTransport("smtp://127.0.0.1:1"), clock, SENDER)
    await put(database, "un")
    await postman.deliver_due()
    postman.transport = SmtpTransport(url)
    assert (await postman.deliver_due(), handler.subjects) == (0, [])
    clock.advance(delivery.OUTAGE_PAUSE)
    assert (await postman.deliver_due(), handler.subjects) == (1, ["un"])


@pytest.mark.parametrize("answer", ["451 later", "550 no such user", "421 closing"])
@pytest.mark.bar("H102")
async def test_refused_mail_is_tried_eight_times_then_waits_for_a_person(
    database: Database, clock: MovableClock, sink: tuple[Sink, str], answer: str
) -> None:
    handler, url = sink
    handler.answer = answer
    postman = Postman(database, SmtpTransport(url), clock, SENDER)
    await put(database, "refusé")
    await put(database, "autre", at=clock.now() + timedelta(days=2))
    for _ in range(12):
        await postman.deliver_due()
        clock.advance(timedelta(hours=3))
    mail = (await mails(database))["refusé"]
    assert (mail.state, mail.tries, len(handler.envelopes)) == (MailState.FAILED, 8, 8)
    async with database.reading() as session:
        assert [dead.id for dead in await failed_mails(session)] == [mail.id]
    handler.answer = "250 OK"
    clock.advance(timedelta(days=1))
    await postman.deliver_due()
    assert (await mails(database))["autre"].state == MailState.SENT, "one bad address stops nobody else"


@pytest.mark.bar("H102")
async def test_server_that_says_nothing_does_not_hold_the_postman(
    database: Database, clock: MovableClock, sink: tuple[Sink, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, url = sink
    handler.hang = True
    monkeypatch.setattr(delivery, "ANSWER_SECONDS", 0.2)
    await put(database, "un")
    await asyncio.wait_for(Postman(database, SmtpTransport(url), clock, SENDER).deliver_due(), 10)
    mail = (await mails(database))["un"]
    assert (mail.state, mail.tries, mail.last_error) == (MailState.QUEUED, 1, "SMTPReadTimeoutError")
    assert mail.due_at == clock.now() + delivery.FIRST_PAUSE


class CloseAfterData(Sink):
    """Takes the message and hangs up without a word: was it sent?"""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await super().handle_DATA(server, session, envelope)
        server.transport.abort()
        return "250 OK"


@pytest.mark.bar("H102")
async def test_repeat_after_a_doubtful_sending_can_be_recognised(database: Database, clock: MovableClock) -> None:
    async with smtp_sink(CloseAfterData()) as (handler, url):
        await put(database, "un")
        postman = Postman(database, SmtpTransport(url), clock, SENDER)
        for _ in range(2):
            await postman.deliver_due()
            clock.advance(timedelta(hours=1))
    numbers = [message_from_bytes(envelope.content)["Message-ID"] for envelope in handler.envelopes]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


class SlowTransport:
    """Notes who sends what while another worker looks at the same rows."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, message: EmailMessage, mail_id: str) -> None:
        await asyncio.sleep(0.001)
        self.sent.append(mail_id)


@pytest.mark.bar("H102")
async def test_workers_side_by_side_never_send_the_same_mail(database: Database, clock: MovableClock) -> None:
    await put(database, *(f"m{n:03}" for n in range(60)))
    transport = SlowTransport()
    workers = [Postman(database, transport, clock, SENDER) for _ in range(4)]
    while sum(await asyncio.gather(*(worker.deliver_due() for worker in workers))):
        pass
    assert len(transport.sent) == 60
    assert len(set(transport.sent)) == 60


@pytest.mark.bar("H102")
async def test_claim_that_is_about_to_lapse_is_given_back(database: Database, clock: MovableClock) -> None:
    """Otherwise a slow batch and a second worker would send its last mails twice."""

    class Slow(SlowTransport):
        async def send(self, message: EmailMessage, mail_id: str) -> None:
            await super().send(message, mail_id)
            clock.advance(timedelta(seconds=50))

    await put(database, *(f"m{n:03}" for n in range(12)))
    slow, other = Slow(), SlowTransport()
    tried = await Postman(database, slow, clock, SENDER).deliver_due()
    assert 0 < tried < 12
    assert await Postman(database, other, clock, SENDER).deliver_due() == 12 - tried
    assert sorted(slow.sent + other.sent) == sorted({*slow.sent, *other.sent})
    assert {mail.tries for mail in (await mails(database)).values()} == {1}


@pytest.mark.bar("H102")
async def test_mail_of_a_dead_worker_is_taken_up_again(database: Database, clock: MovableClock) -> None:
    await put(database, "un")
    await Postman(database, SlowTransport(), clock, SENDER)._claim()
    transport = SlowTransport()
    survivor = Postman(database, transport, clock, SENDER)
    assert await survivor.deliver_due() == 0
    clock.advance(delivery.CLAIM_LASTS)
    assert await survivor.deliver_due() == 1
    assert len(transport.sent) == 1


@pytest.mark.parametrize(
    "recipient", ["a@exemple.test, b@exemple.test", "a@exemple.test\r\nBcc: b@exemple.test", "a@exemple.test\nX: y", ""]
)
@pytest.mark.bar("E65", "J122")
def test_recipient_is_one_address(recipient: str) -> None:
    mail = Mail(id="x", recipient=recipient, subject="Bonjour", body="", created_at=NOW)
    with pytest.raises((ValueError, IndexError, TypeError)):
        make_message(mail, SENDER)


@pytest.mark.parametrize("subject", ["Bonjour\r\nBcc: b@exemple.test", "Bonjour\nX: y", "Bonjour\rX"])
@pytest.mark.bar("E65")
async def test_subject_cannot_add_a_header(
    database: Database, clock: MovableClock, sink: tuple[Sink, str], subject: str
) -> None:
    handler, url = sink
    await put(database, subject)
    await Postman(database, SmtpTransport(url), clock, SENDER).deliver_due()
    with contextlib.suppress(IndexError):
        message = message_from_bytes(handler.envelopes[0].content)
        assert (message["Bcc"], message["X"]) == (None, None)
    assert all(envelope.rcpt_tos == ["awa@exemple.test"] for envelope in handler.envelopes)
