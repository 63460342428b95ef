"""The session cookie of a browser."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import actions, queries
from creathon.accounts.models import Person
from creathon.accounts.rules import SESSION_REMEMBERED
from creathon.core.actor import Actor, FormerSession
from creathon.core.errors import NotSignedIn
from creathon.core.ids import digest
from creathon.core.text import _
from creathon.core.web.authentication import SESSION_COOKIE, VISITOR_COOKIE
from creathon.core.web.visit import CookieChange, Visit


async def sign_browser_in(visit: Visit, session: AsyncSession, person: Person, *, proved: bool = True) -> None:
    """Give the browser a fresh token: of the session it had when that is the same person's, else of a new one.

    `proved` says that the person has just shown who they are. The cookie outlives the session, so that a form sent too
    late can be kept.
    """
    token, lasts = await _token(visit, session, person, proved=proved)
    lasts += int(SESSION_REMEMBERED.total_seconds())
    visit.cookies.append(CookieChange(visit.cookie_name(SESSION_COOKIE), token, lasts))
    visit.cookies.append(CookieChange(visit.cookie_name(VISITOR_COOKIE), None))
    visit.viewer = await queries.viewer_of_session(session, digest(token), visit.arrived)


async def _token(visit: Visit, session: AsyncSession, person: Person, *, proved: bool) -> tuple[str, int]:
    had = _own_session(visit)
    if had is not None and had.person_id == person.id:
        renewed = await actions.renew_session(session, had.session_id, person, proved=proved, now=visit.arrived)
        if renewed is not None:
            return renewed
        if not proved:
            raise NotSignedIn(_("Votre session vient d’être fermée. Connectez-vous et recommencez."))
    elif visit.viewer.is_signed_in:
        await actions.end_session(session, visit.viewer.person_id, visit.viewer.session_id, now=visit.arrived)
    return await actions.open_session(session, person, visit.header("user-agent") or "", now=visit.arrived)


def _own_session(visit: Visit) -> Actor | FormerSession | None:
    """The session of this browser, living or run out a short while ago."""
    former = visit.viewer.former
    return visit.actor if visit.viewer.is_signed_in else former if former and former.expired else None


async def sign_browser_out(visit: Visit, session: AsyncSession) -> None:
    """End the session of this browser, whatever else is in flight with it."""
    ended = visit.viewer if visit.viewer.is_signed_in else visit.viewer.former
    if ended is not None:
        await actions.end_session(session, ended.person_id, ended.session_id, now=visit.arrived)
    visit.cookies.append(CookieChange(visit.cookie_name(SESSION_COOKIE), None))
