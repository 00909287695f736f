"""The program that parses source code, one file at a time; `tieline.language.code.reading` starts and watches it."""

from __future__ import annotations

import sys
from typing import Any

from tieline.errors import ConfigError
from tieline.language.code.model import LIMITS, Module, Problem
from tieline.language.documents.child import confine, serve
from tieline.language.documents.model import Limits

#: Calls within each other that a tree of syntax may need; deeper ones are told, and cannot reach the end of the stack.
_DEPTH = 3_000


def parse(path: str, name: str, language: str, text: str) -> Module:
    """Read a file, here and now; whatever is in it, a module comes back.

    Raises:
        ConfigError: The grammar for its language is not installed.
    """
    blank = Module(path=path, language=language, name=name)
    try:
        if language == "python":
            from tieline.language.code import python  # noqa: PLC0415 - only what the language needs is loaded

            return python.read(path, name, text)
        return _tree(path, name, language, text)
    except ConfigError:
        raise
    except RecursionError:
        said = "It is nested too deep to be read."
    except MemoryError:
        said = "It is nested too deep, or too large, for the memory that reading may take."
    except Exception as exc:  # noqa: BLE001 - parsers may raise anything for hostile text
        said = f"Its reader failed ({type(exc).__name__}): {exc!s:.160}"
    return blank.model_copy(update={"problems": (Problem(line=0, message=said),)})


def _tree(path: str, name: str, language: str, text: str) -> Module:
    try:
        import tree_sitter  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise ConfigError(f"What reads {language} is not installed.", hint="Run: pip install 'tieline[code]'") from None
    if language == "go":
        from tieline.language.code import go  # noqa: PLC0415 - as above

        return go.read(path, name, text)
    if language == "java":
        from tieline.language.code import java  # noqa: PLC0415 - as above

        return java.read(path, name, text)
    from tieline.language.code import javascript  # noqa: PLC0415 - as above

    return javascript.read(path, name, text)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What is answered to a job: the module, or that a grammar is missing."""
    confine(Limits.model_validate(job.get("limits", LIMITS)))
    try:
        return {"module": parse(job["path"], job["name"], job["language"], job["text"]).model_dump_json()}
    except ConfigError as exc:
        return {"message": exc.args[0], "hint": exc.hint}


def main() -> None:
    """Answer jobs until there are no more."""
    sys.setrecursionlimit(_DEPTH)
    serve(answer)


if __name__ == "__main__":
    main()
