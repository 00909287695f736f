"""Reading what is only a picture: Tesseract, which is part of kreuzberg; what it knows of a language is not.

https://tesseract-ocr.github.io/tessdoc/Data-Files.html
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from kreuzberg import OcrConfig, TesseractConfig

from tieline.errors import ConfigError

#: Where packages of systems put languages: Debian and Ubuntu, Fedora, those built by hand, Homebrew.
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_LANGUAGES = re.compile(r"[A-Za-z]{3,}(_[A-Za-z]+)*(\+[A-Za-z]{3,}(_[A-Za-z]+)*)*")


def config(languages: str) -> OcrConfig:
    """How a picture is read.

    Args:
        languages: Those that its text is in, in Tesseract's words, such as "eng" or "eng+deu".

    Raises:
        ConfigError: That names no language, or one that is not installed.
    """
    if not _LANGUAGES.fullmatch(languages):
        raise ConfigError(f"{languages!r} names no languages for OCR.", hint='Write them like "eng" or "eng+deu".')
    wanted = languages.split("+")
    folder = _folder(wanted)
    # The reader would look in places of its own, and this is the one that was looked into.
    os.environ["TESSDATA_PREFIX"] = str(folder)
    # It keeps what it read in the user's cache, where nobody looks after it.
    return OcrConfig(
        backend="tesseract", language=languages, tesseract_config=TesseractConfig(language=languages, use_cache=False)
    )


def _folder(wanted: list[str]) -> Path:
    folders = [Path(name) for name in (os.environ.get("TESSDATA_PREFIX"), *_FOLDERS) if name]
    missing = wanted
    for folder in folders:
        absent = [name for name in wanted if not (folder / f"{name}.traineddata").is_file()]
        if not absent:
            return folder
        missing = min(missing, absent, key=len)
    packages = " ".join(f"tesseract-ocr-{name.replace('_', '-').lower()}" for name in missing)
    raise ConfigError(
        f"OCR has no data for {', '.join(missing)}.",
        hint=f"Install it (apt-get install {packages}), or name its folder in TESSDATA_PREFIX.",
    )
