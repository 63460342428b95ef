"""The rulebook without database: what is filled, what is sealed, what changes, who writes."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from creathon.core.actor import Actor, Grant
from creathon.editions.models import Edition, EditionState, Phase, Role, Rulebook, RulebookArticle, RulebookState, Site
from creathon.editions.rules.rulebook import (
    PLACEHOLDERS,
    Acceptances,
    Table,
    article_text,
    changes_between,
    is_outdated,
    may_accept_rulebook,
    may_begin_rulebook,
    may_change_rulebook,
    may_follow,
    may_publish_rulebook,
    neighbour,
    not_accepted,
    own_fillings,
    plain_text,
    rendered,
    seal,
    unfilled,
    unknown_placeholders,
)
from creathon.editions.rules.usual_rulebook import USUAL_RULEBOOK
from tests.factories.editions import PHASES, SITES

CLAIRE = Actor("claire", "Claire", "", grants=frozenset({Grant(Role.NATIONAL_COORDINATOR, "e1")}))
SAMIR = Actor("samir", "Samir", "", grants=frozenset({Grant(Role.SITE_COORDINATOR, "e1", "s1")}))
CRITERIA = Table(("Critère", "Coefficient"), (("C1 – Besoin", "60"), ("C2 – Suite", "40")))


def article(key: str, title: str, text: str) -> RulebookArticle:
    return RulebookArticle(id=key, key=key, title=title, text=text, position=1)


@pytest.fixture
def edition() -> Edition:
    """« Créathon 2027 » in memory."""
    return Edition(
        id="e1", title="Créathon 2027", pilot="Réseau Canopé", zone="Europe/Paris", state=EditionState.DRAFT,
        phases=[Phase(**{**vars(one), "allows": list(one.allows)}) for one in PHASES],
        sites=[Site(**vars(one)) for one in SITES],
    )  # fmt: skip


def test_a_text_is_cut_where_a_table_comes_in_and_filled_elsewhere(edition: Edition) -> None:
    written = [article("a", "Critères", "Pour [[edition]] :\n\n[[criteres]]\n\nEt [[ equipe ]].")]
    fillings = {**own_fillings(edition), "criteres": CRITERIA, "equipe": "3 à 5 personnes"}
    (told,) = rendered(edition, 1, written, fillings)["articles"]
    assert [part.get("text") for part in told["parts"]] == ["Pour Créathon 2027 :", None, "Et 3 à 5 personnes."]
    assert told["parts"][1]["rows"] == [["C1 – Besoin", "60"], ["C2 – Suite", "40"]]
    assert "C1 – Besoin | 60\nC2 – Suite | 40" in article_text(told)


def test_what_a_filling_says_is_never_filled_again(edition: Edition) -> None:
    edition.title = "[[pilote]]"
    (told,) = rendered(edition, 1, [article("a", "T", "[[edition]]")], own_fillings(edition))["articles"]
    assert told["parts"] == [{"text": "[[pilote]]"}]


def test_the_seal_is_the_sha256_of_the_plain_text_and_nothing_else(edition: Edition) -> None:
    content = rendered(edition, 2, [article("a", "Objet", "Participer est gratuit.")], {})
    assert plain_text(content) == (
        "Créathon 2027\nRèglement, version 2\n\nArticle 1. Objet\n\nParticiper est gratuit.\n"
    )
    assert seal(content) == hashlib.sha256(plain_text(content).encode()).hexdigest()
    assert seal(content) == seal(rendered(edition, 2, [article("other", "Objet", "Participer est gratuit.")], {}))
    assert seal(content) != seal(rendered(edition, 2, [article("a", "Objet", "Participer est gratuit !")], {}))
    assert seal(content) != seal(rendered(edition, 3, [article("a", "Objet", "Participer est gratuit.")], {}))


def test_the_calendar_is_told_in_the_zone_and_in_universal_time_without_its_tolerance(edition: Edition) -> None:
    table = own_fillings(edition)["calendrier"]
    assert isinstance(table, Table)
    creation = next(row for row in table.rows if row[0] == "Création")
    assert "du mercredi 19 mai 2027 à 9" in creation[1].replace("\u00a0", " ")
    assert creation[2].replace("\u00a0", " ") == "19/05/2027 07:00 → 20/05/2027 07:00"
    assert "9 h 15" not in creation[1].replace("\u00a0", " ")
    assert own_fillings(edition)["tolerance"] == "15 minutes"


@pytest.mark.bar("F75")
def test_the_usual_rulebook_writes_the_rule_of_the_request_in_flight(edition: Edition) -> None:
    written = [article(str(place), one.title, one.text) for place, one in enumerate(USUAL_RULEBOOK)]
    fillings = {**own_fillings(edition), "criteres": CRITERIA, "equipe": "3 à 5 personnes"}
    text = " ".join(plain_text(rendered(edition, 1, written, fillings)).split())
    assert len(USUAL_RULEBOOK) == 20
    assert "Un envoi arrivé avant la fermeture est à temps s’il s’achève dans les 15 minutes qui suivent" in text
    assert "« hors délai »" in text
    assert "[[" not in text
    assert unfilled(written, fillings) == []
    assert set(PLACEHOLDERS) - set(fillings) == set()


def test_what_nothing_fills_is_named() -> None:
    assert unknown_placeholders("[[criteres]] [[dates]] [[ Sites ]]") == ["dates", "Sites"]
    assert unfilled([article("a", "T", "[[criteres]]")], {}) == [
        "le tableau des critères et de leurs coefficients, tel qu’il est dans la grille"
    ]


def test_changes_are_told_article_by_article_and_word_by_word(edition: Edition) -> None:
    before = rendered(edition, 1, [article("a", "Objet", "Le prix est de dix euros."), article("b", "Vieux", "B")], {})
    after = rendered(edition, 2, [article("c", "Neuf", "C"), article("a", "Objet", "Le prix est de zéro euro.")], {})
    added, changed, removed = changes_between(before, after)
    assert (added.kind, added.title, removed.kind, removed.title) == ("added", "Neuf", "removed", "Vieux")
    assert changed.pieces == (("same", "Le prix est de "), ("del", "dix"), ("ins", "zéro"), ("same", " "),
                              ("del", "euros"), ("ins", "euro"), ("same", "."))  # fmt: skip
    assert "".join(words for kind, words in changed.pieces if kind != "del") == "Le prix est de zéro euro."
    assert "".join(words for kind, words in changed.pieces if kind != "ins") == "Le prix est de dix euros."
    assert changes_between(after, after) == []


def test_an_article_that_only_changes_place_or_title_is_recognised(edition: Edition) -> None:
    before = rendered(edition, 1, [article("a", "Objet", "A"), article("b", "Autre", "B")], {})
    after = rendered(edition, 2, [article("b", "Autre", "B"), article("a", "But", "A")], {})
    (changed,) = changes_between(before, after)
    assert (changed.kind, changed.before, changed.title) == ("changed", "Objet", "But")


def test_a_version_is_outdated_when_what_it_shows_has_moved(edition: Edition) -> None:
    written = [article("a", "Calendrier", "[[calendrier]]"), article("b", "Critères", "[[criteres]]")]
    fillings = {**own_fillings(edition), "criteres": CRITERIA}
    rulebook = Rulebook(number=1, state=RulebookState.PUBLISHED, articles=written)
    rulebook.content = rendered(edition, 1, written, fillings)
    assert not is_outdated(edition, rulebook, fillings)
    edition.title = "Autre titre"
    assert not is_outdated(edition, rulebook, {**own_fillings(edition), "criteres": CRITERIA})
    assert is_outdated(edition, rulebook, {**fillings, "criteres": replace(CRITERIA, rows=(("C1", "100"),))})
    edition.phases[0].closes_at += timedelta(days=1)
    assert is_outdated(edition, rulebook, {**own_fillings(edition), "criteres": CRITERIA})


def test_only_the_national_coordination_writes_one_draft_at_a_time(edition: Edition) -> None:
    draft, published = Rulebook(state=RulebookState.DRAFT), Rulebook(state=RulebookState.PUBLISHED)
    assert may_begin_rulebook(CLAIRE, edition, None) is None
    assert may_begin_rulebook(CLAIRE, edition, published) is None
    assert "déjà commencé" in str(may_begin_rulebook(CLAIRE, edition, draft))
    assert "coordination nationale" in str(may_begin_rulebook(SAMIR, edition, None))
    assert may_change_rulebook(CLAIRE, edition, draft) is None
    assert "ne change plus" in str(may_change_rulebook(CLAIRE, edition, published))
    edition.state = EditionState.ARCHIVED
    assert "archivée" in str(may_begin_rulebook(CLAIRE, edition, None))


def test_a_draft_is_published_whole_or_not(edition: Edition) -> None:
    draft = Rulebook(state=RulebookState.DRAFT, articles=[])
    assert "aucun article" in str(may_publish_rulebook(CLAIRE, edition, draft, {}))
    draft.articles = [article("a", "Critères", "[[criteres]]")]
    assert "pas encore prêt" in str(may_publish_rulebook(CLAIRE, edition, draft, {}))
    assert may_publish_rulebook(CLAIRE, edition, draft, {"criteres": CRITERIA}) is None
    assert may_follow(None, "") is None
    assert "ce qui change" in str(may_follow(draft, " "))
    assert may_follow(draft, "Une date.") is None


def test_only_the_text_in_force_is_accepted() -> None:
    current = Rulebook(number=2, sha256="b" * 64)
    assert may_accept_rulebook(current, "b" * 64) is None
    assert "a changé pendant" in str(may_accept_rulebook(current, "a" * 64))
    nothing = may_accept_rulebook(None, "")
    assert nothing is not None
    assert nothing.hidden


def test_those_who_have_not_accepted_are_named_only_when_there_is_something_to_accept() -> None:
    names = [("p1", "Awa"), ("p2", "Bastien")]
    assert not_accepted(Acceptances(), names) == []
    assert not_accepted(Acceptances(Rulebook(number=1), frozenset({"p1"})), names) == ["Bastien"]
    assert not_accepted(Acceptances(Rulebook(number=2), before=frozenset({"p1"})), names) == ["Awa", "Bastien"]


def test_an_article_has_neighbours_except_at_the_ends() -> None:
    rulebook = Rulebook(articles=[article("a", "A", ""), article("b", "B", "")])
    assert [neighbour(rulebook, "a", up=True), neighbour(rulebook, "a", up=False)] == [None, "b"]
    assert [neighbour(rulebook, "b", up=True), neighbour(rulebook, "b", up=False)] == ["a", None]
