"""Issues as scenarios see them, and what a system that keeps them must be able to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from pydantic import Field

from tieline import Model

# ENG-123, and not a part of CVE-2024-1234.
_KEY = r"(?<![\w-])([{letters}][{letters}0-9_]*-[1-9][0-9]*)(?!\w|-[0-9])"
_IN_TEXT, _IN_A_NAME = re.compile(_KEY.format(letters="A-Z")), re.compile(_KEY.format(letters="A-Za-z"))


class Issue(Model):
    """An issue, a card, a task."""

    key: str = Field(description="What people call it, such as ENG-123 or acme/app#12.")
    title: str
    text: str = Field("", description="The description: Markdown, or plain where the system has no other.")
    state: str = Field("", description="In the system's own words, such as In Progress, or the list that a card is in.")
    link: str = ""
    labels: tuple[str, ...] = ()


@runtime_checkable
class Tracker(Protocol):
    """A system that keeps issues."""

    def references(self, text: str) -> list[str]:
        """The issues that a text names by this tracker's notation: each once, in order; they may not exist.

        Args:
            text: A commit's message, a branch's name, the text of a pull request.
        """
        ...

    async def get(self, reference: str) -> Issue | None:
        """An issue; None where it does not exist, or not for this connection.

        Args:
            reference: As `references` gives it.

        Raises:
            ConnectorError: The system did not answer, or refused the login.
        """
        ...

    async def comment(self, reference: str, text: str) -> None:
        """Say something on an issue.

        Args:
            reference: As `references` gives it.
            text: Markdown, as far as the system has it.

        Raises:
            ConnectorError: The system did not answer, or refused; there may be no such issue.
        """
        ...


def keys(text: str) -> list[str]:
    """The keys such as ENG-123 in a text, or in a link; the name of a branch has them in small letters, too."""
    words = _IN_TEXT if len(text.split()) > 1 else _IN_A_NAME
    return once(found.upper() for found in words.findall(text))


def once(found: Iterable[str]) -> list[str]:
    """Each of them once, in order."""
    return list(dict.fromkeys(found))
