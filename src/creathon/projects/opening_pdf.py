"""Opens a PDF in a process of its own: what it says in its compressed parts is read, and nothing of it is drawn.

`python -m creathon.projects.opening_pdf` takes the file and answers one sign: `=` keep it, `?` keep it though only its
clear parts could be read, `!` a sentence. The parent (`creathon.projects.sandbox`) takes whatever else happens for a
damaged file.
"""

import io
import re
import sys
from collections.abc import Iterable

import pikepdf

from creathon.core.apart import limit_itself

MEMORY = 512 * 1024 * 1024
SECONDS = 10
MANY = 100_000
"""Objects beyond which only what is in clear is read: those take 1.5 s of computing and 210 MB."""

DAMAGED = "Ce PDF est abîmé. Enregistrez-le de nouveau, ou imprimez-le en PDF, puis joignez le résultat."
PROTECTED = "Ce PDF est protégé. Enregistrez-le sans mot de passe, puis joignez-le de nouveau."
RUNS = "Ce PDF contient un programme. Imprimez-le en PDF, puis joignez le résultat."
LAUNCHES = "Ce PDF ouvre un autre programme. Imprimez-le en PDF, puis joignez le résultat."
HOLDS_FILES = "Ce PDF contient d’autres fichiers. Imprimez-le en PDF, puis joignez le résultat."
NAMES = {
    b"/JavaScript": RUNS,
    b"/JS": RUNS,
    b"/Launch": LAUNCHES,
    b"/EmbeddedFile": HOLDS_FILES,
    b"/EmbeddedFiles": HOLDS_FILES,
    b"/RichMedia": HOLDS_FILES,
}
"""What a PDF is not kept for, wherever one of its objects says it."""
_TOKENS = re.compile(
    rb"\((?:[^()\\]|\\.)*\)|(" + b"|".join(map(re.escape, sorted(NAMES, reverse=True))) + rb")(?![^\s/<>\[\]()])",
    re.DOTALL,
)
"""A text between parentheses, where these words mean nothing, or one of them. qpdf writes both in one way only."""
_CLEAR = re.compile(b"|".join(map(re.escape, sorted(NAMES, reverse=True))))


class BadPdf(ValueError):
    """A PDF that is not kept; the message is a French sentence."""


def check_pdf(content: bytes) -> bool:
    """Whether the whole of a PDF was read; False when, of very many objects, only the first and what is in clear were.

    Raises:
        BadPdf: nothing of it is kept.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise BadPdf(PROTECTED)
            whole = int(pdf.trailer.Size) <= MANY
            found = _named(pdf.objects if whole else (pdf.get_object(number, 0) for number in range(1, MANY)))
            if not whole:
                found.update(_CLEAR.findall(content))
            if pdf.Root.get("/Type") != pikepdf.Name.Catalog or len(pdf.pages) < 1:
                raise BadPdf(DAMAGED)
    except pikepdf.PasswordError as error:
        raise BadPdf(PROTECTED) from error
    except BadPdf:
        raise
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, RecursionError, MemoryError) as error:
        raise BadPdf(DAMAGED) from error
    for name, sentence in NAMES.items():
        if name in found:
            raise BadPdf(sentence)
    return whole


def _named(objects: Iterable[pikepdf.Object]) -> set[bytes]:
    found: set[bytes] = set()
    for held in objects:
        said = held.stream_dict.unparse() if isinstance(held, pikepdf.Stream) else held.unparse(resolved=True)
        found.update(name for name in _TOKENS.findall(said) if name)
    return found


def main() -> None:
    """Answer for one file, within limits of memory and time."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    try:
        whole = check_pdf(sys.stdin.buffer.read())
    except BadPdf as bad:
        sys.stdout.buffer.write(b"!" + str(bad).encode())
    else:
        sys.stdout.buffer.write(b"=" if whole else b"?")


if __name__ == "__main__":
    main()
