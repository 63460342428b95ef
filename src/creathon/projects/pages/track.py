"""Answers captions as a player, or a host, wants them. The caller asked the rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response

from creathon.core.errors import NotThere
from creathon.core.web.attachment import attachment_headers
from creathon.projects.rules.captions import Cue, as_srt, as_vtt, cues_of

NAME = "sous-titres"


def send_track(content: Mapping[str, Any] | None) -> Response[str]:
    """The captions of a draft or of the bundle of a deposit.

    Raises:
        NotThere: there are none.
    """
    return _sent(as_vtt(_cues(content)), f"{NAME}.vtt", "text/vtt")


def send_subrip(content: Mapping[str, Any]) -> Response[str]:
    """The same in the other format that hosts take.

    Raises:
        NotThere: there are none.
    """
    return _sent(as_srt(_cues(content)), f"{NAME}.srt", "application/x-subrip")


def _cues(content: Mapping[str, Any] | None) -> Sequence[Cue]:
    cues = cues_of(content or {})
    if not cues:
        raise NotThere()
    return cues


def _sent(text: str, name: str, media_type: str) -> Response[str]:
    return Response(f"{text}\n", media_type=media_type, headers=attachment_headers(name))
