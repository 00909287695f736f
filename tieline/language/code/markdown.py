"""Text from outside as Markdown: it cannot end our blocks, make headings, or be taken for one of our marks.

Docstrings are written by whoever may push. HTML is shown and not read, comments included, so that nothing can look like
a mark of a generated region; links lead to web addresses only, and pictures are left out: showing one tells its server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w+-]*)")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)([^`]|[^`].*?[^`])\1(?!`)")
#: Sphinx's roles, such as :class:`~acme.Client`.
_ROLE = re.compile(r":[\w:.+-]+:`(?:[^`<]*<)?[~!]?([^`<>]+)>?`")
_DIRECTIVE = re.compile(r"^\.\. +([\w-]+):: *(.*)$")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\((?!https?://[^\s()<>]+\))")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]: *(\S+)[^\n]*$", re.MULTILINE)
_USE = re.compile(r"\[([^\[\]\n]+)\]\[([^\[\]\n]*)\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_READER = MarkdownIt("commonmark")
_FORBIDDEN = frozenset(["html_block", "html_inline", "heading_open", "image"])


def block(text: str) -> str:
    """Text of a docstring: its paragraphs, lists and code stay; what could change the page around it does not."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    made = "\n".join(_lines(_without_definitions(text))).strip("\n")
    tokens = [one for token in _READER.parse(made) for one in (token, *(token.children or ()))]
    if any(one.type in _FORBIDDEN or _leads_astray(one.attrs.get("href")) for one in tokens):
        return fenced(text, "text")  # what it is was not foreseen: as it stands, then
    return made


def line(text: str, *, cell: bool = False) -> str:
    """Text within a line, or within a cell of a table."""
    plain = " ".join(_CONTROL.sub(" ", text).split())
    made = _inline(plain)
    if cell:
        made = made.replace("|", "\\|")
    if not made.startswith("**"):
        made = re.sub(
            r"^(?:([#>+*=~-])|(\d+)([.)]))", lambda one: f"\\{one[1]}" if one[1] else f"{one[2]}\\{one[3]}", made
        )
    children = [one for token in _READER.parse(made) for one in (token, *(token.children or ()))]
    bad = any(one.type in _FORBIDDEN or _leads_astray(one.attrs.get("href")) for one in children)
    return code(plain, cell=cell) if bad else made


def code(text: str, *, cell: bool = False) -> str:
    """A code span, whatever is in it."""
    plain = _no_marks(" ".join(_CONTROL.sub(" ", text).split()))
    if not plain:
        return ""
    ticks = "`" * (max((len(one) for one in re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain[0] == "`" or plain[-1] == "`" else ""
    made = f"{ticks}{pad}{plain}{pad}{ticks}"
    return made.replace("|", "\\|") if cell else made


def fenced(text: str, language: str) -> str:
    """A block of code, whatever is in it."""
    plain = _no_marks(_CONTROL.sub("", text.replace("\r\n", "\n"))).strip("\n")
    ticks = "`" * max(3, max((len(one) for one in re.findall("`+", plain)), default=0) + 1)
    return f"{ticks}{language}\n{plain}\n{ticks}"


def _no_marks(text: str) -> str:
    """In code nothing is read as HTML; but who looks for marks may not read Markdown."""
    return text.replace("<!--", "<\u200b!--")


def _without_definitions(text: str) -> str:
    """Links where they are used: a definition would count for the whole page."""
    known = {name.lower(): address for name, address in _DEFINITION.findall(text)}
    if not known:
        return text

    def shown(found: re.Match[str]) -> str:
        address = known.get((found[2] or found[1]).lower())
        if address is None:
            return found[0]
        return f"[{found[1]}]({address})" if address.startswith(("https://", "http://")) else found[1]

    return _USE.sub(shown, _DEFINITION.sub("", text))


def _leads_astray(address: object) -> bool:
    return address is not None and not str(address).startswith(("https://", "http://"))


def _lines(text: str) -> Iterator[str]:
    rest = text.split("\n")
    while rest:
        one = rest.pop(0)
        fence = _FENCE.match(one)
        if fence:
            inner = _until(rest, lambda said, mark=fence[1]: said.strip().startswith(mark))
            yield fenced("\n".join(inner), fence[2])
            if rest:
                rest.pop(0)
        elif one.lstrip().startswith(">>> "):
            rest.insert(0, one)
            inner = _until(rest, lambda said: not said.strip())
            yield from ["", fenced("\n".join(inner), "pycon"), ""]
        elif one.startswith(("    ", "\t")):
            yield _inline(one)
        elif _SETEXT.match(one):
            yield ""
        elif directive := _DIRECTIVE.match(one):
            yield f"**{directive[1].replace('-', ' ').capitalize()}** {_inline(directive[2])}".rstrip()
        else:
            yield re.sub(r"^(\s{0,3})(#{1,6})(?=\s|$)", r"\1\\\2", _inline(re.sub(r"(?<=\S)::$", ":", one)))


def _until(rest: list[str], ends: object) -> list[str]:
    found = []
    while rest and not ends(rest[0]):  # type: ignore[operator] # a function of a line
        found.append(rest.pop(0))
    return found


def _inline(text: str) -> str:
    text = _ROLE.sub(r"`\1`", text)
    made, place = [], 0
    for found in _SPAN.finditer(text):
        made += [_plain(text[place : found.start()]), _no_marks(found[0])]
        place = found.end()
    return "".join([*made, _plain(text[place:])])


def _plain(text: str) -> str:
    text = text.replace("<", "&lt;").replace("`", "\\`")
    text = text.replace("![", "!\\[")
    text = re.sub(r"^(\s*)\[(?=[^\]]*\]:)", r"\1\\[", text)  # a definition would change links elsewhere
    return _LINK.sub(r"\\[\1](", text)
