"""The policy, the routes and one workshop for all tests of the matrix."""

from collections.abc import Iterator, Mapping

import pytest

from creathon.core.web.policy import RoutePolicy
from tests.policy.book import Book, read_book
from tests.policy.running import Stage, all_routes, cheap_passwords
from tests.policy.worlds import Workshop


@pytest.fixture(scope="session")
def book() -> Book:
    return read_book()


@pytest.fixture(scope="session")
def page_routes() -> Mapping[str, RoutePolicy]:
    return all_routes()


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    with Workshop() as workshop:
        yield workshop


@pytest.fixture(scope="module")
def stage(workshop: Workshop, book: Book, page_routes: Mapping[str, RoutePolicy]) -> Iterator[Stage]:
    """Of one module: what is cheap for the matrix is not for the tests that come after."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_passwords(patch)
        yield Stage(workshop, book, page_routes)
