"""Writing partners and events."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from creathon.agenda.actions import add_event, create_partner, edit_event, edit_partner
from creathon.agenda.models import AgendaEvent, Partner, PartnerContribution
from creathon.agenda.queries import event_by_id, events_of, partner_by_id, partners_of
from creathon.agenda.rules import ContributionValues, EventValues, MomentValues, PartnerValues, values_of_event
from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.core.errors import Refused, Stale
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, EditionState, Role
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import APPLICATIONS, make_edition, site_of
from tests.personas import CLAIRE, SAMIR

DAY = date(2027, 6, 18)
CNIL = PartnerValues("CNIL", "autorite_independante")
EDTECH = EventValues("Journée EdTech", "conference", DAY, DAY, venue="Cobalt, Poitiers", pilot="SPN")
MORNING, AFTERNOON = MomentValues("Rencontres", DAY), MomentValues("Accélération", audience="professionnels")


async def set_the_scene(database: Database) -> tuple[Edition, Actor, Actor]:
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        return edition, await as_actor(session, claire), await as_actor(session, samir)


async def test_a_partner_is_kept_with_its_contributions_and_journaled(database: Database) -> None:
    edition, claire, _ = await set_the_scene(database)
    brought = (ContributionValues("pilotage"), ContributionValues("jury", "une personne"))
    async with database.writing() as session:
        await create_partner(session, claire, edition, replace(CNIL, contributions=brought), now=APPLICATIONS)
    async with database.reading() as session:
        (found,) = await partners_of(session, edition.id)
        (line,) = await session.scalars(select(JournalLine).where(JournalLine.verb.startswith("partner.")))
    assert [(one.kind, one.note) for one in found.contributions] == [("jury", "une personne"), ("pilotage", None)]
    assert (line.verb, line.edition_id, line.details["contributions"]) == ("partner.created", edition.id, 2)
    assert "CNIL" not in str(line.details)


async def test_an_edited_partner_keeps_nothing_of_before_and_the_same_words_write_nothing(database: Database) -> None:
    edition, claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        values = replace(CNIL, contributions=(ContributionValues("jury"),))
        made = await create_partner(session, claire, edition, values, now=APPLICATIONS)
    after = PartnerValues("CNIL", "autorite_independante", (ContributionValues("mentorat", "deux personnes"),))
    for _time in range(2):
        async with database.writing() as session:
            partner = await partner_by_id(session, edition.id, made.id, lock=True)
            assert partner is not None
            await edit_partner(
                session, claire, partner, edition, after, version=partner.version, now=APPLICATIONS
            )  # fmt: skip
    async with database.reading() as session:
        found = await partner_by_id(session, edition.id, made.id)
        assert found is not None
        assert [(one.kind, one.note) for one in found.contributions] == [("mentorat", "deux personnes")]
        assert found.version == 2
        assert await session.scalar(select(func.count(PartnerContribution.id))) == 1
        assert await session.scalar(select(func.count()).where(JournalLine.verb == "partner.edited")) == 1


async def test_a_stale_version_changes_nothing_and_tells_what_is_stored(database: Database) -> None:
    edition, claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        made = await add_event(session, claire, edition, replace(EDTECH, moments=(MORNING,)), now=APPLICATIONS)
    async with database.writing() as session:
        event = await event_by_id(session, edition.id, made.id, lock=True)
        assert event is not None
        with pytest.raises(Stale) as stale:
            await edit_event(session, claire, event, edition, EDTECH, version=7, now=APPLICATIONS)
        assert stale.value.current["moments"] == (MORNING,)
        assert values_of_event(event) == replace(EDTECH, moments=(MORNING,))


async def test_the_moments_of_an_event_keep_their_order(database: Database) -> None:
    edition, claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        made = await add_event(
            session, claire, edition, replace(EDTECH, moments=(AFTERNOON, MORNING)), now=APPLICATIONS
        )  # fmt: skip
    async with database.writing() as session:
        event = await event_by_id(session, edition.id, made.id, lock=True)
        assert event is not None
        changed = replace(EDTECH, moments=(MORNING, AFTERNOON))
        await edit_event(session, claire, event, edition, changed, version=1, now=APPLICATIONS)
    async with database.reading() as session:
        (found,) = await events_of(session, edition.id)
        assert values_of_event(found).moments == (MORNING, AFTERNOON)


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


async def test_the_agenda_is_written_by_the_national_coordination_while_it_is_no_archive(database: Database) -> None:
    edition, claire, samir = await set_the_scene(database)
    async with database.writing() as session:
        partner = await create_partner(session, claire, edition, CNIL, now=APPLICATIONS)
        event = await add_event(session, claire, edition, EDTECH, now=APPLICATIONS)
        with pytest.raises(Refused):
            await create_partner(session, samir, edition, CNIL, now=APPLICATIONS)
        with pytest.raises(Refused):
            await edit_partner(session, samir, partner, edition, CNIL, version=1, now=APPLICATIONS)
        with pytest.raises(Refused):
            await add_event(session, samir, edition, EDTECH, now=APPLICATIONS)
        archive = Edition(id=edition.id, state=EditionState.ARCHIVED)
        with pytest.raises(Refused, match="archivée"):
            await edit_event(session, claire, event, archive, EDTECH, version=1, now=APPLICATIONS)
    async with database.reading() as session:
        counts = [await session.scalar(select(func.count(row.id))) for row in (Partner, AgendaEvent)]
    assert counts == [1, 1]
