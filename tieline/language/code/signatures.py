"""Signatures as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieline.language.code.model import Parameter

WIDTH = 88
#: Characters of a value or a signature that are kept: a table of numbers is no signature.
LONGEST = 2_000


def signature(begin: str, parameters: Sequence[str], end: str = "") -> str:
    """On one line where it fits, else with a line for each parameter."""
    line = f"{begin}({', '.join(parameters)}){end}"
    if len(line) > WIDTH and parameters:
        line = f"{begin}(\n" + "".join(f"    {one},\n" for one in parameters) + f"){end}"
    return cut(line)


def cut(text: str) -> str:
    """A text that is not endless."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def python_parameters(parameters: Sequence[Parameter]) -> list[str]:
    """Parameters with the `/` and `*` between their kinds."""
    return list(_python(parameters))


def _python(parameters: Sequence[Parameter]) -> Iterator[str]:
    last = ""
    for one in parameters:
        if last == "positional_only" and one.kind != last:
            yield "/"
        if one.kind == "keyword" and last not in {"keyword", "variadic"}:
            yield "*"
        stars = {"variadic": "*", "variadic_keyword": "**"}.get(one.kind, "")
        typed = f": {one.annotation}" if one.annotation else ""
        equals = (" = " if typed else "=") + one.default if one.default else ""
        yield f"{stars}{one.name}{typed}{equals}"
        last = one.kind
    if last == "positional_only":
        yield "/"
