"""What an edition has written of its messages, and who did."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.mail.models import EditionWords

Written = tuple[EditionWords, Person | None]


async def words_written(session: AsyncSession, edition_id: str) -> dict[str, Written]:
    """By name of message; those given back to their origin are left out."""
    changed = or_(EditionWords.subject != "", EditionWords.text != "")
    query = select(EditionWords, Person).outerjoin(Person, Person.id == EditionWords.updated_by)
    rows = await session.execute(query.where(EditionWords.edition_id == edition_id, changed))
    return {words.name: (words, person) for words, person in rows}
