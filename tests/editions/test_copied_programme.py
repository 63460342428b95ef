"""A copy of an edition has its programme."""

from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.mentoring.models import Programme, ProgrammeSession, SessionKind
from creathon.mentoring.queries import programme_of
from tests.browsing import Visitor
from tests.editions.making import COPY, sign_in, stored
from tests.factories.editions import CREATION_OPENS, paris
from tests.personas import CLAIRE


async def test_a_copy_has_the_programme_on_the_same_weekdays_and_hours(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    moments = [
        ProgrammeSession(
            kind=kind, title=title, place="Poitiers", deliverable="Un plan",
            starts_at=paris(2027, month, day, 14), ends_at=paris(2027, month, day, 17),
        )
        for kind, title, month, day in (
            (SessionKind.BOOTCAMP, "Semaine intensive", 10, 27),
            (SessionKind.DEMO_DAY, "Présentation", 12, 8),
        )
    ]  # fmt: skip
    async with database.writing() as session:
        session.add(Programme(edition_id=edition.id, title="Phase deux", created_at=CREATION_OPENS, sessions=moments))
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/copie?edition=2027")
    await visitor.submit(**COPY)
    copy = await stored(database, "2028")
    async with database.reading() as session:
        programme = await programme_of(session, copy.id)
    assert programme is not None
    assert programme.title == "Phase deux"
    assert [
        (one.kind, one.title, one.place, one.deliverable, one.starts_at, one.ends_at) for one in programme.sessions
    ] == [
        ("bootcamp", "Semaine intensive", "Poitiers", "Un plan", paris(2028, 10, 25, 14), paris(2028, 10, 25, 17)),
        ("demo_day", "Présentation", "Poitiers", "Un plan", paris(2028, 12, 6, 14), paris(2028, 12, 6, 17)),
    ]
