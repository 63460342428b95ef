"""The rhythm of interviews, the states of milestones, who stands where."""

from datetime import date, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from creathon.core.actor import Actor, Grant
from creathon.editions.models import Allowed, Edition, Role
from creathon.jury.models import Tier
from creathon.mentoring.models import Interview, Milestone, MilestoneState, Pairing, SessionKind
from creathon.mentoring.rules import (
    MentorStanding,
    Relation,
    Rhythm,
    StepValues,
    interview_dates,
    may_mentor,
    may_move,
    may_plan,
    may_step,
    needs_note,
    next_interview,
    next_states,
    pending_milestones,
    relation,
    rhythm_of,
    session_words,
    template_sessions,
)
from tests.factories.editions import MENTORING, paris

S = MilestoneState
PARIS = "Europe/Paris"
FIRST = paris(2027, 10, 14, 14)
END = paris(2028, 2, 1)
EDITION = cast(
    Edition,
    SimpleNamespace(
        id="e", zone=PARIS,
        phases=[SimpleNamespace(allows=[Allowed.MENTOR], opens_at=paris(2027, 10, 4), closes_at=END, grace_seconds=0)],
    ),
)  # fmt: skip


def local(starts: list[datetime]) -> list[str]:
    return [start.astimezone(ZoneInfo(PARIS)).strftime("%d/%m %H:%M") for start in starts]


def test_twice_a_month_is_every_fourteen_days_at_the_same_hour_across_the_winter_change() -> None:
    found = interview_dates(FIRST, Rhythm.TWICE_A_MONTH, END, PARIS)
    assert local(found) == [
        "14/10 14:00", "28/10 14:00", "11/11 14:00", "25/11 14:00", "09/12 14:00", "23/12 14:00", "06/01 14:00",
        "20/01 14:00",
    ]  # fmt: skip
    assert found[1] - found[0] == timedelta(days=14)
    assert found[2] - found[1] == timedelta(days=14, hours=1)


def test_once_a_month_keeps_the_weekday_and_the_week() -> None:
    found = interview_dates(FIRST, Rhythm.ONCE_A_MONTH, END, PARIS)
    assert local(found) == ["14/10 14:00", "11/11 14:00", "09/12 14:00", "13/01 14:00"]
    fifth = interview_dates(paris(2027, 10, 29, 9), Rhythm.ONCE_A_MONTH, END, PARIS)
    assert local(fifth) == ["29/10 09:00", "26/11 09:00", "31/12 09:00", "28/01 09:00"]


def test_an_hour_that_does_not_exist_is_moved_one_hour_later() -> None:
    found = interview_dates(paris(2028, 3, 12, 2, 30), Rhythm.TWICE_A_MONTH, paris(2028, 4, 1), PARIS)
    assert local(found) == ["12/03 02:30", "26/03 03:30"]


def test_once_is_once_and_the_tier_says_the_rhythm() -> None:
    assert interview_dates(FIRST, Rhythm.ONCE, END, PARIS) == [FIRST]
    assert (rhythm_of(Tier.RENFORCE), rhythm_of(Tier.APPUI)) == (Rhythm.TWICE_A_MONTH, Rhythm.ONCE_A_MONTH)


def test_interviews_are_planned_inside_the_mentoring_and_once_each() -> None:
    known = [Interview(id="1", starts_at=FIRST)]
    assert may_plan([FIRST + timedelta(days=14)], known, EDITION) is None
    for starts in ([], [FIRST], [END], [paris(2027, 10, 3, 23)], [paris(2027, 11, 2, 9)] * 2):
        assert may_plan(starts, known, EDITION), starts
    many = [paris(2027, 11, 1, 9) + timedelta(hours=hour) for hour in range(60)]
    assert may_plan(many[:59], known, EDITION) is None
    assert may_plan(many, known, EDITION)
    assert "du lundi 4 octobre 2027" in may_plan([END], known, EDITION).reason  # type: ignore[union-attr]


