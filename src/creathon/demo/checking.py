"""Fourth chapter: each deposit is decided admissible or not, and two teams contest."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.core.actor import Actor
from creathon.demo.calendar import Stage
from creathon.demo.story import Crew, Story, actor
from creathon.editions.models import Edition, Role
from creathon.projects.actions.admissibility import answer_contest, contest_decision, decide_admissibility
from creathon.projects.models import Project
from creathon.projects.queries import project_by_id
from creathon.projects.queries.admissibility import last_check
from creathon.projects.queries.facts import facts_of
from creathon.projects.rules.admissibility import CheckValues, Verdict
from creathon.projects.rules.gates import findings_of

SECOND = "Maud Estuaire"
"""Decides with the national coordinator for the sites that have nobody, so that another person answers a contest."""
LIFTED, MAINTAINED = "Les Allumettes", "Les Curieux"
CUT = "La transcription s’arrête une minute avant la fin de la vidéo."
SILENT = (
    "La transcription est entière : la dernière minute de la vidéo montre la boîte à l’écran, sans parole. "
    "Nous l’avons vérifié ensemble ce matin."
)
SEEN = "Nous avons regardé la vidéo jusqu’au bout : vous avez raison, la dernière minute est sans parole."
SLOW = (
    "Nous avons cliqué sur « Déposer » avant neuf heures, mais la connexion du lycée a coupé. "
    "Trente-quatre minutes plus tard, tout était envoyé, sans un mot de plus dans la fiche."
)
CHECKED = (
    "Le journal de la plateforme ne montre aucun envoi de votre équipe avant 9 h 15, fin de la tolérance. "
    "La décision reste la même pour toutes les équipes arrivées après l’heure."
)


async def check_admissibility(story: Story) -> None:
    """Everybody is answered on the day; the contest of a team that came late waits at the stage « evaluation »."""
    if not story.stage.reached(Stage.EVALUATION):
        return
    begun = story.calendar.opens("recevabilite") + timedelta(hours=3)
    second = await _second(story, begun - timedelta(days=7))
    for number, crew in enumerate(story.crews):
        if crew.project_id:
            await _decide(story, crew, second, begun + timedelta(minutes=5 * number))
    day = begun + timedelta(days=1)
    await _contest(story, LIFTED, SILENT, day)
    await _answer(story, LIFTED, SEEN, day + timedelta(hours=5), lifted=True)
    await _contest(story, MAINTAINED, SLOW, day + timedelta(hours=1))
    if story.stage.reached(Stage.DELIBERATION):
        await _answer(story, MAINTAINED, CHECKED, day + timedelta(days=2), lifted=False)


async def _second(story: Story, now: datetime) -> Actor:
    async with story.database.writing() as session:
        person = await story.cast.named(session, SECOND, now=now)
        edition = await story.edition(session)
        await grant_role(session, story.coordination, person, Role.NATIONAL_COORDINATOR, edition, now=now)
        return await actor(session, person)


async def _decide(story: Story, crew: Crew, by: Actor, now: datetime) -> None:
    """What is found is confirmed, but for one transcription that looks cut."""
    async with story.database.writing() as session:
        edition, project = await _opened(story, session, crew)
        deposit = project.current
        if deposit is None:
            return
        facts = await facts_of(session, deposit, project.team, edition)
        verdicts = {key: Verdict(finding.met) for key, finding in findings_of(facts).items()}
        if crew.entry.team == LIFTED:
            verdicts["captions"] = Verdict(False, CUT)
        await decide_admissibility(
            session, by, project, edition, CheckValues(verdicts), receipt=deposit.number, version=0, now=now
        )


async def _contest(story: Story, team: str, words: str, now: datetime) -> None:
    crew = next(crew for crew in story.crews if crew.entry.team == team)
    async with story.database.writing() as session:
        edition, project = await _opened(story, session, crew)
        await contest_decision(session, crew.captain, project, edition, words, version=1, now=now)


async def _answer(story: Story, team: str, words: str, now: datetime, *, lifted: bool) -> None:
    crew = next(crew for crew in story.crews if crew.entry.team == team)
    async with story.database.writing() as session:
        edition, project = await _opened(story, session, crew)
        last = await last_check(session, project.id)
        assert last is not None  # noqa: S101 — just contested
        await answer_contest(
            session, story.coordination, project, edition, words, lifted=lifted, version=last.number, now=now
        )


async def _opened(story: Story, session: AsyncSession, crew: Crew) -> tuple[Edition, Project]:
    project = await project_by_id(session, crew.project_id)
    assert project is not None  # noqa: S101 — deposited
    return await story.edition(session), project
