"""Starts a server on a free port of the loopback, waits until it answers, stops it by its id."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30.0
STOP_SECONDS = 15.0
ROOT = Path(__file__).resolve().parents[2]
SECRET = "the secret of a bench, worth nothing"


class ServerError(Exception):
    """The server did not start; holds what it said."""


@dataclass(frozen=True)
class Answer:
    """What the server answered to one request outside of the measures."""

    status: int
    text: str
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Server:
    """A running server."""

    pid: int
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, request: bytes) -> Answer:
        """Send one request as it would be sent under load."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_SECONDS) as connection:
            connection.sendall(request)
            response = http.client.HTTPResponse(connection)
            response.begin()
            cookies = tuple(response.headers.get_all("set-cookie") or ())
            return Answer(response.status, response.read().decode(), cookies)


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(port: int, data: Path, database_url: str, workers: int) -> dict[str, str]:
    """The settings of a production server on the loopback; mail is the business of another process."""
    return {
        "PORT": str(port),
        "CREATHON_HOST": "127.0.0.1",
        "CREATHON_ENV": "production",
        "CREATHON_BASE_URL": f"https://127.0.0.1:{port}",
        "CREATHON_TRUSTED_HOSTS": "127.0.0.1",
        "CREATHON_SECRET": SECRET,
        "CREATHON_DATA": str(data),
        "CREATHON_DATABASE_URL": database_url,
        "CREATHON_WORKERS": str(workers),
        "CREATHON_EMBED_WORKER": "0",
    }


@contextmanager
def product(data: Path, database_url: str, workers: int) -> Iterator[Server]:
    """`creathon run` on a database that is already migrated."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("creathon")), "run"]
    with running(command, settings_of(port, data, database_url, workers), port, data / "product.log") as server:
        yield server


@contextmanager
def bare(data: Path, database_url: str, workers: int) -> Iterator[Server]:
    """The application of `bare.py` on the same server, with the same number of processes."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--no-ws", "tests.bench.bare:application"),
    ]
    with running(command, settings_of(port, data, database_url, workers), port, data / "bare.log") as server:
        yield server


@contextmanager
def running(
    command: Sequence[str], settings: Mapping[str, str], port: int, log: Path, within: float = START_SECONDS
) -> Iterator[Server]:
    """A command that serves on `port`, ended with everything it started when the block ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CREATHON_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**kept, **settings}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(process, port, log, within)
        yield Server(process.pid, port)
    finally:
        _stop(process)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path, within: float) -> None:
    """Wait for the first answer, whatever it says."""
    until = time.monotonic() + within
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise ServerError(f"{process.args!r} does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to stop; after a while, end its group, which holds only what it started."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
