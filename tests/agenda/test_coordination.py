"""The coordination writes partners and events; the public reads them."""

from datetime import UTC, date, datetime

import pytest
from bs4 import Tag

from creathon.agenda.queries import events_of, partners_of
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.agenda import make_archive, make_event, make_partner
from tests.factories.editions import make_edition, site_of
from tests.personas import CLAIRE, SAMIR

PARTNERS = "/coordination/partenaires"
AGENDA = "/coordination/agenda"
EDUCNUM = {
    "title": "Journées Educnum",
    "kind": "conference",
    "starts_on": "2027-09-20",
    "ends_on": "2027-09-22",
    "venue": "Salons de Blossac, Poitiers",
    "audience": ["enseignants", "grand_public"],
    "moments-0-title": "Ateliers des classes",
    "moments-0-day": "2027-09-20",
    "moments-0-audience": "enseignants, eleves",
}


async def as_claire(visitor: Visitor, database: Database) -> Edition:
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await visitor.sign_in_as(claire)
    return edition


def hidden(visitor: Visitor, name: str) -> str:
    field = visitor.page.select_one(f"main input[name={name}]")
    assert isinstance(field, Tag)
    return str(field["value"])


async def test_a_partner_is_added_edited_withdrawn_and_put_back(visitor: Visitor, database: Database) -> None:
    edition = await as_claire(visitor, database)
    await visitor.open(PARTNERS)
    assert "Aucun partenaire pour l’instant" in visitor.text
    await visitor.open(f"{PARTNERS}/nouveau")
    typed = {"contributions-0-kind": "pret_de_lieu", "contributions-0-note": "salons de Blossac"}
    await visitor.submit(name="Ville de Poitiers", kind="collectivite", **typed)
    assert "« Ville de Poitiers » se lit maintenant" in visitor.flash
    await visitor.open("/partenaires")
    assert "prêt de lieu : salons de Blossac" in visitor.text
    async with database.reading() as session:
        (partner,) = await partners_of(session, edition.id)
    await visitor.open(f"{PARTNERS}/{partner.id}")
    await visitor.submit(button="Enregistrer", **{"contributions-0-kind": "", "contributions-0-note": ""})
    await visitor.open("/partenaires")
    assert "salons" not in visitor.text
    await visitor.open(f"{PARTNERS}/{partner.id}")
    await visitor.submit(button="Retirer")
    assert "n’est plus sur la page des partenaires" in visitor.flash
    await visitor.open("/partenaires")
    assert "Ville de Poitiers" not in visitor.text
    await visitor.open(f"{PARTNERS}/{partner.id}")
    await visitor.submit(button="Remettre")
    await visitor.open("/partenaires")
    assert "Ville de Poitiers" in visitor.text


async def test_an_event_has_days_moments_and_audiences(visitor: Visitor, database: Database) -> None:
    await as_claire(visitor, database)
    await visitor.open(f"{AGENDA}/nouveau")
    await visitor.submit(status="envisage", **EDUCNUM)
    assert visitor.path == AGENDA
    await visitor.open("/agenda")
    assert "du 20 au 22 septembre 2027" in visitor.text
    assert "envisagé" in visitor.text
    assert "lundi 20 septembre 2027 : Ateliers des classes (enseignants, élèves)" in visitor.text
    assert "pour : enseignants, grand public" in visitor.text


