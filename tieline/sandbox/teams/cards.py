"""Shows Adaptive Cards as HTML: texts, facts, and what buttons would open. Everything else is named by its type.

Reference: https://adaptivecards.io/explorer/
"""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

#: Where an element keeps what is in it.
_INSIDE = ("items", "columns", "rows", "cells")
DEEPEST = 20


def card(content: dict[str, Any]) -> Markup:
    """A card."""
    parts = [part for one in _listed(content.get("body")) for part in _element(one, 0)]
    buttons = [_button(one) for one in _listed(content.get("actions")) if isinstance(one, dict)]
    return Markup('<div class="file">{}{}</div>').format(Markup("").join(parts), Markup(" ").join(buttons))


def _element(element: Any, depth: int) -> Iterator[Markup]:
    if not isinstance(element, dict) or depth > DEEPEST:
        return
    kind = element.get("type", "")
    inside = [one for name in _INSIDE for one in _listed(element.get(name))]
    if kind == "TextBlock":
        heading = element.get("weight") == "Bolder"
        bold = Markup("<p><b>{}</b></p>") if heading else Markup("<p>{}</p>")
        yield bold.format(element.get("text", ""))
    elif kind == "RichTextBlock":
        runs = [one.get("text", "") if isinstance(one, dict) else one for one in _listed(element.get("inlines"))]
        yield Markup("<p>{}</p>").format("".join(map(str, runs)))
    elif kind == "FactSet":
        facts = [one for one in _listed(element.get("facts")) if isinstance(one, dict)]
        rows = [Markup("<dt>{}</dt><dd>{}</dd>").format(one.get("title"), one.get("value")) for one in facts]
        yield Markup('<dl class="facts">{}</dl>').format(Markup("").join(rows))
    elif inside:
        for one in inside:
            yield from _element(one, depth + 1)
    else:
        yield Markup('<p class="quiet">{}</p>').format(kind)


def _button(action: dict[str, Any]) -> Markup:
    """A button with what it opens; nothing here leads out of the sandbox."""
    return Markup('<span class="pill" title="{}">{}</span>').format(action.get("url", ""), action.get("title", ""))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
