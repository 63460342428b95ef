"""The gates find what they say, a departure has its reason, and the calendar says when anything is decided."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from creathon.accounts.models import AgeBand
from creathon.core.actor import Actor
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import Refused, Stale
from creathon.editions.models import DeliverableKind, Edition, PhaseKind, Role
from creathon.editions.rules import USUAL
from creathon.editions.rules.rulebook import Acceptances
from creathon.jury.queries.assignments import situation_of
from creathon.jury.queries.links import projects_in_scope
from creathon.jury.queries.selection import entries
from creathon.projects.actions.admissibility import answer_contest, decide_admissibility
from creathon.projects.models import Project
from creathon.projects.queries import project_by_id
from creathon.projects.queries.admissibility import last_check
from creathon.projects.queries.facts import facts_of
from creathon.projects.rules.admissibility import (
    Admissibility,
    CheckValues,
    Verdict,
    contest_closes,
    gates_read,
    may_answer,
    may_contest,
    may_decide,
    may_decide_now,
    problems_of,
    state_of,
)
from creathon.projects.rules.gates import GATES, Facts, findings_of
from tests.factories.accounts import as_actor, make_holder
from tests.factories.admissibility import BUTTON, CAPTIONS, make_contest, make_decision, verdicts
from tests.factories.editions import (
    AFTER_PALMARES,
    CREATION,
    CREATION_CLOSES,
    DELIBERATION,
    EVALUATION,
    paris,
    site_of,
)
from tests.factories.jury import make_panel
from tests.factories.projects import ANSWERED, make_deposited
from tests.personas import CLAIRE, LEILA, NADIA, SAMIR
from tests.projects.conftest import Scene

pytestmark = pytest.mark.usefixtures("app")


@dataclass(frozen=True)
class Bench:
    """A deposited project and who decides of it."""

    edition: Edition
    project: Project
    facts: Facts
    samir: Actor
    leila: Actor
    claire: Actor
    awa: Actor


PIECE, VIDEO = DeliverableKind.PIECE, DeliverableKind.VIDEO


@pytest.fixture
async def bench(scene: Scene, database: Database, clock: MovableClock) -> Bench:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        edition = scene.edition
        people = [
            await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI")),
            await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN")),
            await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition),
        ]
        project = await make_deposited(session, edition, scene.team)
        assert project.current is not None
        facts = await facts_of(session, project.current, project.team, edition)
        samir, leila, claire = [await as_actor(session, person) for person in people]
    return Bench(edition, project, facts, samir, leila, claire, scene.awa)


def found(facts: Facts, key: str) -> tuple[bool, str]:
    finding = findings_of(facts)[key]
    return finding.met, finding.words.replace("\u00a0", " ").replace("\u202f", " ")


def changed(facts: Facts, **content: object) -> Facts:
    """The same deposit with other words in it."""
    facts.deposit.content = {**facts.deposit.content, **content}
    return facts


async def test_a_whole_deposit_meets_every_gate(bench: Bench) -> None:
    assert [key for key, finding in findings_of(bench.facts).items() if not finding.met] == []
    assert found(bench.facts, "team") == (True, "L’équipe compte 3 personnes.")
    assert [gate.key for gate in GATES] == [
        "in_time", "team", "rules", "deliverables", "captions", "file", "sheets", "flags", "minors",
    ]  # fmt: skip


async def test_a_late_deposit_is_found(bench: Bench) -> None:
    bench.facts.deposit.late = True
    met, words = found(bench.facts, "in_time")
    assert not met
    assert words.startswith("Déposé hors délai le 19 mai à 15 h 00")


async def test_a_team_of_two_is_found(bench: Bench) -> None:
    del bench.facts.team.members[2]
    assert found(bench.facts, "team") == (False, "L’équipe compte 2 personnes.")


async def test_members_who_did_not_accept_the_rules_are_counted_and_not_named(bench: Bench) -> None:
    one = bench.facts.team.members[0].person_id
    facts = replace(bench.facts, acceptances=replace(bench.facts.acceptances, accepted=frozenset({one})))
    assert found(facts, "rules") == (False, "2 personnes n’ont pas accepté le règlement en vigueur.")
    assert found(replace(facts, acceptances=Acceptances()), "rules")[0]


@pytest.mark.parametrize(
    ("field", "name"), [("scenario", "le scénario d’usage"), ("video_url", "la vidéo"), ("need", "la fiche du projet")]
)
async def test_a_missing_deliverable_is_named(bench: Bench, field: str, name: str) -> None:
    assert found(changed(bench.facts, **{field: ""}), "deliverables") == (
        False,
        f"Il manque, en tout ou partie : {name}.",
    )


async def test_a_joined_video_takes_the_place_of_its_address(bench: Bench) -> None:
    assert found(changed(bench.facts, video_url="", video={"name": "film.mp4"}), "deliverables")[0]


async def test_a_video_that_nobody_can_follow_is_found(bench: Bench) -> None:
    assert not found(changed(bench.facts, video_captioned=False), "captions")[0]
    assert found(changed(bench.facts, video_transcript="Mot à mot."), "captions")[0]


async def test_an_unanswered_question_is_named_and_a_red_flag_is_apart(bench: Bench) -> None:
    met, words = found(changed(bench.facts, e22=""), "sheets")
    assert not met
    assert "Fiche éthique et données, question E22" in words
    assert found(bench.facts, "flags")[0]
    changed(bench.facts, **{**ANSWERED, "e22": "non", "e13": "oui"})
    assert found(bench.facts, "flags") == (False, "Signal rouge sans justification : E13.")
    assert found(bench.facts, "sheets")[0]
    changed(bench.facts, e13_why="Un motif médical, prescrit.")
    assert found(bench.facts, "flags") == (True, "Signal rouge que l’équipe justifie : E13.")


async def test_a_minor_whose_authorisation_is_awaited_is_counted(bench: Bench) -> None:
    member = bench.facts.team.members[1]
    member.person.age_band = AgeBand.MINOR
    assert found(bench.facts, "minors") == (
        False,
        "1 autorisation reste à valider pour des membres de moins de 18 ans.",
    )
    member.authorised_at = CREATION
    assert found(bench.facts, "minors")[0]


async def test_a_departure_from_the_finding_owes_its_reason(bench: Bench) -> None:
    assert problems_of(verdicts(), bench.facts) == {}
    assert list(problems_of(verdicts(captions=""), bench.facts)) == ["captions"]
    assert problems_of(verdicts(captions=CAPTIONS), bench.facts) == {}
    changed(bench.facts, scenario="")
    assert list(problems_of(verdicts(), bench.facts)) == ["deliverables"]
    assert problems_of(verdicts(deliverables=""), bench.facts) == {}, "what is found needs no other reason"


async def test_nobody_says_that_a_late_deposit_came_in_time(bench: Bench) -> None:
    bench.facts.deposit.late = True
    explained = CheckValues({**verdicts().verdicts, "in_time": Verdict(True, "La box est tombée en panne.")})
    assert "hors délai" in problems_of(explained, bench.facts)["in_time"]


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (paris(2027, 5, 1), "ouvre le"),
        (CREATION, "une fois les dépôts fermés"),
        (CREATION_CLOSES + timedelta(minutes=14), "9 h 15"),
        (CREATION_CLOSES + timedelta(minutes=15), ""),
        (EVALUATION, ""),
        (paris(2027, 6, 10, 17, 59), ""),
        (paris(2027, 6, 10, 18), "ne se décide plus"),
        (AFTER_PALMARES, "ne se décide plus"),
    ],
)
async def test_decisions_are_made_between_the_deposits_and_the_deliberation(
    bench: Bench, now: object, word: str
) -> None:
    refusal = may_decide_now(bench.edition, now=now)  # type: ignore[arg-type]
    assert (refusal is None) == (word == "")
    assert refusal is None or word in refusal.reason.replace("\u202f", " ").replace("\u00a0", " ")


async def test_without_deliberation_decisions_end_with_the_palmares(bench: Bench) -> None:
    for phase in bench.edition.phases:
        if phase.kind == PhaseKind.DELIBERATION:
            phase.allows = []
    assert may_decide_now(bench.edition, now=DELIBERATION) is None
    assert may_decide_now(bench.edition, now=AFTER_PALMARES) is not None


@pytest.mark.bar("C30")
async def test_a_site_decides_for_its_own_teams(bench: Bench) -> None:
    for actor, hidden in ((bench.samir, None), (bench.claire, None), (bench.leila, True), (bench.awa, True)):
        refusal = may_decide(actor, bench.project, None, bench.edition, now=EVALUATION)
        assert (refusal.hidden if refusal else None) == hidden


async def test_a_decision_is_kept_when_another_takes_its_place(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        first = await make_decision(session, bench.edition, bench.project, bench.samir, captions=CAPTIONS)
        again = await make_decision(session, bench.edition, bench.project, bench.samir, captions=CAPTIONS)
        assert again is first, "the same decision twice is one"
        second = await make_decision(session, bench.edition, bench.project, bench.claire)
        assert (first.number, second.number) == (1, 2)
        assert first.superseded_at is not None
        last = await last_check(session, bench.project.id)
        assert last is second
        assert [state_of(one) for one in (None, first, second)] == [
            Admissibility.TO_CHECK, Admissibility.REFUSED, Admissibility.ADMISSIBLE,
        ]  # fmt: skip
        (unmet,) = [gate for gate in gates_read(first) if not gate.met]
        assert unmet.reason == CAPTIONS, "the finding that was set aside is no reason"


async def test_a_decision_made_from_an_old_page_is_stale(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        await make_decision(session, bench.edition, bench.project, bench.samir, captions=CAPTIONS)
        project = await project_by_id(session, bench.project.id)
        assert project is not None
        assert project.current is not None
        for receipt, version in ((project.current.number, 0), ("0000-0000", 1)):
            with pytest.raises(Stale):
                await decide_admissibility(
                    session, bench.claire, project, bench.edition, verdicts(), receipt=receipt, version=version,
                    now=EVALUATION,
                )  # fmt: skip


async def test_a_team_contests_once_and_within_three_days(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        made = await make_decision(session, bench.edition, bench.project, bench.samir, captions=CAPTIONS)
        closes = contest_closes(made, bench.edition)
        assert closes == EVALUATION + timedelta(days=3)

        def refusal(check: object, actor: Actor = bench.awa, *, minutes: int = 0) -> str:
            now = closes + timedelta(minutes=minutes - 1)
            found = may_contest(actor, bench.project, check, bench.edition, now=now)  # type: ignore[arg-type]
            return found.reason if found else ""

        assert refusal(made) == ""
        assert "ne peut plus être contestée depuis le" in refusal(made, minutes=1)
        assert "Aucune décision" in refusal(None)
        assert "autre équipe" in refusal(made, bench.samir)
        made.contested_at = EVALUATION
        assert "une fois" in refusal(made)


async def test_a_contest_ends_with_the_palmares(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        made = await make_decision(session, bench.edition, bench.project, bench.samir, captions=CAPTIONS)
        made.decided_at = paris(2027, 6, 16)
        assert contest_closes(made, bench.edition) == paris(2027, 6, 17, 17)


async def test_whoever_decided_does_not_answer(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        contested = await make_contest(session, bench.edition, bench.project, bench.samir)
        said = {
            actor.person_id: may_answer(actor, bench.project, contested, bench.edition, now=EVALUATION)
            for actor in (bench.samir, bench.claire, bench.leila)
        }
        assert said[bench.claire.person_id] is None
        assert "une autre personne" in said[bench.samir.person_id].reason  # type: ignore[union-attr]
        assert said[bench.leila.person_id].hidden  # type: ignore[union-attr]
        closed = may_answer(bench.claire, bench.project, contested, bench.edition, now=AFTER_PALMARES)
        assert closed is not None
        assert "ne change plus" in closed.reason
        waiting = may_decide(bench.claire, bench.project, contested, bench.edition, now=EVALUATION)
        assert waiting is not None
        assert "répondez-lui d’abord" in waiting.reason


async def test_a_lifted_decision_is_a_new_one_with_the_reason_of_the_answer(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        contested = await make_contest(session, bench.edition, bench.project, bench.samir)
        await answer_contest(
            session, bench.claire, bench.project, bench.edition, BUTTON, lifted=True, version=1, now=EVALUATION
        )
        last = await last_check(session, bench.project.id)
        assert last is not None
        assert (last.number, last.admissible, last.gates["captions"]["words"]) == (2, True, BUTTON)
        assert (contested.admissible, contested.lifted) == (False, True)


async def test_a_late_deposit_is_not_lifted(bench: Bench, database: Database) -> None:
    async with database.writing() as session:
        contested = await make_contest(session, bench.edition, bench.project, bench.samir)
        contested.gates = {**contested.gates, "in_time": {**contested.gates["in_time"], "found": False, "met": False}}
        await session.flush()
        with pytest.raises(Refused, match="hors délai"):
            await answer_contest(
                session, bench.claire, bench.project, bench.edition, BUTTON, lifted=True, version=1, now=EVALUATION
            )


async def test_jurors_are_given_nothing_that_is_not_admissible(bench: Bench, database: Database) -> None:
    """Links are declared with it all the same, and its scores are not looked at."""
    async with database.writing() as session:
        panel = await make_panel(session, bench.edition, [NADIA])
        seen = []
        for unmet in ({}, {"captions": CAPTIONS}, {}):
            await make_decision(session, bench.edition, bench.project, bench.samir, **unmet)
            situation = await situation_of(session, panel)
            (entry,) = await entries(session, bench.edition.id, None)
            declared = await projects_in_scope(session, bench.edition.id, None)
            seen.append((len(situation.projects), entry.refused, len(declared)))
        assert seen == [(1, False, 1), (0, True, 1), (1, False, 1)]


async def test_only_what_the_edition_asks_for_is_missing(bench: Bench) -> None:
    asked = {
        **bench.facts.asked,
        VIDEO: replace(USUAL[VIDEO], required=False),
        PIECE: replace(USUAL[PIECE], required=True),
    }
    facts = replace(changed(bench.facts, video_url="", video_captioned=False, file=None), asked=asked)
    assert found(facts, "deliverables") == (False, "Il manque, en tout ou partie : le fichier.")
    assert found(facts, "captions") == (True, "L’équipe n’a pas remis de vidéo, et l’édition n’en demande pas.")
    assert not found(replace(facts, asked=bench.facts.asked), "captions")[0]
