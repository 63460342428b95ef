"""Teams of the cast, made as people make them: founded, joined by code, sent, answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.core.actor import SYSTEM, Actor
from creathon.core.ids import new_id
from creathon.editions.models import Edition, Role
from creathon.teams.actions import (
    TeamValues,
    apply_alone,
    approach_person,
    approach_team,
    create_team,
    decide_application,
    declare_pupils,
    join_by_code,
    say_need,
    submit_application,
    write_question,
)
from creathon.teams.models import (
    AloneApplication,
    ApplicationState,
    Approach,
    Question,
    QuestionKind,
    Team,
    TeamKind,
    TeamMember,
    TeamRole,
)
from creathon.teams.queries import team_by_id
from creathon.teams.rules import AloneValues, PupilValues, QuestionValues, name_key
from tests.factories.accounts import LONG_AGO, as_actor, make_holder, make_person
from tests.factories.editions import APPLICATIONS, site_of
from tests.factories.rulebook import accept
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, DORIS, EMIL, TEVA, Persona

ROLES = tuple(TeamRole)


async def make_team(
    session: AsyncSession,
    edition: Edition,
    members: Sequence[Persona] = (AWA, BASTIEN, CHLOE),
    *,
    name: str = "Les Marches",
    site: str = "POI",
    state: ApplicationState = ApplicationState.DRAFT,
    kind: TeamKind = TeamKind.STANDARD,
    pupils: int = 12,
    now: datetime = APPLICATIONS,
    accepted: bool = True,
) -> Team:
    """A team whose first member is its captain; its application is brought to `state` (draft, submitted, decided).

    People who have no account get one; everybody accepts the rulebook unless `accepted` is False.
    A class declares `pupils` of 15 to 17, certified. `Team` comes with site, members and people loaded.
    """
    captain = await as_actor(session, await person_of(session, members[0]))
    values = TeamValues(name=name, site_id=site_of(edition, site).id, role=ROLES[0], kind=kind)
    team = await create_team(session, captain, edition, values, now=now)
    for number, persona in enumerate(members[1:], start=1):
        actor = await as_actor(session, await person_of(session, persona))
        await join_by_code(session, actor, edition, code=team.code, role=ROLES[number % len(ROLES)], now=now)
    if accepted:
        for persona in members:
            await accept(session, await person_of(session, persona), edition, now=now)
    if kind == TeamKind.CLASS:
        declared = PupilValues(0, pupils, 0, certified=True)
        await declare_pupils(session, captain, team, edition, declared, version=team.version, now=now)
    if state != ApplicationState.DRAFT:
        await submit_application(session, captain, team, edition, now=now)
    if state not in (ApplicationState.DRAFT, ApplicationState.SUBMITTED):
        coordinator = await _coordinator(session, edition)
        await decide_application(session, coordinator, team, edition, state, reason="Réponse de test.", now=now)
    found = await team_by_id(session, team.id)
    assert found is not None
    return found


async def make_passeurs(session: AsyncSession, edition: Edition, **keywords: object) -> Team:
    """« Les Passeurs », team of La Réunion: the other team of a test about strangers."""
    return await make_team(session, edition, (TEVA, DORIS, EMIL), name="Les Passeurs", site="RUN", **keywords)  # type: ignore[arg-type]


async def make_questions(session: AsyncSession, edition: Edition, *, now: datetime = LONG_AGO) -> list[Question]:
    """One question of each kind; the first, the choice and the consent are required."""
    wanted = (
        QuestionValues(QuestionKind.SHORT_TEXT, "Pourquoi participer ?", "En une phrase.", True, True, limit=80),
        QuestionValues(QuestionKind.LONG_TEXT, "Votre idée", "Sans la résoudre."),
        QuestionValues(QuestionKind.CHOICE, "Qui serez-vous ?", "", True, False, ("Des collègues", "Des amis")),
        QuestionValues(QuestionKind.NUMBER, "Ordinateurs à prêter", limit=20),
        QuestionValues(QuestionKind.CONSENT, "Nous acceptons d’être photographiés", "", True, True),
    )
    return [
        await write_question(session, SYSTEM, edition, values, position=number, now=now)
        for number, values in enumerate(wanted, start=1)
    ]


def some_answers(questions: Sequence[Question]) -> dict[str, str]:
    """Right answers to the questions of `make_questions`."""
    return dict(
        zip([one.id for one in questions], ["Pour essayer", "Lire à voix haute", "Des amis", "4", "oui"], strict=True)
    )


async def make_alone(
    session: AsyncSession,
    edition: Edition,
    persona: Persona,
    *,
    site: str = "POI",
    answers: Mapping[str, str] | None = None,
    shown: bool = False,
    seeks: str = "",
    now: datetime = APPLICATIONS,
) -> AloneApplication:
    """Somebody who applies without a team; `shown`: to the teams that look for somebody."""
    actor = await as_actor(session, await person_of(session, persona))
    values = AloneValues(site_of(edition, site).id, TeamRole.CONTEUR, "Je dessine et j’écris.", seeks, shown)
    return await apply_alone(session, actor, edition, values, answers or {}, version=0, now=now)


async def make_need(
    session: AsyncSession,
    edition: Edition,
    team: Team,
    seeks: str = "Quelqu’un qui conte.",
    *,
    now: datetime = APPLICATIONS,
) -> None:
    """The captain of a team says whom it looks for."""
    held = await team_by_id(session, team.id)
    assert held is not None
    captain = await as_actor(session, held.members[0].person)
    await say_need(session, captain, held, edition, seeks=seeks, version=held.version, now=now)


async def make_approach(
    session: AsyncSession,
    edition: Edition,
    team: Team,
    alone_id: str,
    *,
    by: Persona | None = None,
    message: str = "Venez avec nous ?",
    now: datetime = APPLICATIONS,
) -> Approach:
    """The captain offers a seat to somebody shown; `by`: that person asks for one, of a team that seeks."""
    said: dict[str, Any] = {"role": TeamRole.CONTEUR, "message": message, "now": now}
    if by is not None:
        actor = await as_actor(session, await person_of(session, by))
        return await approach_team(session, actor, team.id, edition, **said)
    held = await team_by_id(session, team.id)
    assert held is not None
    captain = await as_actor(session, held.members[0].person)
    return await approach_person(session, captain, held, alone_id, edition, **said)


async def make_many_teams(
    session: AsyncSession,
    edition: Edition,
    count: int,
    *,
    site: str = "POI",
    state: ApplicationState = ApplicationState.SUBMITTED,
    members: int = 3,
    prefix: str = "Banc",
    now: datetime = APPLICATIONS,
) -> list[str]:
    """Many teams at once, straight into the tables, each a second after the other; their ids in that order."""
    names = [f"{prefix} {site} {number:03}" for number in range(count)]
    people = [_friend(name, seat, now) for name in names for seat in range(members)]
    came = [now + timedelta(seconds=number) for number in range(count)]
    sent = state != ApplicationState.DRAFT
    teams = [
        {
            "id": new_id(), "edition_id": edition.id, "site_id": site_of(edition, site).id, "name": name,
            "name_key": name_key(name), "state": state, "code": new_id().upper(), "created_at": now,
            "submitted_at": at if sent else None, "queued_at": at if state == ApplicationState.WAITLISTED else None,
        }
        for name, at in zip(names, came, strict=True)
    ]  # fmt: skip
    seats = [
        {
            "team_id": team["id"], "edition_id": edition.id, "person_id": people[rank * members + seat]["id"],
            "seat": seat + 1, "role": ROLES[seat], "is_captain": seat == 0, "joined_at": now,
        }
        for rank, team in enumerate(teams)
        for seat in range(members)
    ]  # fmt: skip
    for model, rows in ((Person, people), (Team, teams), (TeamMember, seats)):
        await session.execute(insert(model), rows)
    return [str(team["id"]) for team in teams]


def _friend(team: str, seat: int, now: datetime) -> dict[str, object]:
    email = f"{new_id()}@exemple.test"
    named = {"given_name": f"Ami{seat}", "family_name": team}
    return {"id": new_id(), "email": email, "email_key": email, "created_at": now, "verified_at": now, **named}


async def person_of(session: AsyncSession, persona: Persona) -> Person:
    """The account of somebody of the cast, made when there is none."""
    return await person_by_email(session, persona.email) or await make_person(session, persona)


async def _coordinator(session: AsyncSession, edition: Edition) -> Actor:
    known = await person_by_email(session, CLAIRE.email)
    person = known or await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    return await as_actor(session, person)
