"""What teams answer to what happens below them."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Refused, check
from creathon.core.text import _, ngettext
from creathon.editions.events import (
    CapacityChanged,
    CapacityChanging,
    EditionCopied,
    FillingsAsked,
    RoleTaken,
    SiteRemoving,
)
from creathon.teams.actions.places import fill_places
from creathon.teams.actions.questions import values_of, write_question
from creathon.teams.models import FEWEST, SEATS
from creathon.teams.queries import accepted_count, hold_sites, questions_of, site_is_chosen, team_of
from creathon.teams.rules import may_take_role


async def copy_questions(session: AsyncSession, copied: EditionCopied) -> None:
    """A copy of an edition asks the same questions and gives its places the same way."""
    copied.edition.seating = copied.source.seating
    for question in await questions_of(session, copied.source.id):
        await write_question(
            session, copied.actor, copied.edition, values_of(question), position=question.position, now=copied.now
        )


async def fill_grown_site(session: AsyncSession, changed: CapacityChanged) -> None:
    """Places added to a site go to the first who wait there."""
    more = changed.site.capacity - changed.before
    if more > 0:
        await hold_sites(session, [changed.site.id])
        await fill_places(session, changed.actor, changed.edition, {changed.site.id: more}, now=changed.now)


async def keep_teams_apart(session: AsyncSession, taken: RoleTaken) -> None:
    """Who is in a team of an edition neither judges nor runs it.

    Raises:
        Refused: the person is in a team.
    """
    check(may_take_role(taken.role, await team_of(session, taken.person_id, taken.edition.id)))


async def say_team_size(_session: AsyncSession, asked: FillingsAsked) -> None:
    """A rulebook says how many people a team counts."""
    asked.fillings["equipe"] = _("%(fewest)s à %(seats)s personnes", fewest=FEWEST, seats=SEATS)


async def keep_accepted(session: AsyncSession, changing: CapacityChanging) -> None:
    """A team told it has a place keeps it.

    Raises:
        Refused: more teams are accepted than the site would hold.
    """
    accepted = await accepted_count(session, changing.site.id)
    if changing.capacity < accepted:
        told = ngettext("%(num)s équipe est déjà acceptée", "%(num)s équipes sont déjà acceptées", accepted)
        raise Refused(
            _(
                "%(told)s sur ce site : sa capacité ne peut pas descendre au-dessous de %(accepted)s.",
                told=told,
                accepted=accepted,
            )
        )


async def keep_site_of_teams(session: AsyncSession, removing: SiteRemoving) -> None:
    """A team, or somebody who applied alone, needs the site they chose, whatever became of it.

    Raises:
        Refused: somebody has chosen the site.
    """
    if await site_is_chosen(session, removing.site.id):
        raise Refused(_("Une équipe a choisi ce site : il ne peut pas être retiré."))
