"""The smallest videos that say what they are and how long they last: headers, and no image; and one that plays."""

import struct
from io import BytesIO

from PIL import Image


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + kind + content


def mp4(seconds: float, *, padding: int = 0, handler: bytes = b"vide") -> bytes:
    """An MP4 of that duration, with one track (`vide`, or `soun` for sound alone)."""
    lasts = int(seconds * 1000)
    header = struct.pack(">IIIII", 0, 0, 0, 1000, lasts)
    mvhd = box(b"mvhd", header, bytes(76), struct.pack(">I", 2))
    tkhd = box(
        b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, lasts), bytes(52), struct.pack(">II", 320 << 16, 240 << 16)
    )
    mdhd = box(b"mdhd", header, struct.pack(">HH", 0x55C4, 0))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(13))
    entry = box(b"avc1", bytes(6), b"\0\1", bytes(16), struct.pack(">HH", 320, 240), bytes(50))
    tables = [box(name, bytes(8)) for name in (b"stts", b"stsc", b"stco")]
    stbl = box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1), entry), *tables, box(b"stsz", bytes(12)))
    trak = box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", stbl)))
    ftyp = box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    return ftyp + box(b"moov", mvhd, trak) + box(b"mdat", bytes(padding))


def element(kind: bytes, content: bytes) -> bytes:
    """With a size of one byte when it fits, as real writers do."""
    size = len(content)
    return kind + (bytes([0x80 | size]) if size < 127 else struct.pack(">Q", (1 << 56) | size)) + content


def webm(seconds: float | None, frames: bytes = b"") -> bytes:
    """A WebM of that duration; None says none, as what a browser records. `frames`: its images, as clusters."""
    header = b"".join(
        element(kind, content)
        for kind, content in (
            (b"\x42\x86", b"\1"), (b"\x42\xf7", b"\1"), (b"\x42\xf2", b"\4"), (b"\x42\xf3", b"\x08"),
            (b"\x42\x82", b"webm"), (b"\x42\x87", b"\2"), (b"\x42\x85", b"\2"),
        )
    )  # fmt: skip
    scale = element(b"\x2a\xd7\xb1", struct.pack(">I", 1_000_000))
    lasts = b"" if seconds is None else element(b"\x44\x89", struct.pack(">d", seconds * 1000))
    size = element(b"\xb0", struct.pack(">H", 320)) + element(b"\xba", struct.pack(">H", 240))
    track = element(b"\xd7", b"\1") + element(b"\x73\xc5", b"\1") + element(b"\x83", b"\1")
    track += element(b"\x86", b"V_VP8") + element(b"\xe0", size)
    segment = (
        element(b"\x15\x49\xa9\x66", scale + lasts) + element(b"\x16\x54\xae\x6b", element(b"\xae", track)) + frames
    )
    return element(b"\x1a\x45\xdf\xa3", header) + element(b"\x18\x53\x80\x67", segment)


def playable(seconds: int) -> bytes:
    """A WebM that a browser plays: two images a second, each grey; an image of VP8 is what a WebP holds."""
    written = BytesIO()
    Image.new("RGB", (320, 240), "grey").save(written, "WEBP", quality=10)
    image = written.getvalue()[20:]
    clusters = [
        element(
            b"\x1f\x43\xb6\x75", element(b"\xe7", struct.pack(">I", at)) + element(b"\xa3", b"\x81\0\0\x80" + image)
        )
        for at in range(0, seconds * 1000, 500)
    ]
    return webm(seconds, b"".join(clusters))
