"""What each line of a table becomes, and the sentence that says why it does not."""

import pytest

from creathon.accounts.rules import Offer
from creathon.core.database import Database
from creathon.editions.models import Edition, Role, SiteKind
from creathon.imports.rules import PEOPLE, SITES, Fault, HeadingProblem, Plan, Row, Table, plan_people, plan_sites
from tests.factories.editions import make_edition, site_of

SITE_HEADER = ("CODE", "nom", "capacite", "Type", "Fuseau horaire", "Espace calme", "Téléphone")
PEOPLE_HEADER = ("Courriel", "Prenom", "NOM", "rôle", "Site")


@pytest.fixture
async def edition(database: Database) -> Edition:
    async with database.writing() as session:
        return await make_edition(session)


def table(header: tuple[str, ...], *rows: tuple[str, ...], dates: frozenset[int] = frozenset()) -> Table:
    lines = tuple(Row(number, cells, dates) for number, cells in enumerate(rows, 2))
    return Table("", 0, Row(1, header), lines)


def said(plan: Plan[object]) -> list[tuple[int, str, str]]:
    return [(fault.number, fault.column, fault.reason) for fault in plan.faults]


def test_a_template_has_no_heading_twice() -> None:
    for columns in (SITES, PEOPLE):
        assert len({column.title for column in columns}) == len(columns)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_line_becomes_a_site(edition: Edition) -> None:
    plan = plan_sites(
        table(
            SITE_HEADER,
            ("lim", " Limoges  – Est ", "5", "", "", "oui", "05 00 00 00 00"),
            ("TAH", "=Tahiti", "0", "À DISTANCE", "heure de Tahiti", "sur demande"),
            ("poi", "Poitiers", "900", "sur place", "Europe/Paris", "non"),
        ),
        edition,
    )
    assert said(plan) == []
    (_, lim), (_, tahiti) = plan.added
    assert (lim.code, lim.name, lim.capacity, lim.kind, lim.zone) == (
        "LIM", "Limoges – Est", 5, SiteKind.ONSITE, "Europe/Paris",
    )  # fmt: skip
    assert lim.accessibility == {"quiet_room": {"answer": "yes", "detail": ""}}
    assert (tahiti.name, tahiti.kind, tahiti.zone) == ("=Tahiti", SiteKind.REMOTE, "Pacific/Tahiti")
    assert plan.known == [4]
    assert plan.ignored == ["Téléphone"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (("", "Limoges", "5"), "Code", "obligatoire"),
        (("LIM", "", "5"), "Nom", "obligatoire"),
        (("LIM", "Limoges", ""), "Capacité", "obligatoire"),
        (("L-M", "Limoges", "5"), "Code", "Ce code n’est pas valable"),
        (("LIM", "Limoges", "cinq"), "Capacité", "un nombre entier de 0 à 1000"),
        (("LIM", "Limoges", "2.5"), "Capacité", "un nombre entier de 0 à 1000"),
        (("LIM", "Limoges", "99999999999999999999"), "Capacité", "un nombre entier de 0 à 1000"),
        (("LIM", "Limoges", "٣"), "Capacité", "un nombre entier de 0 à 1000"),
        (("LIM", "L" * 121, "5"), "Nom", "120 caractères au plus"),
        (("LIM", "Limo\x07ges", "5"), "Nom", "caractère invisible"),
        (("LIM", "Limoges", "5", "ailleurs"), "Type", "« sur place » ou « à distance »"),
        (("LIM", "Limoges", "5", "", "Mars/Olympus"), "Fuseau horaire", "Ce fuseau n’est pas connu"),
        (("LIM", "Limoges", "5", "", "", "peut-être"), "Espace calme", "« oui », « non », « sur demande »"),
    ],
)
async def test_a_bad_line_says_its_column_and_why(
    edition: Edition, line: tuple[str, ...], column: str, reason: str
) -> None:
    plan = plan_sites(table(SITE_HEADER, line), edition)
    assert plan.added == []
    assert [(number, title) for number, title, _ in said(plan)] == [(2, column)]
    assert reason in " ".join(plan.faults[0].reason.split())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_fault_of_a_line_is_told(edition: Edition) -> None:
    plan = plan_sites(table(SITE_HEADER, ("", "", "x"), ("LIM", "Limoges", "5"), ("lim", "Autre", "5")), edition)
    assert [(number, column) for number, column, _ in said(plan)] == [(2, "Code"), (2, "Nom"), (4, "")]
    assert plan.faults[2].reason == "Cette ligne répète la ligne 3."
    assert plan.bad == 2
    assert plan.refusal is not None
    assert "un fichier s’importe en entier ou pas du tout" in plan.refusal.reason


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_date_is_never_taken_for_a_code(edition: Edition) -> None:
    plan = plan_sites(table(SITE_HEADER, ("2027-05-19", "Limoges", "5"), dates=frozenset({0, 6})), edition)
    assert [(fault.column, "fait une date" in fault.reason) for fault in plan.faults] == [("Code", True)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (("Code", "Nom"), "Il manque dans la première ligne : Capacité."),
        (("x",), "Il manque dans la première ligne : Code, Nom, Capacité."),
        (("Code", "Nom", "Capacité", "places"), "La colonne « places » est deux fois"),
    ],
)
async def test_a_table_without_its_columns_is_refused(edition: Edition, header: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(HeadingProblem) as refused:
        plan_sites(table(header, ("a", "b", "1", "2")), edition)
    assert sentence in " ".join(str(refused.value).split())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_line_becomes_an_invitation(edition: Edition) -> None:
    poitiers = site_of(edition, "POI").id
    plan = plan_people(
        table(
            PEOPLE_HEADER,
            ("nour@EXEMPLE.test", "Nour", "Lavande", "Jurée", ""),
            ("nour@exemple.test", "Nour", "Lavande", "coordination de site", "poi"),
            ("paul@exemple.test", "Paul", "Genêt", "Coordination d’un site", "Poitiers – Futuroscope"),
            ("dpo@exemple.test", "Rose", "Osier", "DPO"),
            ("Paul@exemple.test", "Paul", "Genêt", "jury", "POI"),
        ),
        edition,
        {("dpo@exemple.test", Role.DPO, None)},
    )
    assert said(plan) == []
    assert [offer for _, offer in plan.added] == [
        Offer("nour@exemple.test", Role.JUROR, None, "Nour", "Lavande"),
        Offer("nour@exemple.test", Role.SITE_COORDINATOR, poitiers, "Nour", "Lavande"),
        Offer("paul@exemple.test", Role.SITE_COORDINATOR, poitiers, "Paul", "Genêt"),
        Offer("Paul@exemple.test", Role.JUROR, poitiers, "Paul", "Genêt"),
    ]
    assert plan.known == [5]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (("nour", "Nour", "Lavande", "jury"), "E-mail", "Cette adresse ne semble pas complète"),
        (("=cmd|'/C calc'!A0", "Nour", "Lavande", "jury"), "E-mail", "Cette adresse ne semble pas complète"),
        (("n@exemple.test", "", "Lavande", "jury"), "Prénom", "obligatoire"),
        (("n@exemple.test", "Nour", "Lavande", "chef"), "Rôle", "Ce rôle n’est pas connu"),
        (("n@exemple.test", "Nour", "Lavande", "coordination de site"), "Site", "Choisissez le site"),
        (("n@exemple.test", "Nour", "Lavande", "coordination nationale", "POI"), "Site", "laissez le site vide"),
        (("n@exemple.test", "Nour", "Lavande", "jury", "XXX"), "Site", "n’est pas un site de cette édition"),
    ],
)
async def test_a_bad_person_says_the_column_and_why(
    edition: Edition, line: tuple[str, ...], column: str, reason: str
) -> None:
    plan = plan_people(table(PEOPLE_HEADER, line), edition, set())
    assert plan.added == []
    assert [(fault.number, fault.column) for fault in plan.faults] == [(2, column)]
    assert reason in " ".join(plan.faults[0].reason.split())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_digest_of_a_plan_changes_with_all_it_would_do(edition: Edition) -> None:
    one = plan_sites(table(SITE_HEADER, ("LIM", "Limoges", "5"), ("POI", "x", "1")), edition)
    digests = {
        one.digest(edition.id, "a"),
        one.digest(edition.id, "b"),
        one.digest("other", "a"),
        plan_sites(table(SITE_HEADER, ("LIM", "Limoges", "6"), ("POI", "x", "1")), edition).digest(edition.id, "a"),
        plan_sites(table(SITE_HEADER, ("LIM", "Limoges", "5"), ("PAU", "x", "1")), edition).digest(edition.id, "a"),
    }
    one.faults.append(Fault(2, "", "", ""))
    assert len(digests | {one.digest(edition.id, "a")}) == 6
