"""Issues and pull requests at GitHub: acme/app#12, links, and #12 or GH-12 for the repository that the text is of.

https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

from __future__ import annotations

import re

from flows.trackers.issue import Issue, once
from tasks import github
from tieline import ConfigError, NotFound

_REFERENCE = re.compile(
    r"https?://(?:www\.)?github\.com/(?P<there>[\w.-]+/[\w.-]+)/(?:issues|pull)/(?P<linked>[1-9]\d*)\b"
    r"|(?<![\w&/.#-])(?:(?P<other>[\w-]+/[\w.-]+)?#|GH-)(?P<number>[1-9]\d*)\b"
)


class Tracker:
    """What the token sees.

    Args:
        connection: The saved block's name.
        repository: Owner and name of the one whose texts are read; without it, #12 names nothing.
    """

    def __init__(self, connection: str, repository: str = "") -> None:
        self._connection, self._repository = connection, repository

    def references(self, text: str) -> list[str]:
        """Such as acme/app#12."""
        found = (
            (one["there"] or one["other"] or self._repository, one["linked"] or one["number"])
            for one in _REFERENCE.finditer(text)
        )
        return once(f"{repository}#{number}" for repository, number in found if repository)

    async def get(self, reference: str) -> Issue | None:
        """An issue or a pull request, in Markdown."""
        repository, number = _parts(reference)
        try:
            found = await github.get_issue(self._connection, repository=repository, number=number)
        except NotFound:
            return None
        return Issue(
            key=reference,
            title=found.title,
            text=found.body or "",
            state=found.state,
            link=found.html_url,
            labels=found.labels,
        )

    async def comment(self, reference: str, text: str) -> None:
        """Say something, in Markdown."""
        repository, number = _parts(reference)
        await github.add_comment(self._connection, repository=repository, number=number, body=text)


def _parts(reference: str) -> tuple[str, int]:
    repository, _, number = reference.rpartition("#")
    if not repository or not number.isdecimal():
        raise ConfigError(f"{reference!r} names no issue.", hint="Write it like acme/app#12.")
    return repository, int(number)
