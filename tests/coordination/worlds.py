"""Everything a site may hold, with names that are found nowhere else."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import AgeBand, Person
from creathon.editions.models import Edition, Facilitator, Role
from creathon.jury.actions.assignments import allocate
from creathon.jury.actions.evaluations import EvaluationValues, validate_evaluation
from creathon.jury.queries.evaluations import hold_reading
from creathon.jury.queries.rubric import rubric_of
from creathon.teams.actions import submit_application
from tests.factories.accounts import LONG_AGO, as_actor, make_holder
from tests.factories.editions import EVALUATION, site_of
from tests.factories.jury import coordinator_of, declare, make_panel, make_rubric, reads_of
from tests.factories.projects import CAPTIONS, make_deposited
from tests.factories.teams import APPLICATIONS, make_alone, make_team
from tests.personas import Persona


async def populate(session: AsyncSession, edition: Edition, code: str) -> dict[str, str]:
    """A deposited project, a jury that has read it, a facilitator, somebody alone; returns ids and names."""
    mark = code.capitalize()
    people = [Persona(f"{name}{mark}", f"Nom{name}{mark}") for name in ("Anis", "Brune", "Cyan")]
    juror = Persona(f"Jure{mark}", f"NomJure{mark}")
    team = await make_team(session, edition, people, name=f"Équipe {mark}", site=code)
    await submit_application(session, await as_actor(session, team.members[0].person), team, edition, now=APPLICATIONS)
    project = await make_deposited(session, edition, team, title=f"Projet de {mark}", video_captions=CAPTIONS)
    if await rubric_of(session, edition.id) is None:
        await make_rubric(session, edition)
    person = await make_holder(session, juror, Role.JUROR, edition, site_of(edition, code))
    panel = await make_panel(session, edition, [juror], name=f"Jury de {mark}", site=code, reads=1)
    seat = panel.jurors[0]
    await declare(session, edition, seat)
    await allocate(session, await coordinator_of(session, edition), panel, edition, now=EVALUATION)
    await _read(session, edition, juror, person)
    session.add(
        Facilitator(
            edition_id=edition.id, site_id=team.site_id, name=f"Accueil {mark}", task="nuit", created_at=LONG_AGO
        )
    )
    team.members[2].person.age_band = AgeBand.MINOR
    alone = await make_alone(session, edition, Persona(f"Seul{mark}", f"NomSeul{mark}"), site=code)
    await session.flush()
    return {
        "site_id": team.site_id, "team_id": team.id, "project_id": project.id, "panel_id": panel.id,
        "seat_id": seat.id, "person_id": person.id, "name": team.name, "captain": people[0].family_name,
        "email": people[0].email, "title": project.title, "panel": panel.name, "juror": juror.family_name,
        "facilitator": f"Accueil {mark}", "minor_id": team.members[2].person_id, "minor": people[2].family_name,
        "alone_id": alone.id, "alone": f"NomSeul{mark}",
    }  # fmt: skip


async def _read(session: AsyncSession, edition: Edition, juror: Persona, person: Person) -> None:
    rubric = await rubric_of(session, edition.id)
    (read,) = await reads_of(session, juror)
    reading = await hold_reading(session, read.id, person.id)
    assert rubric is not None
    assert reading is not None
    values = EvaluationValues({one.id: 3 for one in rubric.criteria}, "Un besoin bien vu ; précisez l’essai.", "")
    await validate_evaluation(
        session, await as_actor(session, person), reading, values, edition, version=0, now=EVALUATION
    )
