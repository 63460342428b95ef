"""One kept-alive connection of one browser: requests as they go on the wire, answers read whole."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PIECE = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """A status, where it leads, a body, and the offset of an upload."""

    status: int
    location: str
    body: bytes
    offset: int = 0


class Line:
    """The connection of somebody who is signed in. Opened when first used, and again when it was cut."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.head_lines = (
            f"Host: 127.0.0.1:{port}\r\nCookie: __Host-session={token}\r\nOrigin: https://127.0.0.1:{port}\r\n"
            "Sec-Fetch-Site: same-origin\r\n"
        )
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Reply:
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self.head_lines}\r\n".encode())

    async def post(self, path: str, fields: Mapping[str, str]) -> Reply:
        body = urlencode(fields).encode()
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        return await self._ask(self._posting(path, kind, len(body)) + body)

    async def send(self, path: str, headers: Mapping[str, str], body: bytes | memoryview = b"") -> Reply:
        """Send bytes that are no form, in pieces, as the network takes them."""
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return await self._ask(self._posting(path, more, len(body)), body)

    async def head(self, path: str, headers: Mapping[str, str]) -> Reply:
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return await self._ask(f"HEAD {path} HTTP/1.1\r\n{self.head_lines}{more}\r\n".encode())

    async def close(self) -> None:
        if self.streams:
            self.streams[1].close()
        self.streams = None

    def _posting(self, path: str, kind: str, length: int) -> bytes:
        return f"POST {path} HTTP/1.1\r\n{self.head_lines}{kind}Content-Length: {length}\r\n\r\n".encode()

    async def _ask(self, request: bytes, body: bytes | memoryview = b"") -> Reply:
        """Send and read the answer; once more when a connection kept open had been closed, as a browser does.

        Raises:
            OSError: the connection was cut before the answer was whole.
        """
        kept = self.streams is not None
        try:
            return await self._once(request, body)
        except (OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            if kept and isinstance(error, asyncio.IncompleteReadError) and not error.partial:
                return await self._ask(request, body)
            raise ConnectionError("cut") from error

    async def _once(self, request: bytes, body: bytes | memoryview) -> Reply:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(request)
        async for piece in _pieces(body):
            writer.write(piece)
            await writer.drain()
        return await self._read(reader, has_body=not request.startswith(b"HEAD"))

    async def _read(self, reader: asyncio.StreamReader, *, has_body: bool) -> Reply:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")) if has_body else 0)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        offset = int(headers.get("upload-offset", "0"))
        return Reply(int(first.split(" ")[1]), headers.get("location", ""), body, offset)


async def _pieces(body: bytes | memoryview) -> AsyncIterator[bytes | memoryview]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]
