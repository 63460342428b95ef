"""What probes ask: whether the process lives, and whether it can serve. They open no page and write nothing."""

import asyncio
import logging
from functools import cache

from litestar import Response, get

from creathon.core.database import Database
from creathon.core.migrations import found_revision, newest_revision
from creathon.core.web.visit import Visiting

PATIENCE_SECONDS = 2.0
NOT_STORED = {"cache-control": "private, no-store"}

logger = logging.getLogger("creathon")
_newest = cache(newest_revision)


@get("/healthz", name="health:live", policy="probe", sync_to_thread=False)
def live() -> Response[str]:
    """The process answers; nothing else is asked."""
    return _say("ok", 200)


@get("/readyz", name="health:ready", policy="probe")
async def ready(visit: Visiting) -> Response[str]:
    """The database answers, with the schema this version was written for."""
    database: Database = visit.app.state.database
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            is_ready = await found_revision(database) == _newest()
    except Exception as error:
        logger.exception("not ready", exc_info=error)
        is_ready = False
    return _say("ok", 200) if is_ready else _say("pas encore", 503)


def _say(words: str, status: int) -> Response[str]:
    return Response(words, status_code=status, media_type="text/plain", headers=NOT_STORED)
