"""How much each kind of page asks of the database, whoever opens it."""

from collections.abc import Sequence

from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.crawling import crawl, kind_of
from tests.personas import Persona
from tests.queries import MOST_QUERIES, count_queries

Asked = dict[str, int]


async def asked_by_kind(
    app: Creathon, database: Database, people: Sequence[Persona | None], starts: Sequence[str]
) -> Asked:
    """The most that each kind of page asks, when each of these people (None: nobody signed in) follows every link."""
    asked: Asked = {}
    for persona in people:
        async with Visitor(app) as visitor:
            if persona is not None:
                async with database.reading() as session:
                    person = await person_by_email(session, persona.email)
                assert person is not None
                await visitor.sign_in_as(person)
            with count_queries(database) as counted:
                before = 0
                async for path in crawl(visitor, *starts):
                    if visitor.status == 200:
                        asked[kind_of(path)] = max(asked.get(kind_of(path), 0), counted.count - before)
                    before = counted.count
    return asked


def faults_of(lists: set[str], with_one: Asked, with_three: Asked) -> dict[str, str]:
    """The lists nobody opened, the pages that did not ask the same both times, those that asked much."""
    counts = {path: (with_one.get(path), count) for path, count in with_three.items()}
    unseen = dict.fromkeys(lists - set(with_one), "not opened")
    changed = {path: f"{one}, then {three}" for path, (one, three) in counts.items() if one not in (None, three)}
    return unseen | changed | {path: f"{three}" for path, (_, three) in counts.items() if three > MOST_QUERIES}
