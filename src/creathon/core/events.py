"""What happens below told to what stands above, inside the same transaction.

A feature publishes a frozen dataclass; the application subscribes the handlers of the features above. A handler that
raises undoes the whole act: there is no half-told event.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

Event = TypeVar("Event")
Handler = Callable[[AsyncSession, Any], Awaitable[None]]

_handlers: dict[type, list[Handler]] = defaultdict(list)


def subscribe(event: type[Event], handler: Callable[[AsyncSession, Event], Awaitable[None]]) -> None:
    """Call `handler` at each event of that type; subscribing twice has no effect."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


async def publish(session: AsyncSession, event: object) -> None:
    """Call the handlers in the order they subscribed."""
    for handler in _handlers[type(event)]:
        await handler(session, event)
