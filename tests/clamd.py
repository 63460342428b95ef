"""A small clamd that speaks the real protocol, and the test file that every antivirus knows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""In two parts: an antivirus on the machine of whoever works here would take this file away."""
VERSION = "ClamAV 1.4.3/27500/Thu Nov 26 09:00:00 2026"


class FakeClamd:
    """Answers VERSION and INSTREAM. `limit`: bytes beyond which it gives up; `hangs_up`: it cuts without a word."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.version = VERSION
        self.limit = 100_000_000
        self.hangs_up = False
        self.read: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            command = await reader.readuntil(b"\0")
            answer = self.version if command == b"zVERSION\0" else await self._instream(reader)
            if answer:
                writer.write(answer.encode() + b"\0")
                await writer.drain()
        writer.close()

    async def _instream(self, reader: asyncio.StreamReader) -> str:
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
            if self.hangs_up:
                return ""
            if len(content) > self.limit:
                return "INSTREAM size limit exceeded. ERROR"
        self.read.append(content)
        return "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"


@asynccontextmanager
async def fake_clamd(place: str, fake: FakeClamd | None = None) -> AsyncIterator[FakeClamd]:
    """One that listens at a Unix socket, until the end of the block."""
    fake = fake or FakeClamd(place)
    server = await asyncio.start_unix_server(fake.serve, place)
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()
