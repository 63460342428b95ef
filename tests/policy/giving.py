"""What a page may ask to be given, so that the act it does is possible at all; the policy names it."""

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

from sqlalchemy import column, delete, select, table, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import work_in
from creathon.accounts.models import AgeBand, Person
from creathon.agenda.models import AgendaEvent, Partner
from creathon.app import listen
from creathon.core.actor import SYSTEM
from creathon.editions.actions.rulebook import begin_rulebook
from creathon.editions.models import Edition, EditionState, Phase, PhaseKind, Site, SiteKind
from creathon.editions.queries import edition_by_slug, load_sites
from creathon.jury.models import Evaluation, Palmares
from creathon.jury.queries.rubric import rubric_of
from creathon.mail.models import EditionWords
from creathon.projects.models import AdmissibilityCheck, ImageConsent
from creathon.projects.queries import project_by_id
from creathon.projects.rules.gates import GATES
from creathon.rehearsal.actions import start_rehearsal
from creathon.teams.models import Authorisation, AuthorisedAct, Team, TeamKind, TeamMember
from creathon.teams.queries import team_by_id
from tests.factories.editions import APPLICATIONS, EVALUATION
from tests.factories.jury import coordinator_of, make_rubric
from tests.factories.rulebook import mark_of, writer_of
from tests.factories.teams import make_approach, person_of
from tests.personas import CLAIRE, ZOE
from tests.policy.applicants import Ids, propose_seat, seek
from tests.policy.cast import COLINE

Give = Callable[[AsyncSession, Ids], Coroutine[Any, Any, None]]


async def _edition(session: AsyncSession, ids: Ids) -> Edition:
    edition = await edition_by_slug(session, ids["edition", "own"])
    assert edition is not None
    return edition


async def _team_draft(session: AsyncSession, ids: Ids) -> None:
    if ("team", "own") in ids:
        await session.execute(update(Team).where(Team.id == ids["team", "own"]).values(state="draft"))


async def _team_class(session: AsyncSession, ids: Ids) -> None:
    """« Les Marches » is a class: its teacher, a second adult, and pupils."""
    if ("team", "own") not in ids:
        return
    values = {"kind": TeamKind.CLASS, "pupils_15_17": 12, "certified_at": APPLICATIONS}
    await session.execute(delete(TeamMember).where(TeamMember.id == ids["member", "own"]))
    await session.execute(update(Team).where(Team.id == ids["team", "own"]).values(**values))


async def _proposed(session: AsyncSession, ids: Ids) -> None:
    """Whoever is « nobody » applies alone at Poitiers, and a seat of « Les Marches » is proposed to them."""
    if ("team", "own") not in ids:
        return
    edition = await load_sites(session, await _edition(session, ids))
    alone_id = await seek(session, edition, ids, ZOE, "POI")
    claire = await coordinator_of(session, edition)
    ids["proposed_seat", "own"] = await propose_seat(session, claire, edition, alone_id, ids["team", "own"])


async def _alone(session: AsyncSession, ids: Ids) -> None:
    """Whoever is « nobody » applies alone at Poitiers and shows themselves; « Les Passeurs » offered them a seat."""
    if ("team", "own") not in ids:
        return
    edition = await load_sites(session, await _edition(session, ids))
    alone_id = await seek(session, edition, ids, ZOE, "POI")
    team = await team_by_id(session, ids["team", "same"])
    assert team is not None
    ids["approach", "same"] = (await make_approach(session, edition, team, alone_id)).id


async def _asked(session: AsyncSession, ids: Ids) -> None:
    """Whoever is « nobody » applies alone at Poitiers, and asked « Les Passeurs » for a seat."""
    if ("team", "own") not in ids:
        return
    edition = await load_sites(session, await _edition(session, ids))
    alone_id = await seek(session, edition, ids, ZOE, "POI")
    team = await team_by_id(session, ids["team", "same"])
    assert team is not None
    ids["offer", "same"] = (await make_approach(session, edition, team, alone_id, by=ZOE)).id


async def _no_remote(session: AsyncSession, _ids: Ids) -> None:
    """No edition has a site « à distance »."""
    await session.execute(update(Site).values(kind=SiteKind.ONSITE))


async def _unpublished(session: AsyncSession, ids: Ids) -> None:
    """The palmarès as if it had never been published: the triggers that keep it are away for that long."""
    kept = select(column("name"), column("sql")).select_from(table("sqlite_master"))
    triggers = (await session.execute(kept.where(column("type") == "trigger", column("tbl_name") == "palmares"))).all()
    for name, _sql in triggers:
        await session.execute(text(f"DROP TRIGGER {name}"))
    edition = select(Edition.id).where(Edition.slug == ids["edition", "own"])
    await session.execute(delete(Palmares).where(Palmares.edition_id.in_(edition)))
    for _name, sql in triggers:
        await session.execute(text(sql))


