"""The sites of an edition through their pages: who sees and changes what, what the public reads, what teams keep."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.actions import copy_edition
from creathon.editions.actions.making import CopyValues
from creathon.editions.models import Edition, EditionState, Facilitator, Role, Site
from creathon.editions.queries import edition_by_slug, load_sites
from creathon.editions.rules import launch_day
from creathon.teams.models import ApplicationState, Team
from tests.browsing import Visitor
from tests.factories.accounts import LONG_AGO, as_actor, make_holder
from tests.factories.editions import make_edition, site_of
from tests.factories.teams import make_passeurs, make_team
from tests.personas import AWA, CLAIRE, LEILA, SAMIR, ZOE, Persona
from tests.queries import count_queries

SHEET = {
    "address": "Téléport 1\nFuturoscope",
    "directions": "Bus 1, arrêt du lycée.",
    "opening": "Portes ouvertes dès 8 h.",
    "public_note": "Pensez à un duvet.",
    "access_contact": "accessibilite.poitiers@exemple.test",
    "step_free": "yes",
    "hearing_loop": "no",
    "sign_language": "on_request",
    "sign_language_detail": "à demander dix jours avant",
}


@pytest.fixture
async def edition(database: Database) -> Edition:
    """« Créathon 2027 »: Claire coordinates it, Samir Poitiers, Leila La Réunion."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
    return edition


async def as_(visitor: Visitor, database: Database, persona: Persona) -> Visitor:
    async with database.reading() as session:
        person = await person_by_email(session, persona.email)
    assert person is not None
    await visitor.sign_in_as(person)
    return visitor


async def stored(database: Database, code: str = "POI") -> Site:
    async with database.reading() as session:
        edition = await edition_by_slug(session, "2027")
        assert edition is not None
        return site_of(await load_sites(session, edition), code)


