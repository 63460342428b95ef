"""The two questionnaires: each signal, each red flag, what a bundle keeps of them."""

import json
from typing import Any

import pytest

from creathon.editions.rules import USUAL
from creathon.projects.models import Project
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules import (
    CHOICES,
    FIELDS,
    LABELS,
    SHEETS,
    WORDS,
    bundle_of,
    missing,
    sheets_read,
    signals_of,
    value_words,
    write,
    written,
)
from creathon.projects.rules.fiche import CAPTIONS
from creathon.projects.rules.questions import Kind
from creathon.projects.rules.sheets import ANSWERS, BLANK, EVERY_VERSION
from tests.factories.projects import ANSWERED, FICHE
from tests.projects.test_rules import team_of

INCLUSION, ETHICS = SHEETS
FULL: dict[str, Any] = {**dict.fromkeys((name for name in ANSWERS if BLANK[name] == ""), "Dit."), **ANSWERED}
"""Everything is answered, and nothing is to be watched."""
FULL |= {name: "oui" for name in ANSWERS if name.startswith(("i10_", "i12_"))}
FULL |= {
    "e01_without": "oui", "e04": "non", "e05": "3e", "e08": "appareil", "e12": "non", "e20_licences": "connues",
    "i01": ["attention"], "i09": "oui", "i13_time": "peu", "i05": ["texte", "son"], "i06": ["oral", "ecrit"],
}  # fmt: skip
SIGNALS: list[tuple[dict[str, Any], str, bool]] = [
    ({"e01": ""}, "Le besoin auquel l’IA répond n’est pas dit.", False),
    ({"e01_without": "non"}, "Aucune solution sans IA n’a été étudiée.", False),
    ({"e03": ["moins_15", "aesh"]}, "Des élèves de moins de 15 ans utilisent l’outil.", False),
    ({"e04": "oui"}, "Un élève doit créer un compte.", False),
    ({"e02": ["generation"], "e05": "5e"}, "Une IA générative est utilisée seul avant la 4e.", False),
    ({"e06": ["voix"]}, "L’outil reçoit des voix, des images ou des traces d’usage.", False),
    ({"e06": ["sante"]}, "L’outil reçoit des données de santé ou de handicap.", True),
    ({"e07": ""}, "L’équipe ne dit pas quelles données elle pourrait retirer.", False),
    ({"e08": "hors_ue"}, "Les données sont traitées hors de l’Union européenne.", False),
    ({"e08": "inconnu"}, "Le lieu de traitement des données est inconnu.", False),
    ({"e09": ""}, "La durée de conservation et l’effacement ne sont pas dits.", False),
    ({"e11": ""}, "L’information de l’élève et de sa famille n’est pas décrite.", False),
    ({"e12": "oui"}, "Domaine à haut risque (règlement européen sur l’IA, annexe III, point 3).", False),
    ({"e13": "oui"}, "Pratique interdite en éducation, sauf motif médical ou de sécurité.", True),
    ({"e14": "personne"}, "Personne ne garde la décision finale.", True),
    ({"e15": ""}, "L’équipe ne dit pas pour qui l’outil risque de moins bien marcher.", False),
    ({"e16": ["web"]}, "Des données d’apprentissage ou de test sont collectées sur le web.", False),
    ({"e02": ["generation"], "e17": ""}, "L’outil génère des contenus sans que l’équipe dise comment elle le signale.",
     False),
    ({"e18": ""}, "Ce que fait l’outil en cas d’erreur ou de panne n’est pas dit.", False),
    ({"e20_licences": "inconnue"}, "La licence d’un composant au moins est inconnue.", False),
    ({"e21": ["innovant", "echelle"]}, "Deux critères au moins : une analyse d’impact est à prévoir.", False),
    ({"i01": ["tous"], "i01_text": ""}, "« Tous les besoins » est coché, sans précision.", False),
    ({"i02": ["eleve"]}, "La réponse vise une difficulté de l’élève plutôt qu’une barrière autour de lui.", False),
    ({"i03": "seul"}, "L’outil sert à l’élève seul.", False),
    ({"i04": ["non"]}, "Aucune personne concernée n’a encore participé.", False),
    ({"i05": ["son"]}, "L’information ne passe que par une seule voie.", False),
    ({"i06": ["oral"]}, "L’élève ne peut montrer ce qu’il sait que par une seule voie.", False),
    ({"i08": "oui"}, "L’élève doit révéler un besoin ou un diagnostic.", True),
    ({"i09": "non"}, "L’exigence n’est pas la même pour l’élève.", False),
    ({"i10_clavier": "non"}, "L’outil ne fonctionne pas au clavier.", False),
    ({"i10_lecteur": "non"}, "L’outil ne fonctionne pas au lecteur d’écran.", False),
    ({"i10_zoom": "non"}, "L’outil ne fonctionne pas agrandi à 200 %.", False),
    ({"i10_son": "non"}, "L’outil ne fonctionne pas sans le son.", False),
    ({"i10_couleur": "non"}, "L’outil ne fonctionne pas sans la couleur.", False),
    ({"i12_telephone": "non"}, "Un téléphone personnel est exigé.", False),
    ({"i13_time": "plus_30"}, "L’outil demande à l’enseignant plus de 30 minutes par semaine.", False),
    ({"i14": "stocke"}, "Le contenu d’un plan individuel est stocké.", True),
    ({"i15": ""}, "L’équipe ne dit pas qui pourrait se sentir exclu ou stigmatisé.", False),
    ({"i17": ""}, "Aucun indicateur ne dit si l’accès s’est amélioré.", False),
    ({"i18": ["fiche"]}, "La vidéo n’est ni sous-titrée ni transcrite.", True),
]  # fmt: skip
RED = [
    ({"e06": ["sante"], "e06_why": ""}, "e06_why", {"e06_why": "Un lecteur d’écran doit le savoir."}),
    ({"e13": "oui", "e13_why": ""}, "e13_why", {"e13_why": "Prévenir une crise d’épilepsie."}),
    ({"e14": "personne", "e14_how": ""}, "e14_how", {"e14_how": "L’outil ne décide de rien d’important."}),
    ({"i08": "oui", "i08_why": ""}, "i08_why", {"i08_why": "Le réglage suit une ordonnance."}),
    ({"i14": "stocke", "i14_text": ""}, "i14_text", {"i14_text": "La famille le demande."}),
    ({"i18": ["aucun"]}, "i18", {"i18": ["transcription"]}),
    ({"e22": "oui", "e22_where": ""}, "e22_where", {"e22_where": "Pour relire nos textes."}),
    *[({name: BLANK[name]}, name, {}) for name in ("e06", "e13", "e14", "e22", "i08", "i14", "i18")],
]


