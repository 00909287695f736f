"""Source code as modules and symbols. It is parsed in a program of its own, and never imported or run."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Any

from tieline.errors import DocumentError, TielineError
from tieline.language.code.model import LIMITS, Language, Module, Problem
from tieline.language.documents.model import Limits
from tieline.language.documents.readers import Killed, Reader, give_back, idle_reader

PROGRAM = "tieline.language.code.child"
LANGUAGES: Mapping[str, Language] = {
    ".py": "python", ".pyi": "python", ".go": "go", ".java": "java",
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "typescript",
}  # fmt: skip
#: Folders that hold packages, and are no part of their names.
_ROOTS = frozenset(["src", "lib", "python"])
_MIB = 1 << 20


def read_source(path: str, text: str, *, limits: Limits = LIMITS) -> Module:
    """Read one source file; see `read_sources`."""
    return read_sources({path: text}, limits=limits)[0]


def read_sources(files: Mapping[str, str], *, limits: Limits = LIMITS) -> list[Module]:
    """Read source files. This takes CPU: in a flow, call it through `asyncio.to_thread`.

    Args:
        files: Their texts, by path; "/" between folders. Only the ending of a path says the language: `.py`, `.js`,
            `.ts`, `.tsx`, `.go`, `.java`. Others become modules without symbols.
        limits: How much of each file is read: `megabytes`, `seconds` and `memory_megabytes` count.

    Returns:
        A module for each file, in the same order. What cannot be read stands in `problems`, with its line.

    Raises:
        ConfigError: The grammars are missing: `tieline[code]`.
    """
    found: list[Module] = []
    reader: Reader | None = None
    try:
        for path, text in files.items():
            name, language = module_name(path, files), language_of(path)
            blank = Module(path=path, language=language, name=name)
            size = len(text.encode(errors="replace"))
            if size > limits.megabytes * _MIB:
                found.append(_with(blank, f"It has {size:,} bytes, more than the limit of {limits.megabytes:g} MiB"))
                continue
            if language == "other" or not text.strip():
                found.append(blank)
                continue
            if reader is not None and not reader.usable:
                give_back(reader)
                reader = None
            reader = reader or idle_reader(PROGRAM)
            found.append(_read(reader, blank, text, limits))
    finally:
        if reader is not None:
            give_back(reader)
    return found


def _read(reader: Reader, blank: Module, text: str, limits: Limits) -> Module:
    job = {"path": blank.path, "name": blank.name, "language": blank.language, "text": text}
    try:
        answer: dict[str, Any] = reader.ask(job, limits)
    except DocumentError as exc:
        return _with(blank, f"{exc.args[0].rstrip('.')}" + f" (limit `{exc.limit}`)" * bool(exc.limit))
    except Killed:
        return _with(blank, "The program that read it was ended by the system")
    if "module" in answer:
        return Module.model_validate(json.loads(answer["module"]))
    raise TielineError(answer["message"], hint=answer["hint"])


def _with(blank: Module, problem: str) -> Module:
    return blank.model_copy(update={"problems": (Problem(line=0, message=f"{problem}."),)})


def language_of(path: str) -> Language:
    """The language of a file, by its ending."""
    return LANGUAGES.get(PurePosixPath(path).suffix.lower(), "other")


def module_name(path: str, files: Collection[str] = ()) -> str:
    """What importers call a file.

    Args:
        path: The file.
        files: All that are there: those named `__init__.py` tell where a Python package begins.
    """
    file = PurePosixPath(path)
    language = language_of(path)
    if language == "go":
        return file.parent.as_posix() if file.parent.name else "main"
    if language != "python":
        return file.with_suffix("").as_posix() if language != "other" else path
    folders = list(file.parent.parts)
    begin = len(folders)
    while begin and {"/".join([*folders[:begin], f"__init__.{end}"]) for end in ("py", "pyi")} & set(files):
        begin -= 1
    if begin == len(folders):  # no package is given: the last folders that can be imported
        while begin and folders[begin - 1].isidentifier() and folders[begin - 1] not in _ROOTS:
            begin -= 1
    parts = folders[begin:] + ([] if file.stem == "__init__" else [file.stem])
    return ".".join(parts) or (folders[-1] if folders else file.stem)
