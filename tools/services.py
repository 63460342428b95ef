"""Say which of the services the tests can use are present; with --require, fail when one is missing."""

import asyncio
import ctypes.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import asyncpg

POSTGRES = os.environ.get("CREATHON_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("CREATHON_TEST_REDIS") or "redis://127.0.0.1:6379/0"
WAIT_SECONDS = 3


def postgres() -> str | None:
    """The version of PostgreSQL, or None when it does not let us in."""
    try:
        return asyncio.run(_postgres_version())
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _postgres_version() -> str:
    connection = await asyncpg.connect(POSTGRES, timeout=WAIT_SECONDS)
    try:
        return str(await connection.fetchval("SHOW server_version")).split()[0]
    finally:
        await connection.close()


def redis() -> str | None:
    """The version of Redis or Valkey, or None when nothing answers."""
    address = urlsplit(REDIS)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 6379), WAIT_SECONDS) as line:
            line.settimeout(WAIT_SECONDS)
            line.sendall(b"INFO server\r\n")
            answer = line.recv(4096).decode("ascii", "replace")
    except OSError:
        return None
    versions = [found.partition(":")[2] for found in answer.splitlines() if found.startswith("redis_version:")]
    return versions[0] if versions else None


def chromium() -> str | None:
    """The version of Chromium, or None when it is not installed."""
    path = shutil.which(os.environ.get("CREATHON_TEST_CHROMIUM") or "chromium")
    if path is None:
        return None
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split()
    return next((word for word in answer if word[0].isdigit()), "?")


def pango() -> str | None:
    """« present » when the library that PDFs are laid out with is there."""
    return "present" if ctypes.util.find_library("pango-1.0") else None


SERVICES: dict[str, tuple[Callable[[], str | None], str]] = {
    "PostgreSQL": (postgres, "tests marked postgres"),
    "Redis": (redis, "tests marked redis"),
    "Chromium": (chromium, "tests marked browser"),
    "Pango": (pango, "tests marked pdf"),
}


def main() -> int:
    missing = []
    for name, (look, needed_by) in SERVICES.items():
        version = look()
        if version is None:
            missing.append(name)
        print(f"  {name:<11} {version or f'absent: the {needed_by} are skipped'}")
    if missing and "--require" in sys.argv[1:]:
        print(f"Missing here and required: {', '.join(missing)}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