def plain(words: str) -> str:
    """With ordinary spaces."""
    return " ".join(words.split())


def told(answers: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(plain(one.sentence), one.red) for sheet in SHEETS for one in signals_of(answers, sheet)]


def test_full_and_careful_answers_signal_nothing() -> None:
    assert told(FULL) == []


@pytest.mark.parametrize(("changes", "sentence", "red"), SIGNALS)
def test_an_answer_signals_what_is_to_be_discussed(changes: dict[str, Any], sentence: str, red: bool) -> None:
    assert told(FULL | changes) == [(sentence, red)]


def test_each_signal_of_the_questionnaires_is_tried_here() -> None:
    written_down = [one.sentence for sheet in SHEETS for question in sheet.questions for one in question.alerts]
    assert sorted(filter(None, written_down)) == sorted(sentence for _changes, sentence, _red in SIGNALS)


@pytest.mark.parametrize("answers", [{"e02": ["regles"], "e05": "cp"}, {"e02": ["generation"], "e05": "4e"}])
def test_a_young_age_matters_with_generative_techniques_only(answers: dict[str, Any]) -> None:
    assert told(FULL | answers) == []


@pytest.mark.parametrize(("changes", "field", "answer"), RED)
def test_a_red_flag_holds_the_deposit_until_it_is_answered(
    changes: dict[str, Any], field: str, answer: dict[str, Any]
) -> None:
    content = FICHE.content() | changes
    (held,) = missing(content, team_of(3), USUAL)
    assert held.field == field
    assert f"question {field[:3].upper()}" in plain(held.sentence)
    assert missing(content | (answer or {field: FICHE.content()[field]}), team_of(3), USUAL) == []


