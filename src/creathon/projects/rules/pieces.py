"""What is joined, as bundles and revisions say it: pieces, in their order, and a video."""

from collections.abc import Mapping, Sequence
from typing import Any

from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import DeliverableValues
from creathon.projects.models import HoldsFiles, ProjectFile

FILE, OTHER_FILES, VIDEO = "file", "other_files", "video"
FILE_ID, OTHER_FILE_IDS, VIDEO_ID = "file_id", "other_file_ids", "video_id"
"""Beside the bundle in a revision: which joined files it held."""
NOTHING_JOINED: Mapping[str, Any] = {
    FILE: None, FILE_ID: None, OTHER_FILES: [], OTHER_FILE_IDS: [], VIDEO: None, VIDEO_ID: None,
}  # fmt: skip
"""What a revision says of a draft before the first file."""
KEPT = {FILE: (FILE, FILE_ID, OTHER_FILES, OTHER_FILE_IDS), VIDEO: (VIDEO, VIDEO_ID)}
"""What a revision that changed the pieces, or the video, holds."""


def pieces_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a bundle, or a revision, says of each piece."""
    first = content.get(FILE)
    return [first, *content.get(OTHER_FILES, [])] if first else []


def with_pieces(content: Mapping[str, Any], pieces: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A bundle that says other pieces. With one, it is byte for byte what it was when one was the most."""
    said = {name: value for name, value in content.items() if name != OTHER_FILES} | {FILE: None}
    if pieces:
        said[FILE] = pieces[0]
    return said | {OTHER_FILES: list(pieces[1:])} if pieces[1:] else said


def file_content(file: ProjectFile) -> dict[str, Any]:
    """What a bundle says of a file (loaded with its stored content), and how long it lasts when it does."""
    said = {"name": file.name, "size": file.stored.size, "sha256": file.sha256, "media_type": file.media_type}
    return said if file.seconds is None else said | {"seconds": int(file.seconds)}


def joined_content(held: HoldsFiles) -> dict[str, Any]:
    """What a revision says of all that is joined."""
    pieces, video = held.pieces, held.video
    said, ids = [file_content(piece) for piece in pieces], [piece.id for piece in pieces]
    return {
        FILE: said[0] if said else None, FILE_ID: ids[0] if ids else None,
        OTHER_FILES: said[1:], OTHER_FILE_IDS: ids[1:],
        VIDEO: file_content(video) if video else None, VIDEO_ID: video.id if video else None,
    }  # fmt: skip


def ids_of(content: Mapping[str, Any]) -> list[str]:
    """Which joined files a revision held."""
    return [one for one in (content[FILE_ID], *content[OTHER_FILE_IDS], content[VIDEO_ID]) if one]


def given_up_by(held: HoldsFiles, slot: DeliverableKind, allowed: DeliverableValues) -> ProjectFile | None:
    """What leaves the draft when a file comes in that place: where one is the most, the one before."""
    if slot is DeliverableKind.VIDEO:
        return held.video
    return held.pieces[0] if allowed.most == 1 and held.pieces else None


def may_add(held: HoldsFiles | None, slot: DeliverableKind, allowed: DeliverableValues) -> Refusal | None:
    """Whether one more file may come in that place."""
    if held is None or slot is DeliverableKind.VIDEO or allowed.most == 1 or len(held.pieces) < allowed.most:
        return None
    words = _(
        "%(most)s fichiers sont joints, le plus possible : pour en joindre un autre, retirez-en un.", most=allowed.most
    )
    return Refusal(words)
