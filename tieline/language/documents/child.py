"""The program that reads documents, one at a time; `tieline.language.documents.readers` starts and watches it.

It gets jobs as lines of JSON at its standard input, and answers each with one. It ends when its input does. A limit for
its memory is set for each job; when that is reached in C or Rust, the system or the library ends the program.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from tieline.errors import ConfigError, Corrupt, DocumentError, Empty, Scanned, TielineError, TooLarge
from tieline.language.documents import archives, kinds, texts
from tieline.language.documents.model import Contents, Document, Kind, Limits
from tieline.language.documents.passages import assemble

try:
    import resource
except ImportError:  # Windows: there the program is only watched from outside
    resource = None  # type: ignore[assignment] # checked before each use

_MIB = 1 << 20
_PACKED: frozenset[Kind] = frozenset({"docx", "pptx", "xlsx", "epub"})
_SHOWN_AS_IS: frozenset[Kind] = frozenset({"text", "code"})


def read(path: Path, name: str, limits: Limits, ocr: str = "") -> Document:
    """Read a file, here and now; see `readers.read_document`.

    Raises:
        DocumentError: It cannot be read.
        ConfigError: What reads this kind is not installed.
    """
    with path.open("rb") as file:
        if not file.read(1):
            raise Empty("It has 0 bytes.", hint="Check that it was saved or uploaded to its end, and fetch it again.")
        kind = kinds.recognize(file, name)
        if kind in _PACKED:
            archives.inspect(file, limits)
    if kind == "image" and not ocr:
        raise _scanned("It is a picture")
    found = _contents(path, kind, limits, ocr)
    if sum(len(page.text) for page in found.pages) > limits.characters:
        raise TooLarge(
            f"Its text has more than {limits.characters:,} characters.",
            hint="Split it, or raise the limit `characters`.",
            limit="characters",
        )
    text, passages = assemble(found.pages, markdown=kind not in _SHOWN_AS_IS)
    if not text:
        raise _nothing(path, kind, ocr)
    return Document(
        text=text,
        kind=kind,
        name=name,
        title=found.title,
        pages=len(found.pages) if kind in {"pdf", "pptx"} else None,
        metadata=found.metadata,
        passages=passages,
        warnings=(*_misnamed(kind, name), *found.warnings),
    )


def _contents(path: Path, kind: Kind, limits: Limits, ocr: str) -> Contents:
    if kind in {"text", "code", "markdown"}:
        return texts.plain(path.read_bytes())
    if kind == "csv":
        return texts.separated(path.read_bytes(), limits)
    if kind == "eml":
        return texts.mail(path.read_bytes(), _to_markdown)
    if kind == "html":
        return texts.page(path.read_bytes(), _to_markdown)
    with _installed():
        from tieline.language.documents import office  # noqa: PLC0415 - only when needed: an extra, and 40 MB
    return office.read(path, kind, limits, ocr)


def _to_markdown(page: str) -> str:
    with _installed():
        from tieline.language.documents import office  # noqa: PLC0415 - as above
    return office.markdown(page)


class _installed:  # noqa: N801 - reads as a word in the sentence
    """Says how to install what reads most kinds."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, exc: BaseException | None, _: object) -> None:
        if isinstance(exc, ImportError):
            raise ConfigError(
                "What reads this kind of document is not installed.", hint="Run: pip install 'tieline[documents]'"
            ) from None


def _nothing(path: Path, kind: Kind, ocr: str) -> DocumentError:
    """Pages that show pictures only were scanned."""
    if kind == "pdf" and not ocr and kinds.has_pictures(path):
        return _scanned("It holds pictures of pages and no text")
    if ocr and kind in {"pdf", "image"}:
        return Empty(f"OCR found no text in it, in {ocr}.", hint="Check the picture, and the languages.")
    return Empty("There is no text in it.", hint="Check that it is the right file.")


def _scanned(what: str) -> Scanned:
    return Scanned(
        f"{what}; reading it needs OCR, which was not asked for.",
        hint="Give the languages, as in TIELINE_OCR=eng. It needs the extra tieline[documents] and the languages of "
        "Tesseract: apt-get install tesseract-ocr.",
    )


def _misnamed(kind: Kind, name: str) -> tuple[str, ...]:
    said = kinds.by_name(name)
    if said in {None, kind} or {said, kind} <= {"text", "markdown", "code"}:
        return ()
    return (f"Its name says {said}; by its content it is {kind}, and was read as that.",)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What is answered to a job: a document, or the error."""
    limits = Limits.model_validate(job["limits"])
    confine(limits)
    try:
        return {"document": read(Path(job["path"]), job["name"], limits, job["ocr"]).model_dump_json()}
    except TielineError as exc:
        return _error(exc)
    except MemoryError:
        return {"memory": True}
    except OSError as exc:
        return _error(DocumentError(f"It could not be read: {exc.strerror or exc}."))
    except KeyboardInterrupt:
        raise
    except BaseException as exc:  # noqa: BLE001 - a panic in Rust is no Exception, and a parser may raise anything
        return _error(
            Corrupt(
                "It is damaged, or made in a way that its reader does not understand.",
                hint=f"Save it anew with the program that made it. (The reader said: {exc!r:.160})",
            )
        )


def _error(exc: TielineError) -> dict[str, Any]:
    return {
        "error": type(exc).__name__,
        "message": exc.args[0],
        "hint": exc.hint,
        "limit": getattr(exc, "limit", ""),
    }


def confine(limits: Limits) -> None:
    """Set the limit for the memory of this program."""
    if resource is not None:
        most = limits.memory_megabytes * _MIB
        with suppress(ValueError, OSError):  # less than is used already, or than somebody above us allows
            resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _answers() -> IO[bytes]:
    """Where answers go; what a library prints goes to the standard error instead."""
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, "wb")


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer jobs until there are no more, or there was no memory for one."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with _answers() as out:
        out.write(b"ready\n")
        out.flush()
        for line in sys.stdin.buffer:
            said = answer(json.loads(line))
            out.write(json.dumps(said).encode() + b"\n")
            out.flush()
            if "memory" in said:
                return


def main() -> None:
    """Read documents until there are no more."""
    serve(answer)


if __name__ == "__main__":
    main()
