"""Writing partners and events."""

from datetime import date

import pytest
from sqlalchemy import func, select

from creathon.agenda.actions import add_contribution, add_event, create_partner
from creathon.agenda.models import AgendaEvent, Partner, PartnerContribution
from creathon.agenda.queries import events_of, partners_of
from creathon.agenda.rules import EventValues, PartnerValues
from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.core.errors import Refused
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, Role
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import APPLICATIONS, make_edition, site_of
from tests.personas import CLAIRE, SAMIR

DAY = date(2027, 6, 18)
CNIL = PartnerValues("CNIL", "autorite_independante")
EDTECH = EventValues("Journée EdTech", "conference", DAY, DAY, venue="Cobalt, Poitiers", pilot="SPN")


async def set_the_scene(database: Database) -> tuple[Edition, Actor, Actor]:
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        return edition, await as_actor(session, claire), await as_actor(session, samir)


async def test_a_partner_is_kept_with_its_contributions_and_journaled(database: Database) -> None:
    edition, claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        partner = await create_partner(session, claire, edition, CNIL, now=APPLICATIONS)
        for kind, note in (("pilotage", None), ("jury", "une personne")):
            await add_contribution(session, claire, partner, edition, kind=kind, note=note, now=APPLICATIONS)
    async with database.reading() as session:
        (found,) = await partners_of(session, edition.id)
        query = select(JournalLine).where(JournalLine.verb.startswith("partner.")).order_by(JournalLine.sequence)
        lines = list(await session.scalars(query))
    assert [(one.kind, one.note) for one in found.contributions] == [("jury", "une personne"), ("pilotage", None)]
    assert [line.verb for line in lines] == ["partner.created", "partner.contribution", "partner.contribution"]
    assert {line.edition_id for line in lines} == {edition.id}
    assert "CNIL" not in str([line.details for line in lines])


async def test_events_come_in_order_of_their_first_day(database: Database) -> None:
    edition, claire, _ = await set_the_scene(database)
    earlier = EventValues("Lancement", "challenge", date(2027, 5, 19), date(2027, 5, 19))
    async with database.writing() as session:
        for values in (EDTECH, earlier):
            await add_event(session, claire, edition, values, now=APPLICATIONS)
    async with database.reading() as session:
        events = await events_of(session, edition.id)
        acts = await session.scalar(select(func.count()).where(JournalLine.verb == "event.created"))
    assert [event.title for event in events] == ["Lancement", "Journée EdTech"]
    assert acts == 2


async def test_the_agenda_is_written_by_the_national_coordination(database: Database) -> None:
    edition, claire, samir = await set_the_scene(database)
    async with database.writing() as session:
        partner = await create_partner(session, claire, edition, CNIL, now=APPLICATIONS)
        with pytest.raises(Refused):
            await create_partner(session, samir, edition, CNIL, now=APPLICATIONS)
        with pytest.raises(Refused):
            await add_contribution(session, samir, partner, edition, kind="jury", now=APPLICATIONS)
        with pytest.raises(Refused):
            await add_event(session, samir, edition, EDTECH, now=APPLICATIONS)
    async with database.reading() as session:
        counts = [
            await session.scalar(select(func.count(row.id))) for row in (Partner, PartnerContribution, AgendaEvent)
        ]
    assert counts == [1, 0, 0]
