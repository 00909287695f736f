"""Put `uv` into a folder, on a machine that has Python and nothing else.

Debian's Python comes without pip and venv, so where those fail the wheel is fetched and unpacked here.

    python3 scripts/get_uv.py FOLDER
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urljoin

INDEX = "https://pypi.org/pypi/uv/json"
TAGS = {
    ("Linux", "x86_64"): "manylinux_2_17_x86_64",
    ("Linux", "aarch64"): "manylinux_2_17_aarch64",
    ("Darwin", "x86_64"): "macosx_10_12_x86_64",
    ("Darwin", "arm64"): "macosx_11_0_arm64",
}


def with_pip(folder: Path) -> bool:
    """Install it into a virtual environment; False where Python has no venv or pip."""
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, check=False)
    if made.returncode:
        return False
    installed = subprocess.run(
        [str(folder / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv>=0.8,<1"],
        check=False,
    )
    return installed.returncode == 0


def with_wheel(folder: Path) -> None:
    """Fetch the wheel, check its digest, and unpack the program."""
    tag = TAGS.get((platform.system(), platform.machine()))
    if tag is None:
        sys.exit(f"There is no uv for {platform.system()} on {platform.machine()} here: please install it yourself.")
    with urllib.request.urlopen(INDEX) as answer:
        files = json.load(answer)["urls"]
    wheel = next(file for file in files if tag in file["filename"])
    with urllib.request.urlopen(urljoin(INDEX, wheel["url"])) as answer:  # noqa: S310 - its digest is checked
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        sys.exit("The uv that came is not the one that PyPI lists: try again.")
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with zipfile.ZipFile(file) as archive:
            name = next(n for n in archive.namelist() if n.endswith("/scripts/uv"))
            program = folder / "bin" / "uv"
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_bytes(archive.read(name))
            program.chmod(0o755)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    if not with_pip(target):
        with_wheel(target)