async def _refused(session: AsyncSession, ids: Ids) -> None:
    """Both deposits are decided not admissible, by somebody who is no column, once the jury may read."""
    for place in ("own", "same"):
        project = await project_by_id(session, ids.get(("project", place), ""))
        if project is None or project.current is None or ("panel", place) not in ids:
            continue
        gates = {
            gate.key: {"met": gate.key != "captions", "words": "Vu.", "found": True, "finding": ""} for gate in GATES
        }
        made = AdmissibilityCheck(
            edition_id=project.edition_id, project_id=project.id, deposit_id=project.current.id, number=1,
            admissible=False, gates=gates, words="", decided_at=EVALUATION, decided_by=SYSTEM.person_id,
        )  # fmt: skip
        session.add(made)
    await session.flush()


async def _contested(session: AsyncSession, ids: Ids) -> None:
    """The same, and both teams contest."""
    await _refused(session, ids)
    said = {"contest": "Relisez.", "contested_at": EVALUATION, "contested_by": SYSTEM.person_id}
    await session.execute(update(AdmissibilityCheck).values(**said))


async def _validated(session: AsyncSession, _ids: Ids) -> None:
    values = {"state": "validated", "total": 75, "validated_at": EVALUATION}
    await session.execute(update(Evaluation).where(Evaluation.state == "draft").values(**values))


async def _agreed(session: AsyncSession, _ids: Ids) -> None:
    """Every member of every team lets its video be shown, and the papers that allow it are read for the minors."""
    people = select(TeamMember.edition_id, TeamMember.team_id, TeamMember.person_id, Person.age_band)
    for edition_id, team_id, person_id, age in (await session.execute(people.join(TeamMember.person))).all():
        shared: dict[str, Any] = {"person_id": person_id, "ends_on": date(2035, 1, 1)}
        session.add(ImageConsent(team_id=team_id, given_at=APPLICATIONS, **shared))
        if age == AgeBand.MINOR:
            signed = Authorisation(
                edition_id=edition_id, act=AuthorisedAct.BROADCAST, signatories=2, validated_at=APPLICATIONS,
                validated_by=SYSTEM.person_id, **shared,
            )  # fmt: skip
            session.add(signed)
    await session.flush()


async def _on_paper(session: AsyncSession, ids: Ids) -> None:
    """Both national coordinators have chosen to work in the edition, whatever its state."""
    edition = await _edition(session, ids)
    for persona in (CLAIRE, COLINE):
        await work_in(session, SYSTEM, (await person_of(session, persona)).id, edition, now=APPLICATIONS)


async def _amendment(session: AsyncSession, ids: Ids) -> None:
    """A draft of the rulebook, begun while the edition was still changing."""
    edition = await _edition(session, ids)
    state, edition.state = edition.state, EditionState.RUNNING
    draft = await begin_rulebook(session, writer_of(edition), edition, now=APPLICATIONS)
    ids["article", "own"] = draft.articles[-1].id
    ids["mark", "own"] = await mark_of(session, edition)
    edition.state = state


async def _rehearsal(session: AsyncSession, ids: Ids) -> None:
    """Claire, and nobody else, rehearses."""
    listen()
    edition = await _edition(session, ids)
    state, edition.state = edition.state, EditionState.RUNNING
    claire = await coordinator_of(session, edition)
    rehearsal = await start_rehearsal(session, claire, edition, now=APPLICATIONS)
    await work_in(session, SYSTEM, claire.person_id, rehearsal, now=APPLICATIONS)
    invented = select(Person.id).where(Person.invented_for_id == rehearsal.id).limit(1)
    ids["invented", "own"] = str(await session.scalar(invented))
    edition.state = state


async def _grid(session: AsyncSession, ids: Ids) -> None:
    """The edition has its grid already; the first evaluation freezes it."""
    edition = await _edition(session, ids)
    rubric = await rubric_of(session, edition.id) or await make_rubric(session, edition)
    ids["rubric", "own"] = rubric.id


async def _worded(session: AsyncSession, ids: Ids) -> None:
    """The edition added its words to a message."""
    edition = await _edition(session, ids)
    words = EditionWords(
        edition_id=edition.id, name="team_decided", subject="", text="Merci.", updated_at=APPLICATIONS, updated_by=""
    )
    session.add(words)
    await session.flush()
    ids["words", "own"] = words.id


async def _withdrawn(session: AsyncSession, _ids: Ids) -> None:
    """No partner and no event is shown to the public."""
    for kind in (Partner, AgendaEvent):
        await session.execute(update(kind).values(withdrawn_at=APPLICATIONS))


async def _gap(session: AsyncSession, _ids: Ids) -> None:
    """No calendar has the deliberation that is usual."""
    await session.execute(delete(Phase).where(Phase.kind == PhaseKind.DELIBERATION))


GIVEN: dict[str, Give] = {
    "agreed": _agreed,
    "alone": _alone,
    "amendment": _amendment,
    "asked": _asked,
    "contested": _contested,
    "gap": _gap,
    "grid": _grid,
    "no_remote": _no_remote,
    "on_paper": _on_paper,
    "proposed": _proposed,
    "refused": _refused,
    "rehearsal": _rehearsal,
    "team_class": _team_class,
    "team_draft": _team_draft,
    "unpublished": _unpublished,
    "validated": _validated,
    "withdrawn": _withdrawn,
    "worded": _worded,
}
"""By the word of the policy file."""