async def test_a_confirmed_event_is_past_when_its_last_day_is_over_in_the_edition(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    await as_claire(visitor, database)
    await visitor.open(f"{AGENDA}/nouveau")
    await visitor.submit(**EDUCNUM)
    clock.move_to(datetime(2027, 9, 22, 21, 59, tzinfo=UTC))
    await visitor.open("/agenda")
    assert "confirmé" in visitor.text
    clock.move_to(datetime(2027, 9, 22, 22, 0, tzinfo=UTC))  # midnight in Paris
    await visitor.open("/agenda")
    assert "passé" in visitor.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "Ce champ est obligatoire"),
        ({"kind": ""}, "Ce champ est obligatoire"),
        ({"kind": "banquet"}, "choix valide"),
        ({"starts_on": "le 20"}, "Écrivez une date"),
        ({"ends_on": "2027-09-19"}, "Le dernier jour doit venir après le premier"),
        ({"moments-0-day": "2027-09-23"}, "Le jour de chaque moment doit être l’un des jours"),
        ({"moments-0-title": ""}, "Donnez un titre à ce moment"),
    ],
)
async def test_an_event_that_does_not_hold_together_is_refused_with_its_text(
    visitor: Visitor, database: Database, change: dict[str, str], sentence: str
) -> None:
    edition = await as_claire(visitor, database)
    await visitor.open(f"{AGENDA}/nouveau")
    await visitor.submit(**(EDUCNUM | change))
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert "Salons de Blossac, Poitiers" in visitor.response.text
    assert "enseignants, eleves" in visitor.response.text
    async with database.reading() as session:
        assert await events_of(session, edition.id) == []


async def test_a_precision_without_its_contribution_is_refused(visitor: Visitor, database: Database) -> None:
    edition = await as_claire(visitor, database)
    await visitor.open(f"{PARTNERS}/nouveau")
    await visitor.submit(name="SPN", kind="cluster", **{"contributions-0-note": "trois mentors"})
    assert visitor.status == 422
    assert "Choisissez la contribution que cette précision décrit" in visitor.errors
    assert "trois mentors" in visitor.response.text
    async with database.reading() as session:
        assert await partners_of(session, edition.id) == []


@pytest.mark.bar("E19")
async def test_a_stale_form_shows_both_texts_and_can_be_sent_again(visitor: Visitor, database: Database) -> None:
    edition = await as_claire(visitor, database)
    async with database.writing() as session:
        event = await make_event(session, edition, starts_on=date(2027, 9, 20), ends_on=date(2027, 9, 22))
        partner = await make_partner(session, edition)
    for shelf, thing, field in ((AGENDA, event, "title"), (PARTNERS, partner, "name")):
        path = f"{shelf}/{thing.id}"
        await visitor.open(path)
        version = hidden(visitor, "version")
        await visitor.submit(button="Enregistrer", **{field: "Le premier texte"})
        await visitor.open(path)
        await visitor.submit(button="Enregistrer", **{field: "Le second texte", "version": version})
        assert visitor.status == 409
        assert "Le premier texte" in visitor.text
        assert "Le second texte" in visitor.response.text
        await visitor.submit(button="Enregistrer")
        assert visitor.path == shelf
        assert "Le second texte" in visitor.text


async def test_a_form_without_its_version_is_incomplete(visitor: Visitor, database: Database) -> None:
    edition = await as_claire(visitor, database)
    async with database.writing() as session:
        event = await make_event(session, edition)
        partner = await make_partner(session, edition)
    for path in (f"{AGENDA}/{event.id}", f"{PARTNERS}/{partner.id}"):
        await visitor.open(path)
        await visitor.submit(button="Enregistrer", version=None)
        assert visitor.status == 428


async def test_a_form_sent_twice_adds_one(visitor: Visitor, database: Database) -> None:
    edition = await as_claire(visitor, database)
    await visitor.open(f"{PARTNERS}/nouveau")
    once = hidden(visitor, "_once")
    for _time in range(2):
        await visitor.open(f"{PARTNERS}/nouveau")
        await visitor.submit(name="SPN", kind="cluster", _once=once)
        assert visitor.path == PARTNERS
    async with database.reading() as session:
        assert len(await partners_of(session, edition.id)) == 1


async def test_others_neither_read_nor_write_these_pages(app: Creathon, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        partner = await make_partner(session, edition)
        archive = await make_archive(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        (foreign,) = await partners_of(session, archive.id)
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(samir)
        for path in (PARTNERS, f"{PARTNERS}/{partner.id}", AGENDA, f"{AGENDA}/nouveau"):
            assert (await visitor.open(path)).status == 403
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(claire)
        assert (await visitor.open(f"{PARTNERS}/{partner.id}")).status == 200
        assert (await visitor.open(f"{PARTNERS}/{foreign.id}")).status == 404
