"""The session cookie of a browser."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import actions
from creathon.accounts.models import Person
from creathon.core.web.authentication import SESSION_COOKIE, VISITOR_COOKIE
from creathon.core.web.visit import CookieChange, Visit


async def sign_browser_in(visit: Visit, session: AsyncSession, person: Person) -> None:
    """Give the browser a fresh session; the one it had is ended."""
    if visit.viewer.is_signed_in:
        await actions.end_session(session, visit.viewer.person_id, visit.viewer.session_id, now=visit.now)
    token, lasts = await actions.open_session(session, person, visit.header("user-agent") or "", now=visit.now)
    visit.cookies.append(CookieChange(visit.cookie_name(SESSION_COOKIE), token, lasts))
    visit.cookies.append(CookieChange(visit.cookie_name(VISITOR_COOKIE), None))


async def sign_browser_out(visit: Visit, session: AsyncSession) -> None:
    """End the session of this browser, whatever else is in flight with it."""
    if visit.viewer.is_signed_in:
        await actions.end_session(session, visit.viewer.person_id, visit.viewer.session_id, now=visit.now)
    visit.cookies.append(CookieChange(visit.cookie_name(SESSION_COOKIE), None))
