"""Browsers of the people of a jury."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from creathon.accounts.models import Person
from creathon.app import Creathon
from tests.browsing import Visitor

Browser = Callable[[Person], Awaitable[Visitor]]


@pytest.fixture
async def browser(app: Creathon) -> AsyncIterator[Browser]:
    """Opens browsers signed in as somebody."""
    async with AsyncExitStack() as stack:

        async def opened(person: Person) -> Visitor:
            visitor = await stack.enter_async_context(Visitor(app))
            await visitor.sign_in_as(person)
            return visitor

        yield opened
