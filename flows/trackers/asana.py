"""Tasks in Asana: by their links, old and new. They have no other name."""

from __future__ import annotations

import re
from http import HTTPStatus

from flows.trackers.issue import Issue, once
from tasks import asana
from tieline import NotFound
from tieline.errors import AuthFailed

# https://app.asana.com/0/PROJECT/TASK, and https://app.asana.com/1/WORKSPACE/project/PROJECT/task/TASK.
_LINK = re.compile(r"\bapp\.asana\.com/(?:0/\d+/(\d+)|1/\d+/(?:[a-z]+/\d+/)?task/(\d+))")


class Tracker:
    """What the owner of the token sees.

    Args:
        connection: The saved block's name.
        repository: Nothing here depends on it.
    """

    def __init__(self, connection: str, repository: str = "") -> None:  # noqa: ARG002 - code hosts need it
        self._connection = connection

    def references(self, text: str) -> list[str]:
        """The gids of tasks in links."""
        return once(old or new for old, new in _LINK.findall(text))

    async def get(self, reference: str) -> Issue | None:
        """A task; its notes are plain text, its state is its section."""
        try:
            found = await asana.get_task(self._connection, task_gid=reference)
        except NotFound:
            return None
        except AuthFailed as exc:
            # The login is good; somebody has linked a task that it may not see.
            if exc.status == HTTPStatus.FORBIDDEN:
                return None
            raise
        sections = [one.section.name for one in found.memberships if one.section and one.section.name]
        return Issue(
            key=found.gid,
            title=found.name,
            text=found.notes,
            state="completed" if found.completed else ", ".join(sections),
            link=found.permalink_url,
            labels=tuple(tag.name for tag in found.tags if tag.name),
        )

    async def comment(self, reference: str, text: str) -> None:
        """Say something; Asana shows it as plain text."""
        await asana.add_comment(self._connection, task_gid=reference, text=text)
