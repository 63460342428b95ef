"""A closed-loop load generator on raw kept-alive sockets: each connection asks again once it is answered."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.bench.processes import Watch

CHUNK = 256 * 1024
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Target:
    """One request and what its answer must be: a status, and a text somewhere in it."""

    request: bytes
    marker: bytes
    status: int = 200


Script = Callable[[int], Iterator[Target]]
"""What the connection of that number asks, one request after the other, without end."""


@dataclass(frozen=True)
class Figures:
    """One measure. Times are in milliseconds, `noise` is the share of one core that others used meanwhile."""

    connections: int
    requests: int
    errors: int
    rps: float
    p50: float
    p95: float
    p99: float
    cpu: float
    database_cpu: float
    kilobytes: float
    noise: float


@dataclass
class Tally:
    """What was answered during one phase."""

    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    received: int = 0


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed; 0 without values."""
    if not values:
        return 0.0
    rank = -(-len(values) * round(share * 1000) // 1000)
    return sorted(values)[max(rank, 1) - 1]


class Connection:
    """One kept-alive connection; opened again when the server closes it."""

    def __init__(self, port: int, script: Iterator[Target]) -> None:
        self.port = port
        self.script = script
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        self.target = next(self.script)
        self.answer = bytearray()
        self.length: int | None = None
        self.started = time.perf_counter()
        self.socket.sendall(self.target.request)

    def receive(self) -> bool | None:
        """Read what came: None while the answer is incomplete, else whether it is the one wanted."""
        chunk = self.socket.recv(CHUNK)
        self.answer += chunk
        if self.length is None and (end := self.answer.find(b"\r\n\r\n")) >= 0:
            self.length = end + 4 + _content_length(bytes(self.answer[:end]))
        if self.length is not None and len(self.answer) >= self.length:
            return self.answer.startswith(b"HTTP/1.1 %d " % self.target.status) and self.target.marker in self.answer
        return None if chunk else False


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise ValueError(f"an answer without content-length cannot be measured: {head[:200]!r}")


def measure(port: int, script: Script, connections: int, seconds: float, watch: Watch) -> Figures:
    """Warm up, then ask for `seconds` with that many connections; what is in flight at the end is waited for."""
    with selectors.DefaultSelector() as selector:
        for number in range(connections):
            connection = Connection(port, script(number))
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask()
        try:
            _drive(selector, Tally(), seconds / 4)
            tally, before, start = Tally(), watch.read(), time.perf_counter()
            _drive(selector, tally, seconds)
            spent, usage = time.perf_counter() - start, watch.read() - before
            _drain(selector)
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
    count = len(tally.latencies)
    per_request = 1000 / max(count, 1)
    return Figures(
        connections=connections,
        requests=count,
        errors=tally.errors,
        rps=round(count / spent, 1),
        p50=round(percentile(tally.latencies, 0.5) * 1000, 2),
        p95=round(percentile(tally.latencies, 0.95) * 1000, 2),
        p99=round(percentile(tally.latencies, 0.99) * 1000, 2),
        cpu=round(usage.server * per_request, 3),
        database_cpu=round(usage.database * per_request, 3),
        kilobytes=round(tally.received / max(count, 1) / 1024, 1),
        noise=round(max(usage.others, 0.0) / spent, 2),
    )


def _drive(selector: selectors.BaseSelector, tally: Tally, seconds: float) -> None:
    """Keep every connection busy for that long."""
    until = time.perf_counter() + seconds
    while (now := time.perf_counter()) < until:
        for key, _ in selector.select(until - now):
            _advance(selector, key.data, tally)


def _advance(selector: selectors.BaseSelector, connection: Connection, tally: Tally) -> None:
    """Read from a connection; when its answer is complete, note it and ask again."""
    try:
        wanted = connection.receive()
    except OSError:
        wanted = False
    if wanted is None:
        return
    tally.latencies.append(time.perf_counter() - connection.started)
    tally.received += len(connection.answer)
    tally.errors += not wanted
    if not connection.length or len(connection.answer) != connection.length:
        selector.unregister(connection.socket)
        connection.socket.close()
        connection.open()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.ask()


def _drain(selector: selectors.BaseSelector) -> None:
    """Wait for the answers in flight, so that nothing of this measure runs into the next one."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while selector.get_map() and (now := time.perf_counter()) < until:
        for key, _ in selector.select(until - now):
            if key.data.receive() is not None:
                selector.unregister(key.fileobj)
                key.data.socket.close()
