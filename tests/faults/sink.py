"""A real SMTP server on the loopback, which keeps what it accepts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.smtp import SMTP


class Sink:
    """Keeps what it accepts; `answer` is what it says after DATA, `hang` makes it say nothing."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.answer = "250 OK"
        self.hang = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        if self.hang:
            await asyncio.sleep(30)
        self.envelopes.append(envelope)
        return self.answer

    @property
    def subjects(self) -> list[str]:
        found = [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.envelopes]
        return [str(message["Subject"]) for message in found]


@asynccontextmanager
async def smtp_sink(handler: Sink | None = None) -> AsyncIterator[tuple[Sink, str]]:
    """A server and its address, in the form of CREATHON_SMTP_URL."""
    sink = handler or Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink.test", loop=loop), "127.0.0.1", 0)
    try:
        yield sink, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
