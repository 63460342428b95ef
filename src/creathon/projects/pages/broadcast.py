"""The video of a deposit for everybody: its copy without metadata, when each who may appear in it lets it be shown.

Asked anew at each request, so that whoever withdraws is heard at the very next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refusal
from creathon.core.files import FileStore
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.rules import local_day
from creathon.projects.models import Deposit
from creathon.projects.pages.download import BlindFile, Shown
from creathon.projects.pages.track import send_track
from creathon.projects.queries.images import Agreements, agreements_of, video_and_copy
from creathon.projects.rules.files import blind_name
from creathon.projects.rules.images import has_public_video, may_broadcast, not_ready
from creathon.teams.models import Team

NOT_KEPT = "private, no-store"
"""Neither by browsers nor by what stands between: what is withdrawn is asked for again, and not there."""


@dataclass(frozen=True)
class Broadcast:
    """What everybody may be given of a video, or why they are not."""

    file: BlindFile | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class PublicVideo:
    """What a public page shows of a deposit: its bundle, where nothing is named as its team did once it is played."""

    content: Mapping[str, Any]
    video: Shown | None = None
    captions_url: str | None = None


async def broadcast_of(
    visit: Visit,
    session: AsyncSession,
    deposit: Deposit | None,
    team: Team,
    edition: Edition,
    *,
    slug: str,
    known: Agreements | None = None,
) -> Broadcast:
    """Whether the video of a deposit may be shown; the caller asked whether its page is public. `known`: loaded."""
    refusal = has_public_video(deposit)
    if refusal or deposit is None:
        return Broadcast(refusal=refusal)
    said = known or await agreements_of(session, team)
    today = local_day(visit.now, edition.zone)
    if refusal := may_broadcast(team, said.consents, said.authorisations, today):
        return Broadcast(refusal=refusal)
    found = await video_and_copy(session, deposit.id)
    if found is not None:
        video, copy = found
        file = BlindFile(video, blind_name(slug, video.media_type, of="video"), copy)
        if file.refusal(visit) is None:
            return Broadcast(file)
    return Broadcast(refusal=not_ready())


async def video_shown(
    visit: Visit, session: AsyncSession, deposit: Deposit, edition: Edition, slug: str
) -> PublicVideo:
    """What the public page shows of the video of a deposit."""
    file = (await broadcast_of(visit, session, deposit, deposit.project.team, edition, slug=slug)).file
    if file is None:
        return PublicVideo(deposit.content)
    return PublicVideo(
        {**deposit.content, "video": file.said},
        Shown(visit.url("projects:public-video", slug=slug)),
        visit.url("projects:public-captions", slug=slug),
    )


async def send_video(
    visit: Visit, session: AsyncSession, files: FileStore, deposit: Deposit, edition: Edition, slug: str
) -> Stream:
    """The copy; the part of it that is asked for.

    Raises:
        NotThere: it is not shown, whatever the reason.
    """
    file = (await broadcast_of(visit, session, deposit, deposit.project.team, edition, slug=slug)).file
    if file is None:
        raise NotThere()
    answer = file.sent(visit, files)
    answer.headers["cache-control"] = NOT_KEPT
    return answer


async def send_captions(
    visit: Visit, session: AsyncSession, deposit: Deposit, edition: Edition, slug: str
) -> Response[str]:
    """The captions of a video that is shown.

    Raises:
        NotThere: it is not, or it has none.
    """
    if (await broadcast_of(visit, session, deposit, deposit.project.team, edition, slug=slug)).file is None:
        raise NotThere()
    answer = send_track(deposit.content)
    answer.headers["cache-control"] = NOT_KEPT
    return answer
