"""Issues in Jira: OPS-7, in any text, in the name of a branch and in links."""

from __future__ import annotations

from flows.trackers.issue import Issue, keys
from tasks import jira
from tieline import NotFound


class Tracker:
    """A site.

    Args:
        connection: The saved block's name.
        repository: Nothing here depends on it.
    """

    def __init__(self, connection: str, repository: str = "") -> None:  # noqa: ARG002 - code hosts need it
        self._connection = connection

    def references(self, text: str) -> list[str]:
        """Such as OPS-7."""
        return keys(text)

    async def get(self, reference: str) -> Issue | None:
        """An issue, in Markdown."""
        try:
            found = await jira.get_issue(self._connection, issue_key=reference)
        except NotFound:
            return None
        block = await jira.connector.credentials(self._connection)
        return Issue(
            key=found.key,
            title=found.summary or "",
            text=found.description or "",
            state=found.status or "",
            link=f"{block.pages}/browse/{found.key}",
            labels=found.labels,
        )

    async def comment(self, reference: str, text: str) -> None:
        """Say something, in Markdown; whoever sees the issue can read it."""
        await jira.add_comment(self._connection, issue_key=reference, body=text)
