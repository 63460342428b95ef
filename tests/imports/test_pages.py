"""Importing through the pages: checked, shown, then all of it or nothing."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from creathon.accounts import mails
from creathon.accounts.models import Invitation, Person
from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine, broken_line
from creathon.core.once import OnceKey
from creathon.editions.models import Edition, Role, Site
from creathon.mail.models import Mail
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition, site_of
from tests.imports.books import csv_of, ods_of, xlsx_of
from tests.personas import CLAIRE, DIANE, LEILA, SAMIR, Persona
from tests.queries import count_queries
from tests.security.test_reads import database_digest

SITES = [["Code", "Nom", "Capacité"], ["LIM", "Limoges", "5"], ["PAU", "=Pau", "4"], ["POI", "Poitiers", "1"]]
PEOPLE = [
    ["E-mail", "Prénom", "Nom", "Rôle", "Site"],
    ["nour@exemple.test", "Nour", "Lavande", "jury", ""],
    ["paul@exemple.test", "Paul", "Genêt", "coordination de site", "POI"],
    [SAMIR.email, "Samir", "Alouette", "coordination de site", "POI"],
]
START = "/coordination/imports"
Make = Callable[[Sequence[Sequence[str]]], bytes]


@pytest.fixture
async def edition(database: Database) -> Edition:
    """« Créathon 2027 » with two national coordinators and one of Poitiers."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, LEILA, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    return edition


async def as_(visitor: Visitor, database: Database, persona: Persona) -> Visitor:
    async with database.reading() as session:
        person = await person_by_email(session, persona.email)
    assert person is not None
    await visitor.sign_in_as(person)
    return visitor


async def send(visitor: Visitor, kind: str, content: bytes, name: str = "liste.bin") -> Visitor:
    """Have a file checked. Its name says nothing true."""
    await visitor.open(START)
    return await visitor.submit(kind=kind, files={"file": (name, content, "text/html")})


async def count(database: Database, table: Any) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("make", [csv_of, xlsx_of, ods_of])
async def test_sites_are_shown_then_imported(
    visitor: Visitor, database: Database, edition: Edition, make: Make
) -> None:
    await as_(visitor, database, CLAIRE)
    before = await database_digest(database)
    await send(visitor, "sites", make(SITES))
    assert visitor.title == "Vérification du fichier"
    assert "À ajouter 2 lignes" in visitor.text
    assert "Déjà là 1 ligne" in visitor.text
    assert "Ligne 3 : PAU, =Pau" in visitor.text
    assert await database_digest(database) == before
    await visitor.submit(button="Importer 2 lignes")
    assert visitor.path == "/coordination/sites"
    assert visitor.flash == "2 sites sont ajoutés."
    async with database.reading() as session:
        sites = {site.code: site for site in await session.scalars(select(Site))}
        acts = list(await session.scalars(select(JournalLine).order_by(JournalLine.sequence.desc()).limit(3)))
        assert await broken_line(session) is None
    assert (sites["LIM"].capacity, sites["PAU"].name, sites["POI"].capacity) == (5, "=Pau", 10)
    assert [act.verb for act in acts] == ["sites.imported", "site.created", "site.created"]
    assert acts[0].details["lines"] == 2
    await send(visitor, "sites", make(SITES))
    assert "Il n’y a rien à ajouter" in visitor.text
    assert not visitor.page.select("form[action$=importer]")


@pytest.mark.parametrize("make", [csv_of, xlsx_of, ods_of])
async def test_people_are_invited_and_get_no_account(
    visitor: Visitor, database: Database, edition: Edition, make: Make, app: Creathon
) -> None:
    await as_(visitor, database, CLAIRE)
    people, before = await count(database, Person), await database_digest(database)
    await send(visitor, "personnes", make(PEOPLE))
    assert "2 messages partiront" in visitor.text
    assert "Nour Lavande, nour@exemple.test, jury" in visitor.text
    assert await database_digest(database) == before
    await visitor.submit(button="Importer 2 lignes")
    assert visitor.flash == "2 invitations partent par courriel."
    assert "Nour Lavande" in visitor.text
    assert await count(database, Person) == people
    async with database.reading() as session:
        mails = {mail.recipient: mail.body for mail in await session.scalars(select(Mail))}
        verbs = list(await session.scalars(select(JournalLine.verb).where(JournalLine.verb.like("%offered"))))
    assert set(mails) == {"nour@exemple.test", "paul@exemple.test"}
    assert len(verbs) == 2
    async with Visitor(app) as paul:
        await paul.open(next(word for word in mails["paul@exemple.test"].split() if "/invitation/" in word))
        assert "coordination d’un site" in paul.text
        await paul.submit(password="cerise lundi bateau vert")
        assert paul.path == "/"
        await paul.open("/coordination/sites")
        assert "Poitiers" in paul.text
        assert "Réunion" not in paul.text
    await send(visitor, "personnes", make(PEOPLE))
    assert "Déjà là 3 lignes" in visitor.text


