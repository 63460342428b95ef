"""Seats, captains, leaving, applications: what is stored, journalled and mailed."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from creathon.core.database import Database
from creathon.core.errors import Conflict, NotThere, Refused, Stale
from creathon.core.ids import new_id
from creathon.editions.models import Edition, Role
from creathon.teams import actions
from creathon.teams.actions import TeamValues
from creathon.teams.models import ApplicationState, Team, TeamMember, TeamRole
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import APPLICATIONS, EVALUATION, make_edition, site_of
from tests.factories.teams import person_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, DORIS, EMIL, LEILA, NADIA, SAMIR, TEVA, ZOE, Persona
from tests.teams.acting import a_team, actor_named, agree, an_edition, mails_named, members_of, stored, verbs

pytestmark = pytest.mark.usefixtures("app")


def named(edition: Edition, name: str, code: str = "POI") -> TeamValues:
    return TeamValues(name=name, site_id=site_of(edition, code).id, role=TeamRole.PEDAGOGUE)


async def found_team(database: Database, edition: Edition, persona: Persona, name: str) -> Team:
    actor = await actor_named(database, persona)
    async with database.writing() as session:
        return await actions.create_team(session, actor, edition, named(edition, name), now=APPLICATIONS)


async def join(database: Database, edition: Edition, persona: Persona, code: str) -> Team:
    actor = await actor_named(database, persona)
    async with database.writing() as session:
        return await actions.join_by_code(session, actor, edition, code=code, role=TeamRole.CONTEUR, now=APPLICATIONS)


async def leave(database: Database, edition: Edition, persona: Persona, team: Team) -> None:
    actor = await actor_named(database, persona)
    async with database.writing() as session:
        await actions.leave_team(session, actor, team, edition, now=APPLICATIONS)


async def test_create_team_seats_the_captain(database: Database) -> None:
    edition = await an_edition(database)
    team = await found_team(database, edition, AWA, "  Les   Marches ")
    assert (team.name, team.state, len(team.code)) == ("Les Marches", ApplicationState.DRAFT, 8)
    assert [(member.seat, member.is_captain) for member in team.members] == [(1, True)]
    assert team.site.code == "POI"
    assert "team.created" in await verbs(database)


async def test_create_team_with_a_name_taken_is_refused_whatever_its_spelling(database: Database) -> None:
    edition = await an_edition(database)
    await found_team(database, edition, AWA, "Les Marches")
    with pytest.raises(Conflict, match="déjà ce nom"):
        await found_team(database, edition, BASTIEN, "lés  MARCHES")
    async with database.writing() as session:
        other = await make_edition(session, slug="2028", title="Créathon 2028")
    assert (await found_team(database, other, BASTIEN, "Les Marches")).edition_id == other.id


async def test_create_team_on_a_site_of_another_edition_is_refused(database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        other = await make_edition(session, slug="2028", title="Créathon 2028")
    actor = await actor_named(database, AWA)
    with pytest.raises(Refused, match="site"):
        async with database.writing() as session:
            await actions.create_team(session, actor, edition, named(other, "Les Marches"), now=APPLICATIONS)


@pytest.mark.parametrize("role", [Role.JUROR, Role.SITE_COORDINATOR, Role.NATIONAL_COORDINATOR])
async def test_jurors_and_coordinators_neither_found_nor_join(database: Database, role: Role) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    async with database.writing() as session:
        await make_holder(session, NADIA, role, edition)
    with pytest.raises(Refused, match="jury"):
        await found_team(database, edition, NADIA, "Les Juges")
    with pytest.raises(Refused, match="jury"):
        await join(database, edition, NADIA, team.code)
    assert await members_of(database, team) == [(1, "Awa")]


async def test_a_person_is_in_one_team_of_an_edition(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    other = await found_team(database, edition, TEVA, "Les Passeurs")
    with pytest.raises(Refused, match="déjà dans une équipe"):
        await join(database, edition, BASTIEN, other.code)
    with pytest.raises(Refused, match="déjà dans une équipe"):
        await found_team(database, edition, BASTIEN, "Bis")
    async with database.writing() as session:
        later = await make_edition(session, slug="2028", title="Créathon 2028")
    await found_team(database, later, BASTIEN, "Bis")
    assert await members_of(database, team) == [(1, "Awa"), (2, "Bastien")]


async def test_who_joins_takes_the_lowest_free_seat_and_the_captain_is_told(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE)
    await leave(database, edition, BASTIEN, team)
    await join(database, edition, ZOE, f" {team.code[:3].lower()}-{team.code[3:]} ")
    assert await members_of(database, team) == [(1, "Awa"), (2, "Zoe"), (3, "Chloe")]
    mails = await mails_named(database, "team_joined")
    assert {mail.recipient for mail in mails} == {AWA.email}
    assert "Zoe Nuage a rejoint votre équipe" in {mail.subject for mail in mails}


@pytest.mark.bar("G93")
async def test_a_sixth_person_is_refused_by_the_rule_and_by_the_database(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, DORIS, EMIL)
    with pytest.raises(Refused, match="complète"):
        await join(database, edition, ZOE, team.code)
    actor = await actor_named(database, ZOE)
    for seat in (5, 6):
        with pytest.raises(IntegrityError):
            async with database.writing() as session:
                await session.execute(insert(TeamMember).values(_row(team, actor.person_id, seat)))
    assert len(await members_of(database, team)) == 5


@pytest.mark.bar("G93")
async def test_the_database_refuses_a_second_captain_and_a_second_team(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    other = await found_team(database, edition, TEVA, "Les Passeurs")
    zoe, bastien = await actor_named(database, ZOE), await actor_named(database, BASTIEN)
    for row in (_row(team, zoe.person_id, 3, is_captain=True), _row(other, bastien.person_id, 2)):
        with pytest.raises(IntegrityError):
            async with database.writing() as session:
                await session.execute(insert(TeamMember).values(row))


def _row(team: Team, person_id: str, seat: int, *, is_captain: bool = False) -> dict[str, object]:
    return {
        "id": new_id(), "team_id": team.id, "edition_id": team.edition_id, "person_id": person_id, "seat": seat,
        "role": TeamRole.CONTEUR, "is_captain": is_captain, "joined_at": APPLICATIONS,
    }  # fmt: skip


async def test_the_composition_does_not_change_when_the_phase_does_not_allow_it(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    awa, bastien, zoe = [await actor_named(database, persona) for persona in (AWA, BASTIEN, ZOE)]
    member = team.members[1].id
    role = TeamRole.CONTEUR
    attempts = [
        lambda s: actions.create_team(s, zoe, edition, named(edition, "Bis"), now=EVALUATION),
        lambda s: actions.join_by_code(s, zoe, edition, code=team.code, role=role, now=EVALUATION),
        lambda s: actions.leave_team(s, bastien, team, edition, now=EVALUATION),
        lambda s: actions.remove_member(s, awa, team, member, edition, now=EVALUATION),
        lambda s: actions.hand_over(s, awa, team, member, edition, now=EVALUATION),
        lambda s: actions.change_role(s, bastien, team, edition, role=role, now=EVALUATION),
        lambda s: actions.invite_member(s, awa, team, edition, email="x@exemple.test", role=role, now=EVALUATION),
        lambda s: actions.edit_team(
            s, awa, team, edition, name="Bis", site_id=team.site_id, version=team.version, now=EVALUATION
        ),
        lambda s: actions.submit_application(s, awa, team, edition, now=EVALUATION),
    ]
    before = await verbs(database)
    for attempt in attempts:
        with pytest.raises(Refused, match=r"depuis le|clos|ouvre le"):
            async with database.writing() as session:
                await attempt(session)
    assert await verbs(database) == before
    assert await members_of(database, team) == [(1, "Awa"), (2, "Bastien")]


async def test_the_captain_hands_over_before_leaving(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    with pytest.raises(Refused, match="confiez d’abord"):
        await leave(database, edition, AWA, team)
    awa = await actor_named(database, AWA)
    async with database.writing() as session:
        await actions.hand_over(session, awa, team, team.members[1].id, edition, now=APPLICATIONS)
    await leave(database, edition, AWA, team)
    found = await stored(database, team)
    assert [(member.person.given_name, member.is_captain) for member in found.members] == [("Bastien", True)]
    assert [mail.recipient for mail in await mails_named(database, "team_captain")] == [BASTIEN.email]
    assert [mail.recipient for mail in await mails_named(database, "team_left")] == [BASTIEN.email]


@pytest.mark.bar("G93")
async def test_the_last_one_who_leaves_dissolves_the_team(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    awa = await actor_named(database, AWA)
    async with database.writing() as session:
        await actions.invite_member(
            session, awa, team, edition, email=ZOE.email, role=TeamRole.CONTEUR, now=APPLICATIONS
        )
    await leave(database, edition, AWA, team)
    assert (await stored(database, team)).members == []
    with pytest.raises(Refused, match="aucune équipe"):
        await join(database, edition, ZOE, team.code)
    assert (await found_team(database, edition, AWA, "Les Marches")).id != team.id
    assert "team.dissolved" in await verbs(database)


async def test_remove_member_tells_them_and_changes_the_code(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    awa, bastien, code = await actor_named(database, AWA), await actor_named(database, BASTIEN), team.code
    with pytest.raises(Refused, match="capitaine"):
        async with database.writing() as session:
            await actions.remove_member(session, bastien, team, team.members[0].id, edition, now=APPLICATIONS)
    async with database.writing() as session:
        await actions.remove_member(session, awa, team, team.members[1].id, edition, now=APPLICATIONS)
    assert await members_of(database, team) == [(1, "Awa")]
    assert [mail.recipient for mail in await mails_named(database, "team_removed")] == [BASTIEN.email]
    with pytest.raises(Refused, match="aucune équipe"):
        await join(database, edition, BASTIEN, code)


async def test_a_member_of_another_team_cannot_be_removed(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    other = await found_team(database, edition, TEVA, "Les Passeurs")
    teva = await actor_named(database, TEVA)
    with pytest.raises(NotThere):
        async with database.writing() as session:
            await actions.remove_member(session, teva, other, team.members[1].id, edition, now=APPLICATIONS)
    with pytest.raises(NotThere):
        async with database.writing() as session:
            await actions.remove_member(session, teva, team, team.members[1].id, edition, now=APPLICATIONS)
    assert len(await members_of(database, team)) == 2


async def test_edit_team_with_an_old_version_is_stale_and_gives_the_stored_texts(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    awa, seen = await actor_named(database, AWA), team.version
    run = site_of(edition, "RUN").id
    async with database.writing() as session:
        await actions.edit_team(
            session, awa, team, edition, name="Les Pas", site_id=run, version=seen, now=APPLICATIONS
        )
    with pytest.raises(Stale) as caught:
        async with database.writing() as session:
            await actions.edit_team(
                session, awa, team, edition, name="Autre", site_id=run, version=seen, now=APPLICATIONS
            )
    assert caught.value.current == {"name": "Les Pas", "site_id": run}
    assert (await stored(database, team)).name == "Les Pas"


async def test_the_site_does_not_change_while_the_application_waits(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    awa, run = await actor_named(database, AWA), site_of(edition, "RUN").id
    with pytest.raises(Refused, match="site ne change plus"):
        async with database.writing() as session:
            await actions.edit_team(
                session, awa, team, edition, name="Les Pas", site_id=run, version=team.version, now=APPLICATIONS
            )


async def test_submit_application_needs_three_people(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    awa = await actor_named(database, AWA)
    with pytest.raises(Refused, match="3 personnes au moins"):
        async with database.writing() as session:
            await actions.submit_application(session, awa, team, edition, now=APPLICATIONS)
    await join(database, edition, CHLOE, team.code)
    with pytest.raises(Refused, match="Il manque\u00a0: Chloe"):
        async with database.writing() as session:
            await actions.submit_application(session, awa, team, edition, now=APPLICATIONS)
    await agree(database, edition, CHLOE)
    async with database.writing() as session:
        await actions.submit_application(session, awa, team, edition, now=APPLICATIONS)
    found = await stored(database, team)
    assert (found.state, found.submitted_at) == (ApplicationState.SUBMITTED, APPLICATIONS)
    with pytest.raises(Refused, match="déjà envoyée"):
        async with database.writing() as session:
            await actions.submit_application(session, awa, team, edition, now=APPLICATIONS)


async def test_submit_application_tells_members_and_the_coordination_of_the_site(database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
    await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    told = [mail.recipient for mail in await mails_named(database, "team_submitted")]
    assert told == [AWA.email, BASTIEN.email, CHLOE.email]
    assert [mail.recipient for mail in await mails_named(database, "team_to_answer")] == [SAMIR.email]


async def test_submit_application_tells_the_national_coordination_where_a_site_has_none(database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
    await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    assert [mail.recipient for mail in await mails_named(database, "team_to_answer")] == [CLAIRE.email]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ApplicationState.SUBMITTED, ApplicationState.DRAFT),
        (ApplicationState.ACCEPTED, ApplicationState.ACCEPTED),
    ],
)
async def test_too_few_people_reopen_an_application_not_yet_answered(
    database: Database, before: ApplicationState, after: ApplicationState
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=before)
    await leave(database, edition, CHLOE, team)
    assert (await stored(database, team)).state == after


async def test_withdraw_application_tells_the_coordination_and_can_be_sent_again(database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    awa = await actor_named(database, AWA)
    async with database.writing() as session:
        await actions.withdraw_application(session, awa, team, edition, now=APPLICATIONS)
    assert (await stored(database, team)).state == ApplicationState.WITHDRAWN
    assert [mail.recipient for mail in await mails_named(database, "team_withdrawn")] == [SAMIR.email]
    async with database.writing() as session:
        await actions.submit_application(session, awa, team, edition, now=APPLICATIONS)
    assert len(await mails_named(database, "team_submitted")) == 6


async def test_decide_application_tells_every_member_with_the_reason(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        actor = await as_actor(session, samir)
        await actions.decide_application(
            session, actor, team, edition, ApplicationState.WAITLISTED, reason="Site complet.", now=APPLICATIONS
        )
    mails = await mails_named(database, "team_decided")
    assert [mail.recipient for mail in mails] == [AWA.email, BASTIEN.email, CHLOE.email]
    assert all("liste d’attente" in mail.subject and "Site complet." in mail.body for mail in mails)
    found = await stored(database, team)
    assert (found.state, found.decision_reason) == (ApplicationState.WAITLISTED, "Site complet.")
    assert (await verbs(database))[-1] == "application.decided"


@pytest.mark.bar("C30")
async def test_decide_application_of_another_site_is_not_there(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    async with database.writing() as session:
        other = await make_edition(session, slug="2028", title="Créathon 2028")
        leila = await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, other)
        strangers = [await as_actor(session, person) for person in (leila, claire, await person_of(session, ZOE))]
    for actor in strangers:
        with pytest.raises(NotThere):
            async with database.writing() as session:
                await actions.decide_application(
                    session, actor, team, edition, ApplicationState.ACCEPTED, reason="", now=APPLICATIONS
                )
    assert (await stored(database, team)).state == ApplicationState.SUBMITTED


async def test_decide_application_refuses_what_was_not_sent_and_what_has_no_reason(database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE)
    async with database.writing() as session:
        claire = await as_actor(session, await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition))
    with pytest.raises(Refused, match="n’a pas envoyé"):
        async with database.writing() as session:
            await actions.decide_application(
                session, claire, team, edition, ApplicationState.ACCEPTED, reason="", now=APPLICATIONS
            )
    awa = await actor_named(database, AWA)
    async with database.writing() as session:
        await actions.submit_application(session, awa, team, edition, now=APPLICATIONS)
    with pytest.raises(Refused, match="raison"):
        async with database.writing() as session:
            await actions.decide_application(
                session, claire, team, edition, ApplicationState.REFUSED, reason=" ", now=APPLICATIONS
            )
    assert await mails_named(database, "team_decided") == []
