"""Videos as phones and programs write them, made by ffmpeg: what says who and where goes, and the copy still plays."""

import base64
import io
import json
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Browser

from creathon.projects.anonymising_video import overwritten
from creathon.projects.copying import _Overwritten

pytestmark = [pytest.mark.browser, pytest.mark.ffmpeg, pytest.mark.slow]

NAMES = (b"MarqueAwa", b"ModeleAwa", b"NomAwa", b"NoteAwa", b"48.8566", b"Handler", b"Lavf")
SOURCES = "-f lavfi -i testsrc=size=160x120:rate=10:duration=2 -f lavfi -i sine=duration=2 -map 0:v -map 1:a"
SAID = (
    "-metadata make=MarqueAwa -metadata model=ModeleAwa -metadata artist=NomAwa -metadata comment=NoteAwa "
    "-metadata location=+48.8566+002.3522/ -metadata creation_time=2027-05-19T13:00:00Z"
)
MP4 = "-c:v libx264 -pix_fmt yuv420p -preset ultrafast -c:a aac"
WAYS = {
    "phone.mp4": f"{MP4} -movflags use_metadata_tags",
    "index-last.mp4": MP4,
    "index-first.mp4": f"{MP4} -movflags faststart",
    "fragments.mp4": f"{MP4} -movflags frag_keyframe+empty_moov",
    "vp9.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus",
}
PLAYS = """([kind, film]) => new Promise((played, failed) => {
  const video = document.createElement("video");
  video.muted = true;
  video.onerror = () => failed(new Error(video.error.message));
  video.onended = () => played([video.videoWidth, video.videoHeight, video.currentTime]);
  video.onloadedmetadata = () => video.play().catch(failed);
  video.src = `data:${kind};base64,${film}`;
  document.body.append(video);
})"""


def made(place: Path, options: str) -> bytes:
    command = f"ffmpeg -nostdin -v error {SOURCES} {options} {SAID}"
    subprocess.run([*command.split(), str(place)], check=True, timeout=60)
    return place.read_bytes()


def read_by_ffmpeg(place: Path) -> tuple[set[str], set[str]]:
    """The codecs of a film that is read to its end without a word, and the names of what it says of itself."""
    asked = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(place), "-f", "null", "-"]
    assert subprocess.run(asked, check=True, capture_output=True, timeout=60).stderr == b""
    asked = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(place)]
    said = json.loads(subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout)
    tags = {name for part in (said["format"], *said["streams"]) for name in part.get("tags", {})}
    return {stream["codec_name"] for stream in said["streams"]}, tags


@pytest.mark.bar("E54")
@pytest.mark.parametrize("name", WAYS)
async def test_the_copy_of_a_real_video_says_nothing_and_plays(name: str, chromium: Browser, tmp_path: Path) -> None:
    film = made(tmp_path / name, WAYS[name])
    assert b"NomAwa" in film
    copy = await _Overwritten(io.BytesIO(film), overwritten(io.BytesIO(film))).read()
    assert [one for one in NAMES if one in copy] == []
    (tmp_path / f"copy-{name}").write_bytes(copy)
    codecs, tags = read_by_ffmpeg(tmp_path / f"copy-{name}")
    assert codecs == ({"vp9", "opus"} if name.endswith("webm") else {"h264", "aac"})
    assert tags <= {"major_brand", "minor_version", "compatible_brands", "language", "vendor_id"}
    page = await chromium.new_page()
    kind = f"video/{name.rpartition('.')[2]}"
    width, height, at = await page.evaluate(PLAYS, [kind, base64.b64encode(copy).decode()])
    assert (width, height) == (160, 120)
    assert at >= 1.9