def test_a_noted_interview_does_not_move() -> None:
    interview = Interview(id="1", starts_at=FIRST)
    assert may_move(interview, [interview], FIRST + timedelta(hours=1), EDITION) is None
    interview.noted_at = MENTORING
    assert may_move(interview, [interview], FIRST + timedelta(hours=1), EDITION)


def test_the_next_interview_and_the_notes_to_write() -> None:
    past, noted, soon, later = (
        Interview(starts_at=MENTORING - timedelta(days=2)),
        Interview(starts_at=MENTORING - timedelta(days=1), noted_at=MENTORING),
        Interview(starts_at=MENTORING + timedelta(days=1)),
        Interview(starts_at=MENTORING + timedelta(days=2)),
    )
    rows = [later, past, soon, noted]
    assert next_interview(rows, now=MENTORING) is soon
    assert [row for row in rows if needs_note(row, now=MENTORING)] == [past]
    assert next_interview([past, noted], now=MENTORING) is None


EXPECTED = {
    (Relation.TEAM, S.A_FAIRE): {S.EN_COURS, S.REMIS},
    (Relation.TEAM, S.EN_COURS): {S.EN_COURS, S.REMIS},
    (Relation.TEAM, S.REMIS): {S.EN_COURS},
    (Relation.MENTOR, S.A_FAIRE): {S.ABANDONNE},
    (Relation.MENTOR, S.EN_COURS): {S.ABANDONNE},
    (Relation.MENTOR, S.REMIS): {S.VALIDE, S.EN_COURS, S.ABANDONNE},
    (Relation.COORDINATION, S.A_FAIRE): {S.ABANDONNE},
    (Relation.COORDINATION, S.EN_COURS): {S.ABANDONNE},
    (Relation.COORDINATION, S.REMIS): {S.ABANDONNE},
}


@pytest.mark.parametrize(("standing", "before"), list(product([*Relation, None], MilestoneState)))
def test_a_milestone_moves_as_the_table_says(standing: Relation | None, before: MilestoneState) -> None:
    allowed: set[MilestoneState] = EXPECTED.get((standing, before), set()) if standing else set()
    assert set(next_states(standing, before)) == allowed
    for after in MilestoneState:
        milestone = Milestone(state=before)
        refusal = may_step(standing, milestone, StepValues(after, "Un mot."), EDITION, now=MENTORING)
        assert (refusal is None) == (after in allowed), (standing, before, after)


@pytest.mark.parametrize(
    ("standing", "before", "after", "needed"),
    [
        (Relation.TEAM, S.EN_COURS, S.REMIS, True),
        (Relation.TEAM, S.A_FAIRE, S.EN_COURS, False),
        (Relation.TEAM, S.REMIS, S.EN_COURS, False),
        (Relation.MENTOR, S.REMIS, S.EN_COURS, True),
        (Relation.MENTOR, S.REMIS, S.VALIDE, False),
        (Relation.MENTOR, S.REMIS, S.ABANDONNE, True),
        (Relation.COORDINATION, S.A_FAIRE, S.ABANDONNE, True),
    ],
)
def test_a_milestone_asks_for_a_word_where_one_is_owed(
    standing: Relation, before: MilestoneState, after: MilestoneState, needed: bool
) -> None:
    refusal = may_step(standing, Milestone(state=before), StepValues(after, " \n"), EDITION, now=MENTORING)
    assert (refusal is not None) == needed
    closed = may_step(standing, Milestone(state=before), StepValues(after, "Un mot."), EDITION, now=END)
    assert closed is not None
    assert "clos depuis" in closed.reason


def test_pending_milestones_come_by_due_day() -> None:
    rows = [
        Milestone(id="a", due_on=date(2027, 12, 1), state=S.REMIS),
        Milestone(id="b", due_on=date(2027, 11, 1), state=S.A_FAIRE),
        Milestone(id="c", due_on=date(2027, 10, 1), state=S.VALIDE),
        Milestone(id="d", due_on=date(2027, 10, 1), state=S.ABANDONNE),
    ]
    assert [row.id for row in pending_milestones(rows)] == ["b", "a"]


