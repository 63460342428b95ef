"""Fifth chapter."""

from creathon.demo.story import Story


async def decide_and_publish(story: Story) -> None: ...
