"""Partners and events of an edition, and the archive of 2019."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.actions import add_event, create_partner
from creathon.agenda.models import AgendaEvent, Partner
from creathon.agenda.rules import ContributionValues, EventValues, PartnerValues
from creathon.core.actor import SYSTEM
from creathon.editions.actions import EditionValues, PhaseValues, create_edition, set_edition_state
from creathon.editions.models import Edition, EditionState, PhaseKind
from creathon.editions.queries import edition_by_id
from tests.factories.accounts import LONG_AGO
from tests.factories.editions import paris


async def make_partner(
    session: AsyncSession, edition: Edition, name: str = "CNIL", *, kinds: tuple[str, ...] = ("pilotage",)
) -> Partner:
    """A partner with its contributions."""
    values = PartnerValues(name, "autorite_independante", tuple(map(ContributionValues, kinds)))
    return await create_partner(session, SYSTEM, edition, values, now=LONG_AGO)


async def make_event(
    session: AsyncSession,
    edition: Edition,
    title: str = "Journées Educnum",
    *,
    starts_on: date = date(2019, 9, 20),
    ends_on: date = date(2019, 9, 22),
) -> AgendaEvent:
    """An event of a partner."""
    values = EventValues(title, "conference", starts_on, ends_on, venue="Salons de Blossac, Poitiers", pilot="CNIL")
    return await add_event(session, SYSTEM, edition, values, now=LONG_AGO)


async def make_archive(session: AsyncSession) -> Edition:
    """« Créathon 2019 », archived, with a partner and an event."""
    launched = PhaseValues(PhaseKind.CREATION, "Lancement", paris(2019, 5, 22), paris(2019, 5, 23), ())
    values = EditionValues(
        slug="2019",
        title="Créathon 2019",
        pilot="Réseau Canopé",
        zone="Europe/Paris",
        theme_title="École inclusive et intelligence artificielle",
        theme_statement="Seconde phase en octobre 2019.",
        phases=(launched,),
    )
    made = await create_edition(session, SYSTEM, values, now=paris(2019, 5, 22))
    await set_edition_state(session, SYSTEM, made, EditionState.ARCHIVED, now=paris(2019, 12, 31))
    await make_partner(session, made)
    await make_event(session, made)
    edition = await edition_by_id(session, made.id)
    assert edition is not None
    return edition
