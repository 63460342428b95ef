"""Removes the uploads that nobody finished in a day, and what the disk still holds of those that are over."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from creathon.core.arriving import Arriving
from creathon.core.clock import Clock
from creathon.core.database import Database
from creathon.projects.queries.uploads import arriving_ids, forget_uploads
from creathon.projects.rules.uploads import WAITS

logger = logging.getLogger("creathon")

EVERY_SECONDS = 600.0


class Sweeper:
    """Safe to run in several processes, and beside whoever sends."""

    def __init__(self, database: Database, arriving: Arriving, clock: Clock) -> None:
        self.database, self.arriving, self.clock = database, arriving, clock

    async def sweep(self) -> None:
        """Once. The folder is read first: whatever is registered afterwards is not in it yet."""
        there = self.arriving.names()
        async with self.database.writing() as session:
            await forget_uploads(session, begun_before=self.clock.now() - WAITS)
            wanted = await arriving_ids(session)
        for name in there - wanted:
            self.arriving.remove(name)

    async def run(self) -> None:
        """Sweep for ever; cancel to stop."""
        while True:
            try:
                await self.sweep()
            except (OSError, SQLAlchemyError):
                logger.exception("unfinished uploads could not be removed")
            await asyncio.sleep(EVERY_SECONDS)
