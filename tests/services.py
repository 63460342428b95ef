"""Which real services this machine has; what is missing skips its tests with a reason."""

import os
import shutil
import socket
import uuid
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

POSTGRES = os.environ.get("CREATHON_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
CHROMIUM = Path(os.environ.get("CREATHON_CHROMIUM", "/usr/bin/chromium"))
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), Path("/usr/lib/no-faketime"))
STRACE = shutil.which("strace")
FFMPEG = shutil.which("ffmpeg")
NO_SKIP = os.environ.get("CREATHON_NO_SKIP") == "1"
WORLDS = int(os.environ.get("CREATHON_WORLDS", "0"))
"""How many random worlds the long run of `make worlds` asks; 0: the short one."""
WORLDS_SEED = int(os.environ.get("CREATHON_WORLDS_SEED", "2027"))
"""The short run takes this one each time; `make worlds SEED=…` another."""
FILM_MB = int(os.environ.get("CREATHON_FILM_MB", "50"))
"""What the video weighs whose way through the memory is measured; `make bench-film` sends the largest there may be."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
RUN = uuid.uuid4().hex[:8]
"""Names the databases of this run, so that two runs on one machine never meet."""


@cache
def postgres_answers() -> bool:
    """Whether PostgreSQL accepts a connection at CREATHON_TEST_POSTGRES."""
    address = urlsplit(POSTGRES)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 5432), timeout=1):
            return True
    except OSError:
        return False


def chromium_is_there() -> bool:
    """Whether Debian's Chromium is installed."""
    return CHROMIUM.exists()
