"""Looks at a ZIP before anybody opens it (bar E56); called in a process apart, as it unpacks every entry to nowhere."""

import io
import stat
import struct
import zipfile

CHUNK = 64 * 1024
SMALL = 1_000_000
"""What unpacks to less is never too dense."""
DESCRIPTOR = 24
"""The most bytes that may follow the data of an entry."""
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
END = b"PK\x05\x06"
END_SIZE = 22


class OddArchive(ValueError):
    """It is damaged, says two things, hides something, or names a place outside itself."""


class DenseArchive(OddArchive):
    """It unpacks to far more than a document of this size."""


def checked_archive(content: bytes, *, entries: int, unpacked: int, ratio: int) -> zipfile.ZipFile:
    """The archive, every entry of it unpacked once: as long as it says, whole, and alone in the file.

    Raises:
        OddArchive: nothing should open it; `DenseArchive` when it is only too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        found = archive.infolist()
        names = [entry.filename for entry in found]
        if not found or len(found) > entries or len(set(names)) != len(names) or any(map(_is_odd, found)):
            raise OddArchive("its entries")
        size = sum(entry.file_size for entry in found)
        if size > unpacked or size > max(SMALL, ratio * len(content)):
            raise DenseArchive("its size")
        _check_places(content, found)
        for entry in found:
            _check_entry(archive, entry)
    except OddArchive:
        raise
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, struct.error) as error:
        raise OddArchive("its structure") from error
    return archive


def _is_odd(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a link, is encrypted or names a place outside the archive."""
    parts = entry.filename.split("/")
    outside = entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename or ":" in parts[0]
    return outside or stat.S_ISLNK(entry.external_attr >> 16) or bool(entry.flag_bits & 0x1)


def _check_places(content: bytes, found: list[zipfile.ZipInfo]) -> None:
    """Nothing before the first entry, between two, or after the directory: another program would read it."""
    place = 0
    for entry in sorted(found, key=lambda one: one.header_offset):
        if not 0 <= entry.header_offset - place <= (DESCRIPTOR if place else 0):
            raise OddArchive("something before an entry")
        header = LOCAL_HEADER.unpack_from(content, entry.header_offset)
        if not header[2] & 0x8 and header[7:9] != (entry.compress_size, entry.file_size):
            raise OddArchive("two sizes for an entry")
        place = entry.header_offset + LOCAL_HEADER.size + header[9] + header[10] + entry.compress_size
    end = content.rfind(END)
    directory_size, directory_place = struct.unpack_from("<2I", content, end + 12)
    if not 0 <= directory_place - place <= DESCRIPTOR or directory_place + directory_size != end:
        raise OddArchive("something before the directory")
    if end + END_SIZE != len(content):
        raise OddArchive("something after the end")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack an entry to nowhere: it must be as long and as whole as it says."""
    with archive.open(entry) as file:
        while file.read(CHUNK):
            pass
