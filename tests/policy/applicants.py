"""What an edition has before anybody applies, and who applies to it: its sites and questions, its teams, people alone.

« own » is of Poitiers and « same » of La Réunion, as everywhere in the policy.
"""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import AgeBand
from creathon.core.actor import SYSTEM, Actor
from creathon.editions.models import Edition, Facilitator, PhaseProposal, Site
from creathon.editions.rules import calendar_mark
from creathon.teams.actions import propose_team, save_answers, submit_application, write_question
from creathon.teams.models import Authorisation, AuthorisedAct, QuestionKind, Team, TeamMember
from creathon.teams.queries import alone_by_id, team_by_id
from creathon.teams.rules import QuestionValues
from tests.factories.accounts import LONG_AGO, as_actor
from tests.factories.editions import APPLICATIONS, site_of
from tests.factories.jury import coordinator_of
from tests.factories.teams import make_alone, make_approach, make_need, make_team
from tests.personas import Persona

Ids = dict[tuple[str, str], str]
"""By kind of object and place: what an address names."""

SITES = {"own": "POI", "same": "RUN"}
QUESTIONS = (
    QuestionValues(QuestionKind.SHORT_TEXT, "Pourquoi participer ?", "En une phrase.", True, True, limit=80),
    QuestionValues(QuestionKind.NUMBER, "Ordinateurs à prêter", of_person=True, limit=20),
)
SHY = "Capucine Discrète"
"""Facilitates every site, and agreed to be told to no public."""


async def open_doors(session: AsyncSession, edition: Edition) -> Ids:
    """The questions, the sites with who facilitates them, and an annex that nothing needs."""
    ids: Ids = {}
    for position, (kind, values) in enumerate(zip(("first_question", "question"), QUESTIONS, strict=True), start=1):
        question = await write_question(session, SYSTEM, edition, values, position=position, now=LONG_AGO)
        ids[kind, "own"] = question.id
    ids["proposal", "own"], ids["paper", "own"] = await propose_dates(session, edition), "participation"
    ids["end", "own"], ids["message", "own"] = "closed", "team_decided"
    code = f"ANX{edition.slug[-2:]}"
    annex = Site(edition_id=edition.id, code=code, name="Annexe", city="", academy="", zone=edition.zone, capacity=1)
    session.add(annex)
    await session.flush()
    ids["annex", "own"], ids["site_code", "own"] = annex.id, code
    for place, site_id in {**{place: site_of(edition, one).id for place, one in SITES.items()}, "": annex.id}.items():
        shy = Facilitator(edition_id=edition.id, site_id=site_id, name=SHY, task="accueil", created_at=LONG_AGO)
        session.add(shy)
        await session.flush()
        if place:
            ids["site", place], ids["facilitator", place] = site_id, shy.id
    return ids


async def make_applicant(
    session: AsyncSession, edition: Edition, ids: Ids, members: tuple[Persona, ...], *, name: str, site: str
) -> Team:
    """A team that answered the questions and sent its application."""
    team = await make_team(session, edition, members, name=name, site=site)
    captain = await as_actor(session, team.members[0].person)
    answers = {ids["first_question", "own"]: reason_of(name), ids["question", "own"]: "4"}
    await save_answers(session, captain, team, edition, answers, version=team.answers_version, now=APPLICATIONS)
    await submit_application(session, captain, team, edition, now=APPLICATIONS)
    found = await team_by_id(session, team.id)
    assert found is not None
    return found


def reason_of(name: str) -> str:
    """What a team answers to the first question."""
    return f"Pour lire ensemble, disent {name}"


async def make_minor(session: AsyncSession, edition: Edition, member: TeamMember) -> str:
    """A member is of fifteen to seventeen, may be filmed, and waits to take part; the id of the person."""
    member.person.age_band = AgeBand.MINOR
    filmed = Authorisation(
        edition_id=edition.id,
        person_id=member.person_id,
        act=AuthorisedAct.CAPTURE,
        signatories=2,
        ends_on=date(2030, 1, 1),
        validated_at=APPLICATIONS,
        validated_by=SYSTEM.person_id,
    )
    session.add(filmed)
    await session.flush()
    return member.person_id


async def propose_dates(session: AsyncSession, edition: Edition) -> str:
    """A change of dates that waits for a second person; its id."""
    phase = edition.phases[-1]
    proposal = PhaseProposal(
        edition_id=edition.id,
        phase_id=phase.id,
        calendar=calendar_mark(edition),
        opens_at=phase.opens_at,
        closes_at=phase.closes_at - timedelta(days=1),
        reason="Un jour de moins.",
        proposed_by=SYSTEM.person_id,
        proposer_name="Coordination",
        proposed_at=LONG_AGO,
    )
    session.add(proposal)
    await session.flush()
    return proposal.id


async def make_seekers(
    session: AsyncSession, edition: Edition, ids: Ids, place: str, people: tuple[Persona, ...]
) -> Ids:
    """People who apply alone at a site; a seat of its team is proposed to the last, and two of them meet the team."""
    made = [await seek(session, edition, ids, persona, SITES[place]) for persona in people]
    claire = await coordinator_of(session, edition)
    seat = await propose_seat(session, claire, edition, made[-1], ids["team", place])
    asked, offered = await meet(session, edition, ids["team", place], (made[1], people[1]), made[2])
    met = {("approach", place): asked, ("offer", place): offered}
    return {("alone", place): made[0], ("group", place): " ".join(made[:-1]), ("proposed_seat", place): seat, **met}


async def meet(
    session: AsyncSession, edition: Edition, team_id: str, asking: tuple[str, Persona], offered: str
) -> tuple[str, str]:
    """A team seeks somebody: one person asks it for a seat, another is offered one; the ids of both approaches."""
    team = await team_by_id(session, team_id)
    assert team is not None
    await make_need(session, edition, team)
    asked = await make_approach(session, edition, team, asking[0], by=asking[1])
    return asked.id, (await make_approach(session, edition, team, offered)).id


async def seek(session: AsyncSession, edition: Edition, ids: Ids, persona: Persona, site: str) -> str:
    """Somebody applies alone and shows themselves to teams; the id of their application."""
    answers = {ids["first_question", "own"]: "Pour essayer"}
    return (await make_alone(session, edition, persona, site=site, answers=answers, shown=True)).id


async def propose_seat(session: AsyncSession, actor: Actor, edition: Edition, alone_id: str, team_id: str) -> str:
    """A coordination proposes a seat of a team; the id of the seat."""
    alone = await alone_by_id(session, alone_id)
    assert alone is not None
    proposal = await propose_team(session, actor, alone, team_id, edition, now=APPLICATIONS)
    return proposal.seats[0].id