async def test_bad_lines_are_all_listed_and_nothing_is_imported(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    rows = [*PEOPLE, ["=nour", "Nour", "Lavande", "chef", ""], *([["x", "", "", "jury", ""]] * 100)]
    await as_(visitor, database, CLAIRE)
    before = await database_digest(database)
    await send(visitor, "personnes", csv_of(rows))
    assert "À corriger 101 lignes" in visitor.text
    assert "Voici les 200 premières remarques sur 201." in visitor.text
    assert len(visitor.page.select("main tbody tr")) == 200
    assert visitor.text.count("5 E-mail =nour Cette adresse ne semble pas complète") == 1
    assert not visitor.page.select("form[action$=importer]")
    assert "un fichier s’importe en entier ou pas du tout" in visitor.text
    link = next(link for link in visitor.page.select("main a") if "Télécharger" in link.get_text())
    await visitor.open(str(link["href"]))
    lines = visitor.response.content.decode("utf-8-sig").splitlines()
    assert visitor.response.headers["content-disposition"].startswith("attachment")
    assert lines[:2] == [
        "Ligne;Colonne;Contenu;Motif",
        "5;E-mail;'=nour;Cette adresse ne semble pas complète. Exemple\u00a0: prenom.nom@exemple.fr",
    ]
    assert len(lines) == 202
    assert await database_digest(database) == before


async def test_a_form_made_by_hand_imports_no_bad_file(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    await send(visitor, "sites", csv_of(SITES))
    values = {name: visitor.form("/importer").select_one(f"[name={name}]")["value"] for name in ("sha256", "_csrf")}  # type: ignore[index]
    before = await database_digest(database)
    for changed in (
        {"kind": "sites", "plan": "0" * 64},
        {"kind": "personnes", "plan": "0" * 64},
        {"kind": "sites", "sha256": "../../../etc/passwd"},
        {"kind": "sites", "sha256": "0" * 64},
        {"kind": "tout"},
    ):
        await visitor.post(f"{START}/importer", **{**values, **changed})
        assert visitor.status in (404, 409)
        assert await database_digest(database) == before
    await visitor.open(f"{START}/lignes.csv?type=personnes&fichier={values['sha256']}")
    assert visitor.status == 409
    await visitor.open(f"{START}/lignes.csv?type=sites&fichier=../../x")
    assert visitor.status == 404


async def test_what_changed_since_it_was_shown_is_shown_again(
    visitor: Visitor, database: Database, edition: Edition, app: Creathon
) -> None:
    await as_(visitor, database, CLAIRE)
    await send(visitor, "sites", csv_of(SITES))
    async with Visitor(app) as other:
        await as_(other, database, LEILA)
        await other.open("/coordination/sites/nouveau")
        await other.submit(code="PAU", name="Pau", capacity="3")
    before = await count(database, Site)
    await visitor.submit(button="Importer 2 lignes")
    assert visitor.status == 409
    assert "La situation a changé depuis votre vérification" in visitor.text
    assert await count(database, Site) == before
    await visitor.submit(button="Importer 1 ligne")
    assert visitor.flash == "1 site est ajouté."


async def test_the_same_form_sent_twice_imports_once(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    await send(visitor, "personnes", csv_of(PEOPLE))
    shown = visitor.response
    await visitor.submit(button="Importer 2 lignes")
    visitor.response = shown
    await visitor.submit(button="Importer 2 lignes")
    assert visitor.path == "/coordination/invitations"
    assert await count(database, Invitation) == 2


async def test_two_at_once_import_once(app: Creathon, database: Database, edition: Edition) -> None:
    async with Visitor(app) as one, Visitor(app) as two:
        for visitor, persona in ((one, CLAIRE), (two, LEILA)):
            await as_(visitor, database, persona)
            await send(visitor, "personnes", csv_of(PEOPLE))
        await asyncio.gather(*(visitor.submit(button="Importer 2 lignes") for visitor in (one, two)))
        assert sorted([one.status, two.status]) == [200, 409]
    assert await count(database, Invitation) == 2
    assert await count(database, Mail) == 2


async def test_a_failure_in_the_middle_imports_nothing(
    visitor: Visitor, database: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, written = mails.enqueue_mail, []

    async def failing(session: Any, name: str, **keywords: Any) -> Any:
        written.append(name)
        if len(written) == 2:
            raise RuntimeError("the second message cannot be written")
        return await really(session, name, **keywords)

    await as_(visitor, database, CLAIRE)
    await send(visitor, "personnes", csv_of(PEOPLE))
    shown, before = visitor.response, await database_digest(database, but=OnceKey)
    monkeypatch.setattr(mails, "enqueue_mail", failing)
    await visitor.submit(button="Importer 2 lignes")
    assert visitor.status == 500
    assert await database_digest(database, but=OnceKey) == before, "what is kept is when it arrived, in case of again"
    monkeypatch.undo()
    visitor.response = shown
    await visitor.submit(button="Importer 2 lignes")
    assert await count(database, Invitation) == 2


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("sites", b"<html><body>Code</body></html>", "Ce fichier n’est pas un tableau"),
        ("sites", csv_of(PEOPLE), "Il manque dans la première ligne : Code, Capacité."),
        ("personnes", csv_of(SITES), "Il manque dans la première ligne : E-mail, Prénom, Rôle."),
        ("sites", b"Code;Nom\n" + b"A" * 2_000_000, "Ce fichier dépasse la limite de 2 Mo."),
        ("", csv_of(SITES), "Que contient ce fichier ? – Ce champ est obligatoire."),
    ],
)
@pytest.mark.bar("E53")
async def test_a_file_that_cannot_be_taken_is_told_on_the_form_and_not_kept(
    visitor: Visitor, database: Database, edition: Edition, settings: Settings, kind: str, content: bytes, sentence: str
) -> None:
    await as_(visitor, database, CLAIRE)
    before = await database_digest(database)
    await send(visitor, kind or None, content, "sites.csv")  # type: ignore[arg-type]
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert await database_digest(database) == before
    assert kept(settings) == []


async def test_no_file_and_too_large_a_body_are_refused(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(START)
    await visitor.submit(kind="sites")
    assert "Choisissez un fichier" in visitor.errors
    await send(visitor, "sites", b"a" * 2_200_000)
    assert visitor.status == 413


def kept(settings: Settings) -> list[str]:
    return [path.name for path in (settings.data / "imports").glob("*/*/*") if path.is_file()]


async def test_a_file_waits_a_day_and_leaves_when_it_is_imported(
    visitor: Visitor, database: Database, edition: Edition, settings: Settings, clock: MovableClock
) -> None:
    await as_(visitor, database, CLAIRE)
    await send(visitor, "personnes", csv_of(PEOPLE))
    await send(visitor, "sites", csv_of(SITES))
    assert len(kept(settings)) == 2
    await visitor.submit(button="Importer 2 lignes")
    assert len(kept(settings)) == 1
    clock.move_to(clock.now() + timedelta(hours=25))
    await as_(visitor, database, CLAIRE)
    await send(visitor, "sites", csv_of([*SITES, ["DIJ", "Dijon", "3"]]))
    assert kept(settings) == [visitor.form("/importer").select_one("[name=sha256]")["value"]]  # type: ignore[index]


async def test_a_template_is_what_an_import_reads(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    for kind in ("sites", "personnes"):
        await visitor.open(START)
        await visitor.open(f"{START}/modele/{kind}")
        await send(visitor, kind, visitor.response.content)
        assert visitor.title == "Vérification du fichier"
        assert "Colonnes que l’import ne lit pas" not in visitor.text
        assert "Il n’y a rien à ajouter" in visitor.text
    await visitor.open(f"{START}/modele/autre")
    assert visitor.status == 404


@pytest.mark.bar("C27")
@pytest.mark.parametrize("persona", [SAMIR, DIANE])
async def test_only_the_national_coordination_imports(
    visitor: Visitor, database: Database, edition: Edition, persona: Persona
) -> None:
    if persona is DIANE:
        async with database.writing() as session:
            await make_holder(session, DIANE, Role.DPO, edition)
    await as_(visitor, database, persona)
    for path in (START, f"{START}/modele/sites", f"{START}/lignes.csv"):
        await visitor.open(path)
        assert visitor.status == 403
    before = await database_digest(database)
    await visitor.open("/compte")
    token = visitor.page.select_one("[name=_csrf]")["value"]  # type: ignore[index]
    for path in (START, f"{START}/importer"):
        await visitor.post(path, _csrf=token, kind="sites", sha256="0" * 64)
        assert visitor.status == 403
    assert await database_digest(database) == before


@pytest.mark.slow
async def test_the_longest_file_is_imported_with_few_questions(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    """5,000 people; the number of questions asked to check them does not depend on it."""
    await as_(visitor, database, CLAIRE)
    asked = []
    for lines in (2, 5_000):
        rows = [PEOPLE[0], *([f"p{n}@exemple.test", "Nour", f"Lavande {n}", "jury", ""] for n in range(lines))]
        with count_queries(database) as counted:
            await send(visitor, "personnes", csv_of(rows))
        asked.append(counted.count)
    assert asked[0] == asked[1] <= 16
    started = time.perf_counter()
    await visitor.submit(button="Importer 5000 lignes")
    took = time.perf_counter() - started
    assert await count(database, Mail) == await count(database, Invitation) == 5_000
    assert took < 60, took
