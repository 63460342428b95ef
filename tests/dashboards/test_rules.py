"""The next step of each, the words of the journal, security.txt."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creathon.accounts.models import LinkPurpose
from creathon.core.actor import Actor, Anonymous, Grant, Viewer
from creathon.dashboards.rules import (
    VERBS,
    Mine,
    SiteCounts,
    Today,
    next_steps,
    security_text,
    tasks_of,
    verb_words,
)
from creathon.editions.models import Edition, Phase, Role
from creathon.settings import read_settings
from creathon.teams.models import ApplicationState
from tests.factories.editions import APPLICATIONS, CREATION, EVALUATION, PHASES

VERB = re.compile(r"[a-z]+\.[a-z_-]+")
SOURCE = Path(__file__).parents[2] / "src/creathon"


def an_edition() -> Edition:
    phases = [Phase(**{**vars(phase), "allows": list(phase.allows)}) for phase in PHASES]
    return Edition(id="e1", slug="2027", title="Créathon 2027", zone="Europe/Paris", phases=phases)


def somebody(*roles: Role) -> Actor:
    return Actor("p1", "Zoe Nuage", "zoe@exemple.test", grants=frozenset(Grant(role, "e1") for role in roles))


def steps(viewer: Viewer, mine: Mine, now: datetime) -> list[tuple[str, str]]:
    return [(step.url, " ".join(step.text.split())) for step in next_steps(viewer, an_edition(), mine, now=now)]


def test_a_visitor_signs_up_while_applications_are_open_else_signs_in() -> None:
    assert steps(Anonymous(), Mine(), APPLICATIONS)[0][0] == "/inscription"
    assert steps(Anonymous(), Mine(), CREATION)[0][0] == "/connexion"


def test_somebody_without_a_team_forms_one_in_time_else_reads_the_edition() -> None:
    assert steps(somebody(), Mine(), APPLICATIONS)[0][0] == "/equipe"
    ((url, text),) = steps(somebody(), Mine(), CREATION)
    assert url == "/edition/2027"
    assert "est clos depuis le jeudi 1er avril 2027" in text


@pytest.mark.parametrize(
    ("mine", "now", "url", "said"),
    [
        (Mine("Marches", ApplicationState.DRAFT, 2), APPLICATIONS, "/equipe", "Il manque du monde"),
        (Mine("Marches", ApplicationState.DRAFT, 3), APPLICATIONS, "/equipe", "n’est pas encore envoyée"),
        (Mine("Marches", ApplicationState.SUBMITTED, 3), APPLICATIONS, "/equipe", "est envoyée"),
        (Mine("Marches", ApplicationState.WAITLISTED, 3), CREATION, "/equipe", "liste d’attente"),
        (Mine("Marches", ApplicationState.ACCEPTED, 3), CREATION, "/projet", "pas encore déposé. Le dépôt est ouvert"),
        (Mine("Marches", ApplicationState.ACCEPTED, 3, True, CREATION), EVALUATION, "/projet", "est déposé depuis"),
        (Mine("Marches", ApplicationState.ACCEPTED, 3, True), EVALUATION, "/equipe", "est acceptée"),
    ],
)
def test_a_member_is_told_where_the_team_stands(mine: Mine, now: datetime, url: str, said: str) -> None:
    ((found, text),) = steps(somebody(), mine, now)
    assert found == url
    assert said in text


def test_the_deposit_is_promised_until_its_deadline_and_not_its_tolerance() -> None:
    ((_, text),) = steps(somebody(), Mine("Marches", ApplicationState.ACCEPTED, 3, True), CREATION)
    assert "jusqu’au jeudi 20 mai 2027 à 9 h 00 (heure de Paris)" in text


def test_each_role_has_its_step() -> None:
    everybody = somebody(Role.NATIONAL_COORDINATOR, Role.JUROR, Role.MENTOR)
    mine = Mine("Marches", ApplicationState.ACCEPTED, 3, to_read=5, read=3, followed=1)
    found = dict(steps(everybody, mine, EVALUATION))
    assert list(found) == ["/coordination", "/jury", "/mentorat", "/equipe"]
    assert found["/jury"].startswith("2 projets à lire, jusqu’au jeudi 10 juin 2027")
    assert found["/mentorat"] == "1 projet à accompagner."


def test_a_juror_declares_links_before_reading_and_is_thanked_after() -> None:
    assert steps(somebody(Role.JUROR), Mine(to_read=5, undeclared_panels=1), EVALUATION)[0][0] == "/jury/liens"
    assert steps(somebody(Role.JUROR), Mine(to_read=5, read=5), EVALUATION) == [("/jury", "5 évaluations validées.")]


def test_a_role_of_another_edition_gives_no_step() -> None:
    stranger = Actor("p1", "Zoe", "zoe@exemple.test", grants=frozenset({Grant(Role.NATIONAL_COORDINATOR, "e0")}))
    assert [url for url, _ in steps(stranger, Mine(), APPLICATIONS)] == ["/equipe"]


def test_tasks_say_what_waits_and_what_does_not() -> None:
    sites = {
        "a": SiteCounts({ApplicationState.SUBMITTED: 2, ApplicationState.ACCEPTED: 3}, 1, 3, 2, 1),
        "b": SiteCounts({ApplicationState.SUBMITTED: 1}, 0, 0, 0, 0),
    }
    tasks = tasks_of(
        Today(
            sites, panels=1, jurors=4, undeclared=0, to_read=10, validated=9, selections=2, unaccepted=2, minors=1,
            unchecked=2, contested=1,
        )
    )  # fmt: skip
    assert [(task.count, task.text, task.waits) for task in tasks] == [
        (3, "candidatures attendent une réponse", True),
        (1, "équipe de moins de 3 personnes", True),
        (2, "membres d’équipes n’ont pas accepté le règlement", True),
        (1, "autorisation de mineur à valider", True),
        (1, "brouillon non déposé", True),
        (1, "projet arrivé hors délai", True),
        (2, "projets déposés à examiner", True),
        (1, "décision contestée", True),
        (0, "juré n’a pas déclaré ses liens", False),
        (1, "évaluation attendue du jury", True),
        (2, "sélections préparées", True),
    ]


@pytest.mark.parametrize("today", [Today({}, selections=None), Today({}, selections=10, published=True)])
def test_selections_wait_for_those_who_may_know_until_they_are_published(today: Today) -> None:
    assert not any("sélection" in task.text for task in tasks_of(today))


@pytest.mark.parametrize("day", [1, 180, 3650])
def test_security_txt_expires_later_and_in_less_than_a_year(day: int, tmp_path: Path) -> None:
    now = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=23)
    settings = read_settings({"CREATHON_DATA": str(tmp_path), "CREATHON_CONTACT_EMAIL": "securite@exemple.test"})
    fields = dict(line.split(": ", 1) for line in security_text(settings, now=now).splitlines())
    expires = datetime.fromisoformat(fields["Expires"])
    assert now < expires < now + timedelta(days=365)
    assert fields["Contact"] == "mailto:securite@exemple.test"


def recorded() -> set[str]:
    """The verbs written in the actions of every feature."""
    files = [path for path in SOURCE.rglob("*.py") if path.stem == "actions" or path.parent.name == "actions"]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    words = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word for word in words if VERB.fullmatch(word)}


def test_every_verb_of_the_journal_has_french_words() -> None:
    verbs = recorded()
    assert len(verbs) > 20
    assert verbs - set(VERBS) == set()
    assert {f"link.{purpose}" for purpose in LinkPurpose} <= set(VERBS)


def test_a_verb_without_words_is_shown_as_it_is() -> None:
    assert verb_words("a.verb") == "a.verb"
