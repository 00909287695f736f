"""Docstrings in sections: Google, NumPy and Sphinx styles by griffe's parsers; JSDoc and Javadoc by their tags."""

from __future__ import annotations

import re
from typing import Any

from tieline.language.code.model import Item, Section

#: What griffe takes for Sphinx needs more than one field.
_SPHINX = re.compile(r"^[ \t]*:(?:param|type|returns?|rtype|raises)\b[^:\n]*:", re.MULTILINE)
_TAG = re.compile(r"^@(\w+)[ \t]*(.*(?:\n(?!@\w).*)*)", re.MULTILINE)
_PARAMETER = re.compile(
    r"(?:\{(?P<type>[^}\n]*)\}\s*)?(?P<name>\[[^\]\n]*\]|[\w$.<>]+)?\s*(?:-\s*)?(?P<text>.*)", re.DOTALL
)
_TYPED = re.compile(r"(?:\{(?P<type>[^}\n]*)\}\s*)?(?P<text>.*)", re.DOTALL)
_SECTIONS = {"param": "parameters", "arg": "parameters", "argument": "parameters", "returns": "returns"}
_SECTIONS |= {"return": "returns", "throws": "raises", "exception": "raises", "example": "examples"}
_SECTIONS |= {"deprecated": "deprecated", "see": "see"}
#: Tags of Javadoc and JSDoc within a text, such as {@link Client} and {@code x}.
_INLINE = re.compile(r"\{@(?:link|linkplain|code|literal|value)\s+([^{}\n]*)\}")


def read_docstring(docstring: Any) -> tuple[Section, ...]:
    """The sections of a docstring of griffe's; its style is found by what it looks like."""
    if docstring is None or not docstring.value.strip():
        return ()
    try:
        style = "sphinx" if _SPHINX.search(docstring.value) else "auto"
        options = {"warnings": False} if style == "sphinx" else {"default": "google"}
        found = docstring.parse(style, **options)
    except Exception:  # noqa: BLE001 - whatever is wrong with its form, its text can be shown
        return (Section(kind="text", text=docstring.value),)
    return tuple(_section(one) for one in found)


def _section(found: Any) -> Section:
    kind, value = found.kind.value, found.value
    title = found.title or ""
    if isinstance(value, str):
        return Section(kind=kind, title=title, text=value)
    if kind == "examples":
        parts = [text if part.value == "text" else f"```python\n{text}\n```" for part, text in value]
        return Section(kind=kind, title=title, text="\n\n".join(parts))
    if kind in {"admonition", "deprecated"}:
        # griffe's words: an admonition has a kind, a deprecation a version
        return Section(kind=kind, title=title or str(value.annotation or ""), text=value.description)
    return Section(kind=kind, title=title, items=tuple(_item(one) for one in value))


def _item(found: Any) -> Item:
    annotation = getattr(found, "annotation", None)
    return Item(
        name=str(getattr(found, "name", "") or ""),
        annotation="" if annotation is None else str(annotation),
        text=found.description or "",
    )


def comment_text(comment: str) -> str:
    """What a `/** … */`, `/* … */` or `// …` comment says."""
    if comment.startswith("/*"):
        body = re.sub(r"^/\*+|\*+/$", "", comment.strip())
        lines = [re.sub(r"^[ \t]*\*(?!\*) ?", "", line) for line in body.split("\n")]
    else:
        lines = [re.sub(r"^[ \t]*//+ ?", "", line) for line in comment.split("\n")]
    return "\n".join(line.rstrip() for line in lines).strip()


def read_tags(text: str) -> tuple[Section, ...]:
    """The sections of a JSDoc or Javadoc comment."""
    first = _TAG.search(text)
    said = _inline(text[: first.start()] if first else text).strip()
    sections = [Section(kind="text", text=said)] if said else []
    items: dict[str, list[Item]] = {}
    for tag, rest in _TAG.findall(text):
        kind = _SECTIONS.get(tag)
        rest = _inline(rest).strip()  # noqa: PLW2901 - the same, cleaned
        if kind == "examples":
            code = rest if "```" in rest else f"```\n{rest}\n```"
            sections.append(Section(kind=kind, text=code))
        elif kind in {"deprecated", "see"}:
            sections.append(
                Section(kind="admonition", title="Deprecated" if kind == "deprecated" else "See", text=rest)
            )
        elif kind:
            items.setdefault(kind, []).append(_tag_item(kind, rest))
    sections += [Section(kind=kind, items=tuple(found)) for kind, found in items.items()]
    return tuple(sections)


def _tag_item(kind: str, rest: str) -> Item:
    found = (_TYPED if kind == "returns" else _PARAMETER).match(rest)
    if found is None:
        return Item(text=rest)
    parts = found.groupdict()
    name = (parts.get("name") or "").strip("[]").partition("=")[0]
    return Item(name=name, annotation=parts["type"] or "", text=parts["text"].strip())


def _inline(text: str) -> str:
    return _INLINE.sub(lambda found: f"`{found[1].strip()}`", text)
