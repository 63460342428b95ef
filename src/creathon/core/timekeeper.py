"""How far the machine's clock is from a time server: what decides deadlines must be right."""

import asyncio
import logging
from datetime import timedelta
from urllib.parse import urlsplit

import ntplib

logger = logging.getLogger("creathon")

TOLERATED = timedelta(seconds=1)
EVERY_SECONDS = 600.0
PATIENCE_SECONDS = 5.0


class Timekeeper:
    """Asks `server`, host or host:port, by SNTP (RFC 4330). Asks nobody when it is None.

    `drift` is how late the clock is, negative when it is fast, None as long as nothing is known: a server that does
    not answer takes away what an earlier answer said.
    """

    def __init__(self, server: str | None) -> None:
        self.server = server
        self.drift: timedelta | None = None

    async def measure(self) -> None:
        """Ask once, and log a warning when more than a second is missing or nobody answers."""
        try:
            self.drift = timedelta(seconds=await asyncio.to_thread(self._ask))
        except (ntplib.NTPException, OSError) as error:
            self.drift = None
            logger.warning("time server %s does not answer: %s", self.server, error)
        if self.drift is not None and abs(self.drift) > TOLERATED:
            logger.error("the clock of this machine is %.1f s late", self.drift.total_seconds())

    async def run(self) -> None:
        """Measure for ever; cancel to stop."""
        while self.server:
            await self.measure()
            await asyncio.sleep(EVERY_SECONDS)

    def _ask(self) -> float:
        place = urlsplit(f"//{self.server}")
        answer = ntplib.NTPClient().request(place.hostname, version=4, port=place.port or 123, timeout=PATIENCE_SECONDS)
        return float(answer.offset)