def actor(person_id: str, *grants: Grant) -> Actor:
    return Actor(person_id, "", "", grants=frozenset(grants))


def test_relation_is_the_one_of_now() -> None:
    team: Any = SimpleNamespace(members=[SimpleNamespace(person_id="awa")])
    project: Any = SimpleNamespace(team=team)
    pairing: Any = SimpleNamespace(edition_id="e", project_id="p", mentor_id="omar", project=project)
    mentor, national = Grant(Role.MENTOR, "e"), Grant(Role.NATIONAL_COORDINATOR, "e")

    def of(who: Actor, conflicts: tuple[str, ...] = ()) -> Relation | None:
        return relation(who, cast(Pairing, pairing), EDITION, conflicts)

    assert of(actor("omar", mentor)) is Relation.MENTOR
    assert of(actor("claire", national)) is Relation.COORDINATION
    assert of(actor("awa")) is Relation.TEAM
    for stranger in (
        actor("omar"), actor("omar", Grant(Role.MENTOR, "other")), actor("ines", mentor), actor("nadia"),
        actor("samir", Grant(Role.SITE_COORDINATOR, "e", "s")), actor("leo", Grant(Role.NATIONAL_COORDINATOR, "other")),
    ):  # fmt: skip
        assert of(stranger) is None, stranger
    assert of(actor("omar", mentor), ("p",)) is None
    assert of(actor("claire", national), ("p",)) is None
    assert of(actor("claire", national), ("other",)) is Relation.COORDINATION
    pairing.edition_id = "before"
    assert of(actor("omar", mentor)) is None


@pytest.mark.parametrize(
    ("standing", "refused"),
    [
        (MentorStanding(True, False, False), False),
        (MentorStanding(False, False, False), True),
        (MentorStanding(True, True, False), True),
        (MentorStanding(True, False, True), True),
        (MentorStanding(True, False, False, True), True),
    ],
)
def test_who_may_be_the_mentor_of_a_project(standing: MentorStanding, refused: bool) -> None:
    assert (may_mentor(standing) is not None) == refused


def test_the_usual_programme_is_that_of_the_domain() -> None:
    sessions = template_sessions(date(2027, 10, 4), PARIS, "Poitiers")
    days = [one.starts_at.strftime("%d/%m/%Y") for one in sessions]
    assert days == [
        "04/10/2027", "05/10/2027", "06/10/2027", "07/10/2027", "08/10/2027", "10/11/2027", "24/11/2027", "08/12/2027",
        "12/01/2028", "19/01/2028", "24/05/2028",
    ]  # fmt: skip
    kinds = [one.kind for one in sessions]
    assert [kinds.count(kind) for kind in SessionKind] == [5, 4, 1, 1]
    assert all(one.starts_at < one.ends_at for one in sessions)


def test_the_hours_of_a_moment_are_said_in_both_zones() -> None:
    moment: Any = template_sessions(date(2027, 10, 4), PARIS, "")[0]
    words = session_words(moment, PARIS, "Indian/Reunion").replace("\xa0", " ")
    assert words == (
        "lundi 4 octobre 2027, de 9 h 00 à 17 h 30 (heure de Paris), soit de 11 h 00 à 19 h 30 (heure de La Réunion)"
    )
    far = session_words(moment, PARIS, "Pacific/Wallis").replace("\xa0", " ")
    assert far.endswith(
        "soit du lundi 4 octobre 2027 à 19 h 00 (heure de Wallis-et-Futuna) au mardi 5 octobre 2027 "
        "à 3 h 30 (heure de Wallis-et-Futuna)"
    )
    assert "soit" not in session_words(moment, PARIS, "Europe/Madrid")
    long: Any = SimpleNamespace(starts_at=paris(2027, 10, 4, 9), ends_at=paris(2027, 10, 5, 9))
    assert session_words(long, PARIS).startswith("du lundi 4 octobre")
