"""Adaptive Cards: made from a few words, or given whole and checked before they are sent.

Pages: https://adaptivecards.io/explorer/,
https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, HttpUrl

from tieline import ConfigError, Input

KIND = "application/vnd.microsoft.card.adaptive"
#: The newest that Teams shows, https://learn.microsoft.com/microsoft-copilot-studio/adaptive-cards-overview
VERSION = "1.5"
#: Of a message with all that is in it, https://learn.microsoft.com/microsoftteams/limits-specifications-teams
LARGEST = 28 * 1024
#: Deeper than any card for people; more would only break what reads it.
DEEPEST = 40
#: What a card can do where no bot stands behind it, see the second page above.
ACTIONS = ("Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility")


class Fact(Input):
    """A line of a card: what it is, and its value."""

    title: str
    value: str


class Link(Input):
    """A button that opens a page."""

    title: str
    url: HttpUrl


class Card(Input):
    """A card in a few words: a heading, a text, a table of facts, and buttons that open pages."""

    title: str = Field("", description="Its heading.")
    text: str = Field("", description="Below the heading; bold, italic, lists and links as in Markdown.")
    facts: tuple[Fact, ...] = Field((), description="A table of two columns below the text.")
    actions: tuple[Link, ...] = Field((), description="Buttons that open pages.")

    def adaptive(self) -> dict[str, Any]:
        """The Adaptive Card. Errors: `ConfigError` when there is nothing on it."""
        heading = {"type": "TextBlock", "text": self.title, "size": "Large", "weight": "Bolder", "wrap": True}
        facts = {"type": "FactSet", "facts": [fact.model_dump() for fact in self.facts]}
        body: list[dict[str, Any]] = [
            *([heading] if self.title.strip() else []),
            *([{"type": "TextBlock", "text": self.text, "wrap": True}] if self.text.strip() else []),
            *([facts] if self.facts else []),
        ]
        buttons = [{"type": "Action.OpenUrl", "title": one.title, "url": str(one.url)} for one in self.actions]
        return _card(body, buttons)


class AdaptiveCard(Input):
    """A whole Adaptive Card, as the designer at https://adaptivecards.io/designer/ gives it."""

    model_config = ConfigDict(extra="allow")

    type: Literal["AdaptiveCard"]
    version: Literal["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"]
    body: tuple[dict[str, Any], ...] = ()

    def adaptive(self) -> dict[str, Any]:
        """The card as it was given. Errors: `ConfigError` when it has what nobody could show or hear."""
        _check({**(self.model_extra or {}), "body": self.body})
        return self.model_dump(mode="json")


AnyCard = Annotated[
    Card | AdaptiveCard, Field(description="Title, text, facts and actions; or a whole Adaptive Card, up to 1.5.")
]


def plain(text: str) -> dict[str, Any]:
    """A text as a card that shows it to the letter; a `TextBlock` would read it as Markdown."""
    lines = [line for line in text.splitlines() if line.strip()]
    return _card([{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in lines], [])


def attachment(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card as a message carries it."""
    return {"contentType": KIND, "content": card}


def fits(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message, if Teams takes one of its size. Errors: `ConfigError`."""
    size = len(json.dumps(message, ensure_ascii=False).encode())
    if size > LARGEST:
        raise ConfigError(
            f"The message has {size:,} bytes; Teams takes {LARGEST:,}.",
            hint="Nothing was sent: shorten it, or link to what is too long.",
        )
    return message


def _card(body: list[dict[str, Any]], actions: list[dict[str, Any]]) -> dict[str, Any]:
    if not body and not actions:
        raise ConfigError("There is nothing on the card.", hint="Nothing was sent.")
    schema = "http://adaptivecards.io/schemas/adaptive-card.json"
    made = {"type": "AdaptiveCard", "$schema": schema, "version": VERSION, "body": body}
    # Teams leaves cards narrow that do not ask for more.
    return made | {"msteams": {"width": "Full"}} | ({"actions": actions} if actions else {})


def _check(card: Mapping[str, Any]) -> None:
    """Whether somebody who reads the card can use it; what is in it is looked through, however deep.

    Raises:
        ConfigError: It is empty or too deep, an element has no type, or an action needs a bot.
    """
    if not card["body"] and not card.get("actions"):
        raise ConfigError("There is nothing on the card.", hint="Nothing was sent.")
    for number, element in enumerate(card["body"], 1):
        if not isinstance(element.get("type"), str) or not element["type"]:
            raise ConfigError(f"Element {number} of the card has no type.", hint="Nothing was sent.")
    left: list[tuple[int, Any]] = [(0, card)]
    for depth, value in left:  # grows while it is read
        if depth > DEEPEST:
            raise ConfigError(f"The card is nested more than {DEEPEST} times.", hint="Nothing was sent.")
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind.startswith("Action.") and kind not in ACTIONS:
            raise ConfigError(
                f"The card has an {kind}, which only a bot can answer.",
                hint=f"Nothing was sent. What works without one: {', '.join(ACTIONS)}.",
            )
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        left += [(depth + 1, one) for one in inner]
