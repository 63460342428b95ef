"""Reads what a video is and how long it lasts, in a process of its own that may neither grow nor last.

`python -m creathon.projects.probing` finds the file on its standard input, which it may seek, and answers JSON:
`media_type` (null when it is none we accept) and `seconds` (null when the file does not say).
The parent (`creathon.projects.sandbox`) takes whatever else happens for a damaged file.
"""

import json
import sys
from typing import IO

from pymediainfo import MediaInfo

from creathon.core.apart import limit_itself

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MEDIA_TYPES = {"MPEG-4": "video/mp4", "WebM": "video/webm"}


def probed(file: IO[bytes]) -> dict[str, object]:
    """The kind of a video and its seconds; sound without images is no video."""
    tracks = MediaInfo.parse(file).tracks
    general = next(track for track in tracks if track.track_type == "General")
    has_images = any(track.track_type == "Video" for track in tracks)
    lasts = general.duration
    return {
        "media_type": MEDIA_TYPES.get(general.format) if has_images else None,
        "seconds": float(lasts) / 1000 if lasts else None,
    }


def main() -> None:
    """Answer for one file, within limits of memory and time."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    json.dump(probed(sys.stdin.buffer), sys.stdout)


if __name__ == "__main__":
    main()