async def put_on_paper(database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        (await session.get_one(Edition, edition.id)).state = EditionState.DRAFT


async def choose(database: Database, edition: Edition, persona: Persona) -> None:
    """An edition on paper is at hand for who chose it."""
    async with database.writing() as session:
        person = await person_by_email(session, persona.email)
        assert person is not None
        person.edition_id = edition.id


def path_of(edition: Edition, code: str = "POI") -> str:
    return f"/coordination/sites/{site_of(edition, code).id}"


async def test_a_national_coordination_lists_adds_and_edits_sites(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/sites")
    assert "0 réponses sur 9" in visitor.text
    await visitor.open("/coordination/sites/nouveau")
    await visitor.submit(
        code=" lim ", name="Limoges", city="Limoges", academy="Limoges", capacity="5", quiet_room="yes"
    )
    assert visitor.flash == "Le site « Limoges » est ajouté."
    made = await stored(database, "LIM")
    assert (made.capacity, made.zone, made.accessibility) == (
        5, "Europe/Paris", {"quiet_room": {"answer": "yes", "detail": ""}},
    )  # fmt: skip
    await visitor.open(path_of(edition))
    await visitor.submit(
        "/" + site_of(edition, "POI").id, **SHEET, name="Poitiers", capacity="12", zone="Indian/Reunion"
    )
    assert visitor.flash == "Le site est enregistré."
    poitiers = await stored(database)
    assert (poitiers.name, poitiers.capacity, poitiers.zone) == ("Poitiers", 12, "Indian/Reunion")
    assert poitiers.accessibility == {
        "step_free": {"answer": "yes", "detail": ""},
        "hearing_loop": {"answer": "no", "detail": ""},
        "sign_language": {"answer": "on_request", "detail": "à demander dix jours avant"},
    }
    async with database.reading() as session:
        acts = list(await session.scalars(select(JournalLine).where(JournalLine.verb.like("site.%"))))
    assert [act.verb for act in acts] == ["site.created", "site.edited"]
    assert "capacity" in acts[1].details["fields"]
    assert "Téléport" not in str(acts[1].details)


async def test_a_site_coordination_writes_its_sheet_and_neither_capacity_nor_zone(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, SAMIR)
    await visitor.open("/coordination/sites")
    assert "Poitiers" in visitor.text
    assert "Réunion" not in visitor.text
    assert "Ajouter un site" not in visitor.text
    await visitor.open(path_of(edition))
    form = visitor.form("/" + site_of(edition, "POI").id)
    assert form.select_one("[name=capacity], [name=zone], [name=code], [name=name]") is None
    await visitor.submit(
        "/" + site_of(edition, "POI").id, **SHEET, capacity="900", zone="Pacific/Tahiti", code="XXX", name="Pirate"
    )
    site = await stored(database)
    assert (site.capacity, site.zone, site.name) == (10, "Europe/Paris", "Poitiers – Futuroscope")
    assert site.address == SHEET["address"]
    assert site.accessibility["step_free"] == {"answer": "yes", "detail": ""}
    await visitor.open("/coordination/sites/nouveau")
    assert visitor.status == 403
    await visitor.open(path_of(edition, "RUN"))
    assert visitor.status == 404


async def test_the_public_page_says_local_time_and_never_no_for_what_is_not_said(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, SAMIR)
    await visitor.open(path_of(edition))
    await visitor.submit("/" + site_of(edition, "POI").id, **SHEET)
    visitor.http.cookies.clear()
    await visitor.open("/edition/2027")
    link = next(link for link in visitor.page.select("main a") if "Poitiers" in link.get_text())
    await visitor.open(str(link["href"]))
    assert visitor.title == "Poitiers – Futuroscope"
    assert "du mercredi 19 mai 2027 à 9 h 00 (heure de Paris)" in visitor.text
    rows = {
        " ".join(row.select_one("th").get_text().split()): " ".join(row.select("td")[0].get_text().split())  # type: ignore[union-attr]
        for row in visitor.page.select("main tbody tr")
    }
    assert rows["Accès en fauteuil roulant, de la rue à la salle"] == "✓ Oui"
    assert rows["Boucle magnétique"] == "✕ Non"
    assert rows["Interprétation en langue des signes (LSF)"] == "◆ Sur demande"
    assert rows["Sanitaires accessibles"] == "○ Non renseigné"
    assert len(rows) == 9
    await visitor.open("/edition/2027/sites/run")
    assert "du mercredi 19 mai 2027 à 11 h 00 (heure de La Réunion)" in visitor.text
    assert "9 h 00 (heure de Paris)" in visitor.text
    await visitor.open("/edition/2027/sites/INCONNU")
    assert visitor.status == 404


async def test_an_edition_on_paper_shows_no_site(visitor: Visitor, database: Database, edition: Edition) -> None:
    await put_on_paper(database, edition)
    await visitor.open("/edition/2027/sites/POI")
    assert visitor.status == 404


async def test_facilitators_are_read_by_accepted_teams_and_by_the_public_if_they_agree(
    visitor: Visitor, database: Database, edition: Edition, app: Creathon
) -> None:
    async with database.writing() as session:
        team = await make_team(session, edition, state=ApplicationState.SUBMITTED)
    await as_(visitor, database, SAMIR)
    await visitor.open(path_of(edition))
    for name, agreed in (("Nour Lavande", None), ("Paul Genêt", "y")):
        await visitor.submit("/facilitateurs", name=name, task="accueil de nuit", is_public=agreed)
        assert name in visitor.text
    async with Visitor(app) as stranger, Visitor(app) as awa:
        await stranger.open("/edition/2027/sites/POI")
        assert "Paul Genêt" in stranger.text
        assert "Nour" not in stranger.response.text
        await as_(awa, database, AWA)
        await awa.open("/equipe")
        assert "Comment venir, fiche d’accessibilité" in awa.text
        assert "Nour" not in awa.response.text
        async with database.writing() as session:
            (await session.get_one(type(team), team.id)).state = ApplicationState.ACCEPTED
        await awa.open("/equipe")
        assert "Nour Lavande – accueil de nuit" in awa.text
        await visitor.submit(button="Ne plus montrer Paul Genêt au public")
        await stranger.open("/edition/2027/sites/POI")
        assert "Paul Genêt" not in stranger.response.text
    await visitor.submit(button="Retirer Paul Genêt")
    assert "Paul Genêt" not in visitor.text
    async with database.reading() as session:
        left = list(await session.scalars(select(Facilitator.name)))
        details = [str(one) for one in await session.scalars(select(JournalLine.details))]
    assert left == ["Nour Lavande"]
    assert "Nour" not in "".join(details)


async def test_a_copy_of_an_edition_takes_the_sheet_and_leaves_the_people(
    database: Database, edition: Edition, visitor: Visitor
) -> None:
    await as_(visitor, database, SAMIR)
    await visitor.open(path_of(edition))
    await visitor.submit("/" + site_of(edition, "POI").id, **SHEET)
    await visitor.submit("/facilitateurs", name="Nour Lavande", task="accueil", is_public="y")
    async with database.writing() as session:
        source = await edition_by_slug(session, "2027")
        claire = await person_by_email(session, CLAIRE.email)
        assert source is not None
        assert claire is not None
        day = launch_day(source).replace(month=5, day=26)
        copy = await copy_edition(
            session, await as_actor(session, claire), source, CopyValues("2028", "Créathon 2028", day), now=LONG_AGO
        )
        copied = await session.scalar(select(Site).where(Site.edition_id == copy.id, Site.code == "POI"))
        people = list(await session.scalars(select(Facilitator.edition_id)))
    assert copied is not None
    assert (copied.directions, copied.version) == (SHEET["directions"], 1)
    assert copied.accessibility["step_free"]["answer"] == "yes"
    assert people == [edition.id]


@pytest.mark.bar("G87")
async def test_two_versions_of_a_sheet_meet(
    visitor: Visitor, database: Database, edition: Edition, app: Creathon
) -> None:
    here = "/" + site_of(edition, "POI").id
    await as_(visitor, database, SAMIR)
    await visitor.open(path_of(edition))
    async with Visitor(app) as other:
        await as_(other, database, CLAIRE)
        await other.open(path_of(edition))
        await other.submit(here, directions="À pied.", quiet_room="yes")
    await visitor.submit(here, directions="À vélo.")
    assert visitor.status == 409
    assert "Deux versions se rencontrent" in visitor.text
    table = visitor.page.select_one("#both-title").find_parent("section").get_text(" ")  # type: ignore[union-attr]
    assert "À vélo." in table
    assert "À pied." in table
    assert "Espace calme" in table
    assert "Non renseigné" in table
    assert (await stored(database)).directions == "À pied."
    await visitor.submit(here, version=None)
    assert visitor.status == 428
    await visitor.open(path_of(edition))
    await visitor.submit(here, directions="À vélo.")
    assert (await stored(database)).directions == "À vélo."


async def test_two_edits_at_once_store_one(app: Creathon, database: Database, edition: Edition) -> None:
    here = "/" + site_of(edition, "POI").id
    async with Visitor(app) as one, Visitor(app) as two:
        for visitor, persona in ((one, CLAIRE), (two, SAMIR)):
            await as_(visitor, database, persona)
            await visitor.open(path_of(edition))
        await asyncio.gather(one.submit(here, directions="À pied."), two.submit(here, directions="À vélo."))
        assert sorted([one.status, two.status]) == [200, 409]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"code": "RUN"}, "Un autre site de cette édition porte déjà ce code."),
        ({"code": "../x"}, "Ce code n’est pas valable."),
        ({"capacity": "beaucoup"}, "Écrivez un nombre entier de 0 à 1000."),
        ({"capacity": "-1"}, "Écrivez un nombre entier de 0 à 1000."),
        ({"capacity": ""}, "Capacité (équipes) – Ce champ est obligatoire."),
        ({"capacity": "1"}, "2 équipes sont déjà acceptées sur ce site"),
        ({"access_contact": "personne"}, "Cette adresse ne semble pas complète."),
        ({"step_free": "peut-être"}, "Accès en fauteuil roulant"),
        ({"zone": "Mars/Olympus"}, "Fuseau horaire"),
    ],
)
async def test_bad_values_are_refused_in_a_sentence_and_kept(
    visitor: Visitor, database: Database, edition: Edition, values: dict[str, str], sentence: str
) -> None:
    async with database.writing() as session:
        await make_team(session, edition, state=ApplicationState.ACCEPTED)
        await make_team(session, edition, (ZOE,), name="Les Autres", state=ApplicationState.DRAFT)
        await session.execute(Site.__table__.update().where(Site.code == "POI").values(capacity=2))
        other = (await make_passeurs(session, edition, state=ApplicationState.ACCEPTED)).id
        await session.flush()
        await move(session, other, site_of(edition, "POI").id)
    await as_(visitor, database, CLAIRE)
    await visitor.open(path_of(edition))
    await visitor.submit("/" + site_of(edition, "POI").id, **{"directions": "À pied.", **values})
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert "À pied." in visitor.form("/" + site_of(edition, "POI").id).get_text()
    assert (await stored(database)).directions == ""


