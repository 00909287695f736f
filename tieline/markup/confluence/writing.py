"""From Markdown to storage format."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from tieline.markup.confluence import panels
from tieline.markup.confluence.tree import legal

_PANEL = re.compile(r"\[!([A-Z]+)\][ \t]*(.*)", re.DOTALL)
_TASK = re.compile(r"\[([ xX])\](?:\s|$)")
_BR = re.compile(r"<br\s*/?>", re.IGNORECASE)
#: Deeper than any text that a person wrote. The parser would drop what is in there.
_DEEPEST = 60
_OWN = re.compile(r"confluence:(page|attachment|user)/([^#]*)(?:#(.*))?$")


def from_markdown(text: str) -> str:
    """Markdown (CommonMark with tables, tasks and strikethrough) in storage format; see the package.

    HTML in it is text like any other. The result is always well-formed.
    """
    tokens = _parser().parse(legal(text))
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return _code(legal(text), "")
    _find_panels(tokens)
    _find_tasks(tokens)
    return str(_parser().renderer.render(tokens, _parser().options, {})).strip()


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "xhtmlOut": True, "maxNesting": _DEEPEST}, renderer_cls=_Storage)
    made.enable(["table", "strikethrough"])
    made.inline.ruler.before("autolink", "line_break", _line_break)
    return made


def _line_break(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as markdown-it calls it
    """`<br>`, which is the only way to break a line in a cell of a table."""
    found = _BR.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


# ---------------------------------------------------------------- what Markdown says with other means


def _find_panels(tokens: list[Token]) -> None:
    """Quotes that begin with `[!NOTE]` are panels."""
    for at, token in enumerate(tokens):
        if token.type == "blockquote_open" and at + 2 < len(tokens) and tokens[at + 2].type == "inline":
            first = tokens[at + 2]
            title, rest = _first_line(first.children or [])
            found = _PANEL.fullmatch(title)
            if found is None or found[1] not in panels.MACROS:
                continue
            panel = {"macro": panels.MACROS[found[1]], "title": found[2].strip()}
            token.type, token.meta = "panel_open", panel
            tokens[_end(tokens, at)].type = "panel_close"
            first.children = rest
            if not rest:
                tokens[at + 1].type = first.type = tokens[at + 3].type = "nothing"


def _first_line(children: list[Token]) -> tuple[str, list[Token]]:
    """The words up to the first break, and what comes after it, in which what is open at the break begins anew."""
    end = next((n for n, child in enumerate(children) if child.type in {"softbreak", "hardbreak"}), len(children))
    begun: list[Token] = []
    for child in children[:end]:
        begun = [*begun, child][: len(begun) + child.nesting]
    rest = children[end + 1 :]
    return "".join(child.content for child in children[:end]), [*begun, *rest] if rest else []


def _find_tasks(tokens: list[Token]) -> None:
    """Lists whose items all begin with a box are lists of tasks."""
    for at, token in enumerate(tokens):
        if token.type != "bullet_list_open":
            continue
        end = _end(tokens, at)
        items = [n for n in range(at, end) if tokens[n].type == "list_item_open" and tokens[n].level == token.level + 1]
        boxes = [_box(tokens, n) for n in items]
        if not items or not all(boxes):
            continue
        token.type, tokens[end].type = "task_list_open", "task_list_close"
        for n, box in zip(items, boxes, strict=True):
            tokens[n].type, tokens[n].meta = "task_open", {"done": bool(box) and box[1] != " "}  # type: ignore[index]
            tokens[_end(tokens, n)].type = "task_close"
            first = (tokens[n + 2].children or [])[0]
            first.content = _TASK.sub("", first.content, count=1)


def _box(tokens: list[Token], at: int) -> re.Match[str] | None:
    """The box that an item begins with."""
    inside = tokens[at + 2] if at + 2 < len(tokens) else None
    if inside is None or inside.type != "inline" or not inside.children or inside.children[0].type != "text":
        return None
    return _TASK.match(inside.children[0].content)


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the token is that closes this one."""
    return next(n for n in range(at + 1, len(tokens)) if tokens[n].level == tokens[at].level and tokens[n].nesting < 0)


