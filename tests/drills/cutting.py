"""A browser that sends a file over a socket of its own, and whose line is cut at a byte that is chosen."""

import http.client
import socket
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass

from creathon.core.ids import seal
from tests.bench.server import SECRET
from tests.projects.tusing import PART, TUS, UPLOADS, described

PATIENCE = 20.0
PIECE = 64 * 1024


@dataclass
class CutSender:
    """Who sends, signed in by the token and the id of a session."""

    port: int
    token: str
    session_id: str
    place: str = ""

    def begin(self, size: int, **metadata: str) -> int:
        """The status of a registration."""
        said = TUS | {"Upload-Length": str(size), "Upload-Metadata": described(**metadata)}
        status, headers = self._ask("POST", UPLOADS, said)
        self.place = headers["location"] or ""
        return status

    def offset(self) -> int:
        _status, headers = self._ask("HEAD", self.place, TUS)
        return int(headers["upload-offset"])

    def settles_at(self, wanted: int) -> int:
        """Where the server stands, once it stands at `wanted` or has had the time to."""
        self._until(lambda: self.offset() == wanted)
        return self.offset()

    def moves_beyond(self, offset: int) -> bool:
        """Whether some of what was sent from there is on the disk, as soon as it is."""
        return self._until(lambda: self.offset() > offset)

    def finish(self, content: bytes) -> set[int]:
        """Send what is missing until nothing is, as a browser does: where it stands is asked before each try.

        Gives the statuses that were not the last; 0 is a server that refused and closed before it had all read.
        """
        met, until = set(), time.monotonic() + PATIENCE
        while (offset := self.offset()) < len(content) and time.monotonic() < until:
            status = self.send(offset, content[offset:])
            if status != 204:
                met.add(status)
                time.sleep(0.05)
        return met

    def send(self, offset: int, content: bytes) -> int:
        """The status of a part sent whole; 0 when the line broke."""
        try:
            return self._ask("POST", self.place, PART | {"Upload-Offset": str(offset)}, content)[0]
        except OSError:
            return 0

    def send_cut(self, offset: int, content: bytes, at: int, *, brutal: bool = False) -> None:
        """Announce the whole part, send `at` bytes of it, cut: closed, or reset when `brutal`.

        A server that refuses the part may cut first.
        """
        said = {**self._head, **PART, "Upload-Offset": str(offset), "Content-Length": str(len(content))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            if brutal:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.sendall(f"POST {self.place} HTTP/1.1\r\n{lines}\r\n".encode())
            for start in range(0, at, PIECE):
                line.sendall(content[start : min(start + PIECE, at)])

    def _until(self, reached: Callable[[], bool]) -> bool:
        until = time.monotonic() + PATIENCE
        while not (found := reached()) and time.monotonic() < until:
            time.sleep(0.02)
        return found

    @property
    def _head(self) -> dict[str, str]:
        origin = f"https://127.0.0.1:{self.port}"
        return {
            "Host": f"127.0.0.1:{self.port}", "Cookie": f"__Host-session={self.token}", "Origin": origin,
            "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": seal(SECRET, "csrf-session", self.session_id),
        }  # fmt: skip

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes = b""
    ) -> tuple[int, http.client.HTTPMessage]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request(method, path, content if method == "POST" else None, {**self._head, **headers})
            answer = line.getresponse()
            answer.read()
            return answer.status, answer.headers
