"""Opens the file a team joins, in a process of its own that may neither grow nor last (bar E56-E58).

`python -m creathon.projects.opening <kind>` takes the file on its standard input and answers one sign: `=` keep it as
it is, `+` keep what follows in its place (an image drawn again, without metadata), `!` a sentence.
The parent (`creathon.projects.sandbox`) takes whatever else happens for a damaged file.
"""

import io
import struct
import sys

from PIL import Image, ImageOps

from creathon.core.apart import limit_itself
from creathon.core.archives import DenseArchive, OddArchive, checked_archive

PNG, JPEG = "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT, ODP = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.presentation"
MAIN_PART = {DOCX: "word/document.xml", PPTX: "ppt/presentation.xml", ODT: "content.xml", ODP: "content.xml"}
FORMATS = {PNG: "PNG", JPEG: "JPEG"}

MEMORY = 512 * 1024 * 1024
SECONDS = 10
PIXELS = 40_000_000
LIMIT = 20_000_000
"""Bytes of an image drawn again: that of a file (`rules.files`)."""
ENTRIES = 3_000
UNPACKED = 200_000_000
RATIO = 200
QUALITY = 90

NESTED = (".xlsx", ".docx", ".pptx", ".ods", ".odt", ".odp", ".odg")
"""What a document may hold of its own family: the table behind a chart."""
ACTIVE = (".exe", ".dll", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".hta", ".html", ".htm", ".svg")
ZIP = b"PK\x03\x04"
MACROS = ("vbaproject.bin", "basic/", "scripts/")

DAMAGED = "Ce fichier est abîmé ou piégé. Ouvrez-le, enregistrez-le de nouveau au format PDF, puis joignez-le."
TOO_DENSE = "Ce fichier contient bien plus de données que sa taille ne l’annonce. Enregistrez-le au format PDF."
WITH_MACROS = "Ce document contient des macros. Enregistrez-le sans macros, ou au format PDF."
WITH_PROGRAMS = "Ce document contient un programme, une page web ou une archive. Retirez-les, ou enregistrez-le en PDF."
OTHER_KIND = "Le contenu de ce fichier ne correspond pas à son nom. Enregistrez-le de nouveau, au format PDF."
TOO_LARGE = "Cette image dépasse 40 millions de points. Réduisez-la, puis joignez-la de nouveau."
TOO_HEAVY = "Cette image, une fois ses données cachées retirées, dépasse la limite. Réduisez-la, ou choisissez le JPEG."


class Unsafe(ValueError):
    """A file that is not kept; the message is a French sentence."""


def opened(media_type: str, content: bytes) -> bytes | None:
    """What to keep in the place of the content; None to keep it as it is.

    Raises:
        Unsafe: nothing of it is kept.
    """
    if media_type in FORMATS:
        return _drawn_again(FORMATS[media_type], content)
    _check_document(media_type, content)
    return None


def _check_document(media_type: str, content: bytes) -> None:
    try:
        archive = checked_archive(content, entries=ENTRIES, unpacked=UNPACKED, ratio=RATIO)
    except DenseArchive as error:
        raise Unsafe(TOO_DENSE) from error
    except OddArchive as error:
        raise Unsafe(DAMAGED) from error
    names = [name.lower() for name in archive.namelist()]
    promised = archive.read("mimetype").strip().decode("latin-1") if "mimetype" in archive.namelist() else media_type
    if MAIN_PART[media_type] not in names or promised != media_type:
        raise Unsafe(OTHER_KIND)
    if any(name.startswith(MACROS) or name.endswith(MACROS) for name in names):
        raise Unsafe(WITH_MACROS)
    if any(_runs(entry.filename.lower(), archive.open(entry).read(4)) for entry in archive.infolist()):
        raise Unsafe(WITH_PROGRAMS)


def _runs(name: str, start: bytes) -> bool:
    """Whether an entry is a program, a page or an archive, by its name or its first bytes."""
    return name.endswith(ACTIVE) or start[:2] == b"MZ" or (start == ZIP and not name.endswith(NESTED))


def _drawn_again(form: str, content: bytes) -> bytes:
    """The first image alone: turned as its camera meant it, without place, author, comment or what follows it."""
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=(form,)) as image:
            if image.width * image.height > PIXELS:
                raise Unsafe(TOO_LARGE)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            image.info = {name: value for name, value in image.info.items() if name == "transparency"}
            image.save(written, form, **({"quality": QUALITY} if form == "JPEG" else {}))
    except (MemoryError, Image.DecompressionBombError) as error:
        raise Unsafe(TOO_LARGE) from error
    except Unsafe:
        raise
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise Unsafe(DAMAGED) from error
    if written.tell() > LIMIT:
        raise Unsafe(TOO_HEAVY)
    return written.getvalue()


def main() -> None:
    """Answer for one file, within limits of memory and time."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    try:
        kept = opened(sys.argv[1], sys.stdin.buffer.read())
    except Unsafe as unsafe:
        sys.stdout.buffer.write(b"!" + str(unsafe).encode())
    else:
        sys.stdout.buffer.write(b"=" if kept is None else b"+" + kept)


if __name__ == "__main__":
    main()
