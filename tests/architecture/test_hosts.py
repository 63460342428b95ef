"""No committed text names a package registry: set-up uses whatever registry the machine is configured for."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.architecture.tree import ROOT, plant, relative

# Written in pieces, so that this file does not contain what it looks for.
HOSTS = tuple(
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pypi", "python", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("ftp", "debian", "org"),
    )
)
PATTERN = re.compile("|".join(re.escape(host) for host in HOSTS), re.IGNORECASE)
RESOLVED = re.compile(r'"resolved":')
SKIPPED = {".git", ".venv", "node_modules", "dist", "data", "__pycache__"}


def committed(root: Path) -> list[Path]:
    """Files that git has or would take; outside a repository, all but what is made."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        command = [git, "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return sorted(path for name in answer.split("\0") if name and (path := root / name).is_file())
    files = (path for path in root.rglob("*") if path.is_file())
    return sorted(path for path in files if not SKIPPED & set(path.relative_to(root).parts))


def naming_a_host(root: Path) -> list[str]:
    found = []
    for path in committed(root):
        text = path.read_bytes().decode("utf-8", "ignore")
        hits = [hit[0] for hit in PATTERN.finditer(text)]
        if path.name == "package-lock.json":
            hits += RESOLVED.findall(text)
        found += [f"{relative(root, path)}: {hit}" for hit in hits]
    return found


def test_hosts_are_not_named() -> None:
    assert naming_a_host(ROOT) == []


def test_hosts_no_lock_file_that_records_them() -> None:
    assert [path.name for path in committed(ROOT) if path.name in {"uv.lock", "poetry.lock", "yarn.lock"}] == []


def test_hosts_named_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "Makefile", f"install:\n\tpip install --index-url https://{HOSTS[0].upper()}/simple x\n")
    plant(tmp_path, "assets/package-lock.json", '{"a": {"resolved": "file:x"}}')
    plant(tmp_path, "docs/fine.md", "PyPI, npm and Debian are named, their machines are not.")
    plant(tmp_path, ".venv/x.txt", HOSTS[0])
    assert naming_a_host(tmp_path) == [
        f"Makefile: {HOSTS[0].upper()}",
        'assets/package-lock.json: "resolved":',
    ]