async def move(session: Any, team_id: str, site_id: str) -> None:
    (await session.get_one(Team, team_id)).site_id = site_id


async def test_the_remote_site_is_added_in_one_click_once(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/sites")
    assert "Ajouter le site à distance" not in visitor.text
    await put_on_paper(database, edition)
    await choose(database, edition, CLAIRE)
    await visitor.open(path_of(edition, "DIST"))
    await visitor.submit("/retirer")
    assert "« À distance » est retiré" in visitor.flash
    page = visitor.response
    await visitor.submit("/distance")
    assert "avec 40 places" in visitor.flash
    visitor.response = page
    await visitor.submit("/distance")
    async with database.reading() as session:
        remote = list(await session.scalars(select(Site.code).where(Site.kind == "remote")))
    assert remote == ["DIST"]
    assert (await stored(database, "DIST")).zone == "Europe/Paris"


async def test_a_site_something_depends_on_stays(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(path_of(edition))
    assert "un site ne se retire plus" in visitor.text
    await put_on_paper(database, edition)
    await choose(database, edition, CLAIRE)
    await visitor.open(path_of(edition))
    await visitor.submit("/retirer")
    assert visitor.status == 403
    assert "Quelqu’un a un rôle sur ce site" in visitor.text
    async with database.writing() as session:
        await make_team(session, edition, (AWA,), site="DIST")
    await visitor.open(path_of(edition, "DIST"))
    await visitor.submit("/retirer")
    assert "Une équipe a choisi ce site" in visitor.text
    assert len(await codes(database)) == 3


async def codes(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Site.code)))


async def test_the_list_and_a_site_ask_the_database_the_same_with_more_rows(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    counts = []
    for _ in range(2):
        with count_queries(database) as asked:
            await visitor.open("/coordination/sites")
            await visitor.open("/edition/2027/sites/POI")
            await visitor.open(path_of(edition))
        counts.append(asked.count)
        await visitor.submit("/facilitateurs", name="Nour Lavande", task="accueil")
        await visitor.open("/coordination/sites/nouveau")
        await visitor.submit(code="LIM", name="Limoges", capacity="5")
    assert counts[0] == counts[1] <= 3 * 8


async def test_the_list_is_cut_into_pages(visitor: Visitor, database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        for number in range(30):
            session.add(
                Site(edition_id=edition.id, code=f"S{number:02}", name=f"Site {number:02}", city="", academy="",
                     zone="Europe/Paris", capacity=1)
            )  # fmt: skip
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/sites")
    assert "page 1 sur 2" in visitor.text
    assert len(visitor.page.select("main tbody tr")) == 25
    await visitor.open("/coordination/sites?page=2")
    assert len(visitor.page.select("main tbody tr")) == 8
