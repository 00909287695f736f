"""Issues in Linear: ENG-123, in any text, in the name of a branch and in links."""

from __future__ import annotations

from flows.trackers.issue import Issue, keys
from tasks import linear
from tieline import NotFound


class Tracker:
    """A workspace.

    Args:
        connection: The saved block's name.
        repository: Nothing here depends on it.
    """

    def __init__(self, connection: str, repository: str = "") -> None:  # noqa: ARG002 - code hosts need it
        self._connection = connection

    def references(self, text: str) -> list[str]:
        """Such as ENG-123."""
        return keys(text)

    async def get(self, reference: str) -> Issue | None:
        """An issue, in Markdown."""
        try:
            found = await linear.get_issue(self._connection, issue_id=reference)
        except NotFound:
            return None
        return Issue(
            key=found.identifier,
            title=found.title,
            text=found.description or "",
            state=found.state.name if found.state else "",
            link=found.url,
            labels=tuple(label.name for label in found.labels),
        )

    async def comment(self, reference: str, text: str) -> None:
        """Say something, in Markdown."""
        await linear.add_comment(self._connection, issue_id=reference, body=text)