# ---------------------------------------------------------------- how it is written


def macro(name: str, body: str = "", **parameters: str) -> str:
    """A macro; `body` is markup already."""
    given = "".join(
        f'<ac:parameter ac:name="{key}">{escape(value)}</ac:parameter>' for key, value in parameters.items() if value
    )
    return f'<ac:structured-macro ac:name="{name}">{given}{body}</ac:structured-macro>'


def _code(code: str, language: str) -> str:
    kept = code.replace("]]>", "]]]]><![CDATA[>")
    return macro("code", f"<ac:plain-text-body><![CDATA[{kept}]]></ac:plain-text-body>", language=language)


class _Storage(RendererHTML):
    """XHTML, with Confluence's elements where it has its own. A method is called for each kind of token."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:  # noqa: ARG002 - as markdown-it calls it
        """A block of code."""
        return _code(tokens[idx].content.removesuffix("\n"), tokens[idx].info.strip().partition(" ")[0])

    code_block = fence

    def panel_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """A frame around what follows."""
        meta = tokens[idx].meta
        return macro(meta["macro"], "\0", title=meta["title"]).partition("\0")[0] + "<ac:rich-text-body>"

    def panel_close(self, *_: Any) -> str:
        """Its end."""
        return "</ac:rich-text-body></ac:structured-macro>"

    def task_list_open(self, *_: Any) -> str:
        """Things to do."""
        return "<ac:task-list>"

    def task_list_close(self, *_: Any) -> str:
        """Their end."""
        return "</ac:task-list>"

    def task_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """One of them."""
        state = "complete" if tokens[idx].meta["done"] else "incomplete"
        return f"<ac:task><ac:task-status>{state}</ac:task-status><ac:task-body>"

    def task_close(self, *_: Any) -> str:
        """Its end."""
        return "</ac:task-body></ac:task>"

    def nothing(self, *_: Any) -> str:
        """What was read already."""
        return ""

    def s_open(self, *_: Any) -> str:
        """What is struck out."""
        return "<del>"

    def s_close(self, *_: Any) -> str:
        """Its end."""
        return "</del>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """A picture: of the page's own files, or of the web."""
        token = tokens[idx]
        target = str(token.attrGet("src") or "")
        alt = self.renderInlineAsText(token.children or [], options, env)
        if urlsplit(target).scheme or target.startswith("/"):
            inner = f'<ri:url ri:value="{escape(target)}" />'
        else:
            inner = f'<ri:attachment ri:filename="{escape(unquote(target))}" />'
        described = f' ac:alt="{escape(alt)}"' if alt else ""
        return f"<ac:image{described}>{inner}</ac:image>"

    def link_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """A link, perhaps to something in Confluence itself."""
        own = _own(str(tokens[idx].attrGet("href") or ""))
        if own is None:
            return f"<a{self.renderAttrs(tokens[idx])}>"
        return f"{own}<ac:link-body>"

    def link_close(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Its end. Links do not stand in links, so the last one that was opened is the one."""
        opened = next(token for token in reversed(tokens[:idx]) if token.type == "link_open")
        return "</a>" if _own(str(opened.attrGet("href") or "")) is None else "</ac:link-body></ac:link>"


def _own(target: str) -> str | None:
    """The beginning of a link to something in Confluence; None for other addresses."""
    if target.startswith("#") and len(target) > 1:
        return f'<ac:link ac:anchor="{escape(unquote(target[1:]))}">'
    found = _OWN.match(target)
    if found is None:
        return None
    anchor = f' ac:anchor="{escape(unquote(found[3]))}"' if found[3] else ""
    return f"<ac:link{anchor}>{''.join(_identified(found[1], found[2]))}"


def _identified(kind: str, name: str) -> Iterator[str]:
    if kind == "page":
        space, _, title = name.partition("/")
        key = f' ri:space-key="{escape(unquote(space))}"' if space else ""
        yield f'<ri:page{key} ri:content-title="{escape(unquote(title))}" />'
    elif kind == "attachment":
        yield f'<ri:attachment ri:filename="{escape(unquote(name))}" />'
    else:
        yield f'<ri:user ri:account-id="{escape(unquote(name))}" />'
