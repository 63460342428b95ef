"""Which files are accepted, under which name, of which kind, and how many bytes a team may keep."""

import os
import re
import unicodedata
from typing import IO

import filetype

from creathon.core.errors import Refusal
from creathon.core.files import Scan, StoredFile
from creathon.core.text import _, size_words
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import CEILINGS, DeliverableValues, formats_words
from creathon.projects.models import BlindCopy

FILE_LIMIT = CEILINGS[DeliverableKind.PIECE]
"""Bytes above which no piece is opened, whatever the edition asks."""
PLAIN_LIMITS = {DeliverableKind.PIECE: FILE_LIMIT, DeliverableKind.VIDEO: 100_000_000}
"""Bytes that a plain form may send, in one go; its page lets a little more in, to say so in a sentence."""
TEAM_LIMIT = 1_200_000_000
"""Two usual videos, and pieces."""
EDITION_LIMIT = 50_000_000_000
NAME_LIMIT = 120
SNIFFED = 8192

PDF = "application/pdf"
MEDIA_TYPES = {
    "pdf": PDF,
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
"""Names that open a device on Windows, whatever their extension."""
PDF_END = 1024
"""Within how many last bytes the end of a PDF is written, as readers look for it."""


def clean_name(name: str) -> str:
    """A file's name as it is kept and shown: no folder, no control or direction character, NFC, at most 120."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    stem, dot, extension = " ".join(visible.split()).strip(". ").rpartition(".")
    if not dot:
        return extension[:NAME_LIMIT] or "document"
    if RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"document {stem}"
    return f"{stem.strip()[: NAME_LIMIT - len(extension) - 1] or 'document'}.{extension}"


def media_type_of(name: str, start: bytes) -> str | None:
    """The kind of a file when the end of its clean name and its first bytes agree on an accepted one."""
    promised = MEDIA_TYPES.get(name.rpartition(".")[2].lower())
    found = filetype.guess_mime(start)
    return promised if promised is not None and found == promised else None


def sniff(name: str, file: IO[bytes]) -> tuple[str | None, int]:
    """`media_type_of` a file and its size; the file is left at its beginning."""
    file.seek(0)
    start = file.read(SNIFFED)
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    return media_type_of(name, start), size


def file_problem(name: str, media_type: str | None, size: int, allowed: DeliverableValues) -> str | None:
    """Why a file cannot be joined under the limits of the edition, in a sentence that says what to do."""
    extension = name.rpartition(".")[2].lower()
    if size == 0:
        return _("Ce fichier est vide. Vérifiez-le sur votre ordinateur, puis joignez-le de nouveau.")
    if size > allowed.max_bytes:
        words = size_words(allowed.max_bytes)
        return _(
            "Ce fichier dépasse %(words)s. Allégez-le, ou déposez la vidéo chez un hébergeur et donnez son adresse.",
            words=words,
        )
    if MEDIA_TYPES.get(extension) not in {MEDIA_TYPES[name] for name in allowed.formats}:
        accepted = formats_words(allowed.formats)
        return _("Ce format n’est pas accepté. Joignez un fichier %(accepted)s.", accepted=accepted)
    if media_type is None:
        return _("Le contenu de ce fichier ne correspond pas à son nom. Enregistrez-le de nouveau, puis joignez-le.")
    return None


def length_problem(seconds: float | None, allowed: DeliverableValues) -> str | None:
    """Why a video that lasts so cannot be joined; one that does not say how long it lasts can."""
    if seconds is None or allowed.max_seconds is None or seconds < allowed.max_seconds + 1:
        return None
    return _(
        "Cette vidéo dure %(lasts)s secondes, la limite est de %(most)s. Raccourcissez-la, puis joignez-la de nouveau.",
        lasts=int(seconds), most=allowed.max_seconds,
    )  # fmt: skip


def pdf_problem(file: IO[bytes]) -> str | None:
    """Why a PDF cannot be joined, by where it begins and ends; the file is left at its beginning."""
    start = file.read(len(b"%PDF-"))
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - PDF_END))
    last = file.read().rstrip(b"\0\r\n\t ")
    file.seek(0)
    if start != b"%PDF-" or not last.endswith(b"%%EOF"):
        return _("Ce PDF est abîmé, ou quelque chose le suit. Enregistrez-le de nouveau, puis joignez-le.")
    return None


def scan_words(stored: StoredFile, *, scanned: bool, own: bool) -> str:
    """What to say of a content, to its team (`own`) or to others; nothing when all is well, or without an antivirus."""
    if stored.scan is Scan.INFECTED:
        return _(
            "Un virus a été trouvé dans ce fichier (%(found)s) : personne ne peut le télécharger.",
            found=stored.scan_found,
        )
    if not scanned or stored.scan is Scan.CLEAN:
        return ""
    if stored.scan is Scan.ERROR:
        return _("L’antivirus n’a pas pu lire ce fichier. La coordination nationale est prévenue.")
    if own:
        return _(
            "Analyse antivirus en cours : le jury et la coordination recevront ce fichier dès qu’elle est terminée."
        )
    return _("Analyse antivirus en cours : le fichier sera disponible dès qu’elle est terminée.")


def may_hand_out(stored: StoredFile, *, scanned: bool, own: bool) -> Refusal | None:
    """Whether a content leaves the platform: to everybody once clean, to its own team (`own`) unless it is infected."""
    words = scan_words(stored, scanned=scanned, own=own)
    return Refusal(words) if words and not (own and stored.scan is not Scan.INFECTED) else None


def copy_words(copy: BlindCopy | None) -> str:
    """What to say of the copy that jurors read; nothing once it is made."""
    if copy is not None and copy.copy_sha256 is not None:
        return ""
    if copy is not None and copy.due_at is None:
        return _("La copie anonymisée de ce fichier n’a pas pu être faite : le jury ne le reçoit pas.")
    return _("La copie anonymisée de ce fichier est en préparation : le jury la recevra dès qu’elle est prête.")


def may_read_blind(stored: StoredFile, copy: BlindCopy | None, *, scanned: bool) -> Refusal | None:
    """Whether a juror gets the copy of a content: both are clean, and it is made."""
    if refusal := may_hand_out(stored, scanned=scanned, own=False):
        return refusal
    if copy is None or copy.copied is None:
        return Refusal(copy_words(copy))
    return may_hand_out(copy.copied, scanned=scanned, own=False)


def blind_name(slug: str, media_type: str, number: int = 1, *, of: str = "dossier") -> str:
    """The name under which jurors get a file: that of its team may hold names. `number`: among the pieces."""
    ending = next(end for end, kind in MEDIA_TYPES.items() if kind == media_type)
    return f"{of}-{slug.lower()}{f'-{number}' if number > 1 else ''}.{ending}"


def may_join(stored: StoredFile) -> Refusal | None:
    """Whether a content may be joined, as far as its earlier scan says."""
    if stored.scan is not Scan.INFECTED:
        return None
    return Refusal(
        _(
            "Un virus a été trouvé dans ce fichier (%(found)s) : il n’est pas joint. Faites analyser votre ordinateur, "
            "puis joignez une version saine.",
            found=stored.scan_found,
        )
    )


def may_keep(size: int, *, of_team: int, of_edition: int) -> Refusal | None:
    """Whether a team and an edition have room for `size` more bytes."""
    if of_team + size > TEAM_LIMIT:
        words = size_words(TEAM_LIMIT)
        return Refusal(
            _(
                "Votre équipe a déjà envoyé %(words)s de fichiers, sa limite. Ce qui est joint le reste.",
                words=words,
            )
        )
    if of_edition + size > EDITION_LIMIT:
        return Refusal(_("Il n’y a plus de place pour les fichiers de cette édition. Prévenez la coordination."))
    return None
