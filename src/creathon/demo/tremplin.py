"""Sixth chapter."""

from creathon.demo.story import Story


async def accompany(story: Story) -> None: ...
