"""Cards in Trello: by their links, such as https://trello.com/c/3CsPkqOF/7-the-lamp. They have no other name."""

from __future__ import annotations

import re

from flows.trackers.issue import Issue, once
from tasks import trello
from tieline import NotFound

_LINK = re.compile(r"\btrello\.com/c/([A-Za-z0-9]{8})(?![A-Za-z0-9])")


class Tracker:
    """What an account sees.

    Args:
        connection: The saved block's name.
        repository: Nothing here depends on it.
    """

    def __init__(self, connection: str, repository: str = "") -> None:  # noqa: ARG002 - code hosts need it
        self._connection = connection

    def references(self, text: str) -> list[str]:
        """The short ids of cards in links."""
        return once(_LINK.findall(text))

    async def get(self, reference: str) -> Issue | None:
        """A card, in Markdown; its state is its list, or the archive."""
        try:
            found = await trello.get_card(self._connection, card_id=reference)
        except NotFound:
            return None
        return Issue(
            key=found.shortLink or reference,
            title=found.name,
            text=found.desc,
            state="archived" if found.closed else found.list.name if found.list else "",
            link=found.url,
            # Many labels are a color alone.
            labels=tuple(label.name or label.color or "" for label in found.labels),
        )

    async def comment(self, reference: str, text: str) -> None:
        """Say something, in Markdown."""
        await trello.add_comment(self._connection, card_id=reference, text=text)