def test_a_red_flag_once_justified_is_still_a_signal() -> None:
    answers = FULL | {"e13": "oui", "e13_why": "Prévenir une crise."}
    assert missing(FICHE.content() | answers, team_of(3), USUAL) == []
    assert told(answers) == [("Pratique interdite en éducation, sauf motif médical ou de sécurité.", True)]


def test_nothing_answered_signals_nothing_and_holds_the_seven_questions_asked() -> None:
    content = FICHE.content() | BLANK
    assert told(content) == []
    assert [item.field for item in missing(content, team_of(3), USUAL)] == [
        "i08",
        "i14",
        "i18",
        "e06",
        "e13",
        "e14",
        "e22",
    ]


def test_a_bundle_without_answers_is_to_the_byte_what_it_was_before() -> None:
    content = FICHE.content()
    before = {name: content[name] for name in WORDS if name != CAPTIONS} | {"file": None}
    assert bundle_of(content | BLANK, ()) == before
    assert bundle_sha256(bundle_of(content | BLANK, ())) == bundle_sha256(before)
    assert sheets_read(before) == []


def test_a_bundle_says_the_version_of_each_questionnaire_answered() -> None:
    content = FICHE.content()
    assert bundle_of(content, ())["sheets"] == {"inclusion": 1, "ethics": 1}
    assert bundle_of(content | BLANK | {"e07": "Le prénom."}, ())["sheets"] == {"ethics": 1}
    assert "e08" not in bundle_of(content, ()), "what is empty is not in the bundle"


def test_a_bundle_is_read_with_the_questions_it_was_asked() -> None:
    read = sheets_read(json.loads(json.dumps(bundle_of(FICHE.content(), ()))))
    assert [(sheet.title, sheet.version) for sheet in read] == [("Fiche inclusion", 1), ("Fiche éthique et données", 1)]
    answers = {question.code: question.parts for sheet in read for question in sheet.questions}
    assert answers["E02"] == [("", "Reconnaissance de parole")]
    assert answers["I03"] == [("Qui s’en sert", "Toute la classe")]
    assert answers["E08"] == []
    assert len(answers) == 22 + 18


def test_a_draft_keeps_its_answers_apart_and_without_what_is_empty() -> None:
    project = Project()
    write(project, FICHE.content())
    assert project.inclusion_answers == {name: value for name, value in ANSWERED.items() if name.startswith("i")}
    write(project, {"e06": ["voix"], "i03": ""})
    assert project.ethics_answers["e06"] == ["voix"]
    assert "i03" not in project.inclusion_answers
    assert written(project) == FICHE.content() | {"e06": ["voix"], "i03": ""}


def test_every_answer_has_one_name_a_label_and_words() -> None:
    assert len(set(FIELDS)) == len(FIELDS)
    assert set(FIELDS) <= set(LABELS)
    assert value_words("e08", "hors_ue") == "Hors de l’Union européenne"
    assert value_words("e08", "") == ""
    assert all(CHOICES[part.name] for sheet in SHEETS for part in sheet.parts if part.kind is Kind.MANY)
    assert all((sheet.key, sheet.version) in EVERY_VERSION for sheet in SHEETS)
