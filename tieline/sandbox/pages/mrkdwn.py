"""Shows Slack's messages as HTML: its markup, and the simple blocks. Everything else stays text.

Reference: https://docs.slack.dev/messaging/formatting-message-text, https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from tieline.sandbox.happening import Record
from tieline.sandbox.slack import clicks
from tieline.sandbox.slack.memory import Workspace

_PARTS = re.compile(r"(```.*?```|`[^`\n]+`|<[^<>\n]+>)", re.DOTALL)
_STYLES = (("strong", "*"), ("em", "_"), ("s", "~"))
_EMOJI = {
    "cake": "🍰",
    "tada": "🎉",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "x": "❌",
    "rotating_light": "🚨",
    "eyes": "👀",
    "ticket": "🎫",
    "mag": "🔍",
    "books": "📚",
    "wave": "👋",
    "robot_face": "🤖",
    "label": "🏷️",
    "clipboard": "📋",
    "bar_chart": "📊",
    "inbox_tray": "📥",
    "large_green_circle": "🟢",
    "red_circle": "🔴",
    "hourglass": "⌛",
}


def text(workspace: Workspace, value: str) -> Markup:
    """A text in Slack's markup."""
    return Markup("").join(_part(workspace, part) for part in _PARTS.split(value) if part)


def _part(workspace: Workspace, part: str) -> Markup:
    if part.startswith("```") and part.endswith("```") and len(part) > len("``````"):
        return Markup("<pre>{}</pre>").format(_plain(part[3:-3].strip("\n")))
    if part.startswith("`") and part.endswith("`") and len(part) > len("``"):
        return Markup("<code>{}</code>").format(_plain(part[1:-1]))
    if part.startswith("<") and part.endswith(">"):
        return _reference(workspace, part[1:-1])
    return _styled(part)


def _plain(value: str) -> str:
    """Slack escapes three characters; this takes that back. The template escapes again."""
    return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _reference(workspace: Workspace, inner: str) -> Markup:
    """A link, a person, a channel, or a call to everybody."""
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        name = workspace.users.get(target[1:], {}).get("real_name", target[1:])
        return Markup('<span class="mention">@{}</span>').format(label or name)
    if target.startswith("#"):
        name = workspace.channels.get(target[1:], {}).get("name", target[1:])
        return Markup('<span class="mention">#{}</span>').format(label or name)
    if target.startswith("!"):
        return Markup('<span class="mention">@{}</span>').format(label or target[1:].split("^")[0])
    if target.startswith(("https://", "http://", "mailto:")):
        return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(_plain(target), _plain(label or target))
    return escape(_plain(f"<{inner}>"))


def _styled(value: str) -> Markup:
    html = str(escape(_plain(value)))
    for tag, mark in _STYLES:
        m = re.escape(mark)
        html = re.sub(rf"(?<!\w){m}(\S(?:[^\n{m}]*\S)?){m}(?!\w)", rf"<{tag}>\1</{tag}>", html)
    html = re.sub(r":([a-z0-9_+-]+):", lambda match: _EMOJI.get(match[1], match[0]), html)
    return Markup(html)  # noqa: S704 - escaped above; only fixed tags were added


def block(workspace: Workspace, value: Record) -> Markup:
    """One block. What has no form of its own here (such as markdown) shows its words."""
    show = _BLOCKS.get(str(value.get("type")))
    return show(workspace, value) if show else Markup("<p>{}</p>").format(_words(value))


def _divider(_workspace: Workspace, _value: Record) -> Markup:
    return Markup("<hr>")


def _header(workspace: Workspace, value: Record) -> Markup:
    return Markup("<h3>{}</h3>").format(_text_object(workspace, value.get("text")))


def _context(workspace: Workspace, value: Record) -> Markup:
    parts = (_context_part(workspace, element) for element in value.get("elements", []))
    return Markup('<div class="context">{}</div>').format(Markup(" ").join(parts))


def _actions(workspace: Workspace, value: Record) -> Markup:
    buttons = Markup("").join(_button(workspace, value, element) for element in value.get("elements", []))
    return Markup('<div class="buttons">{}</div>').format(buttons)


def _button(workspace: Workspace, around: Record, element: Record) -> Markup:
    """A button that can be clicked; one that opens a page is a link, and anything else shows its words."""
    label, address = _text_object(workspace, element.get("text")), str(element.get("url", ""))
    if address.startswith(("https://", "http://")):
        return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(address, label)
    if element.get("type") != "button":
        return Markup("<span>{}</span>").format(label)
    name, style = clicks.name_of(around, element), element.get("style", "")
    return Markup('<button name="{}" value="{}" class="{}">{}</button>').format(clicks.BUTTON, name, style, label)


def _input(workspace: Workspace, value: Record) -> Markup:
    label, element = _text_object(workspace, value.get("label")), value["element"]
    name = clicks.name_of(value, element)
    return Markup('<label class="context">{}<br><input name="{}" autocomplete="off"></label>').format(label, name)


def _rich_text(_workspace: Workspace, value: Record) -> Markup:
    """Its words, each section on a line of its own."""
    sections = [
        section
        for element in value.get("elements", [])
        for section in (element["elements"] if element.get("type") == "rich_text_list" else [element])
    ]
    return Markup("").join(Markup("<p>{}</p>").format(_words(section)) for section in sections)


def _image(_workspace: Workspace, value: Record) -> Markup:
    # Named, not loaded: the sandbox asks nobody else for anything.
    return Markup('<div class="image">Image: {}</div>').format(value.get("alt_text", ""))


def _section(workspace: Workspace, value: Record) -> Markup:
    body = Markup("<p>{}</p>").format(_text_object(workspace, value.get("text"))) if value.get("text") else Markup("")
    fields = [Markup("<div>{}</div>").format(_text_object(workspace, field)) for field in value.get("fields", [])]
    grid = Markup('<div class="fields">{}</div>').format(Markup("").join(fields)) if fields else Markup("")
    return body + grid


def _context_part(workspace: Workspace, element: Record) -> Markup:
    if element.get("type") == "image":
        return Markup("<span>[{}]</span>").format(element.get("alt_text", ""))
    return Markup("<span>{}</span>").format(_text_object(workspace, element))


def _text_object(workspace: Workspace, value: Any) -> Markup:
    if not isinstance(value, dict):
        return Markup("")
    content = str(value.get("text", ""))
    return text(workspace, content) if value.get("type") == "mrkdwn" else escape(content)


def _words(value: Any) -> str:
    """All texts inside a block."""
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return own + "".join(_words(v) for v in value.values() if isinstance(v, dict | list))
    return "".join(_words(item) for item in value) if isinstance(value, list) else ""


_BLOCKS: dict[str, Callable[[Workspace, Record], Markup]] = {
    "divider": _divider,
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
}
