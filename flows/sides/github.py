"""A repository's issues as rows, without its pull requests; the place is owner and name, such as "acme/app"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from flows.sides.records import EVERYTHING, Column, Found, Records, Refused, Row, only, same
from tasks import github
from tasks.github.issues import State
from tieline import ConfigError
from tieline.sync.side import Cell, Change, Written

_NUMBERS = "GitHub numbers issues itself"
_ITSELF = "GitHub keeps it itself."

COLUMNS = (
    Column("number", "integer", writable=False, why=f"{_NUMBERS}.",
           assigned=f"{_NUMBERS}: use another column, such as title, as the key to create issues from rows."),
    Column("title", blank=False, longest=256),
    Column("body", longest=65536),
    Column("state", choices=get_args(State), blank=False),
    Column("labels", "list"),
    Column("assignees", "list"),
    Column("author", writable=False, why=_ITSELF),
    Column("url", writable=False, why=_ITSELF),
    Column("created_at", "datetime", writable=False, why=_ITSELF),
    Column("updated_at", "datetime", writable=False, why=_ITSELF),
    Column("closed_at", "datetime", writable=False, why=_ITSELF),
)  # fmt: skip


class Issues(Records):
    """The issues of a repository.

    Args:
        connection: The saved block's name.
        repository: Owner and name.
        keys: The key columns.
    """

    def __init__(self, connection: str, repository: str, keys: Sequence[str]) -> None:
        super().__init__(f"Issues of {repository} in GitHub", keys)
        self._connection, self._repository = connection, repository

    async def columns(self, names: Sequence[str]) -> Sequence[Column]:  # noqa: ARG002 - there are no others
        """What issues have."""
        return COLUMNS

    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:
        """Open and closed issues. Pages are counted: one that is opened meanwhile only makes another be read twice."""
        found = await github.list_issues(
            self._connection, repository=self._repository, state="all", since=since, limit=EVERYTHING
        )
        return Found([_row(one, columns) for one in {one.number: one for one in found}.values()])

    async def create(self, cells: Mapping[str, Cell]) -> Written:
        """Open an issue, and close it again, if it shall be closed."""
        values = _values(cells)
        state = values.pop("state", "open")
        made = await github.create_issue(self._connection, repository=self._repository, **values)
        if state == "closed":
            made = await self._update(made.number, {"state": state})
        return _written(made, cells)

    async def update(self, ref: str, change: Change) -> Written:
        """Change an issue."""
        return _written(await self._update(int(ref), _values(change.cells)), change.cells)

    async def delete(self, ref: str) -> None:
        """GitHub's REST API has nothing for it."""
        raise Refused(f"GitHub does not let anybody delete issue {ref} from outside: let `deletes` be mark or never.")

    async def _update(self, number: int, values: Mapping[str, Any]) -> github.Issue:
        changed: github.Issue = await github.update_issue(
            self._connection, repository=self._repository, number=number, **values
        )
        return changed


async def open(connection: str, place: str, *, keys: Sequence[str], **options: str) -> Issues:  # noqa: A001 - what sides are opened with
    """The issues of the repository that the place names."""
    only("GitHub's issues", options)
    if place.count("/") != 1:
        raise ConfigError(f"{place!r} names no repository.", hint='Write owner and name, such as "acme/app".')
    return Issues(connection, place, keys)


def _row(one: github.Issue, columns: Sequence[str]) -> Row:
    said: dict[str, Cell] = {
        "labels": list(one.labels),
        "assignees": list(one.assignees),
        "author": one.user,
        "url": one.html_url,
        "body": one.body or None,
    }
    cells = {name: said[name] if name in said else getattr(one, name) for name in columns}
    return Row(str(one.number), one.updated_at, cells)


def _written(issue: github.Issue, cells: Mapping[str, Cell]) -> Written:
    """GitHub drops assignees who may not be it without a word, and knows one label in any case of its letters.

    See https://docs.github.com/en/rest/issues/issues#update-an-issue
    """
    held = _row(issue, [*cells]).cells
    return Written(str(issue.number), {name: held[name] for name in cells if not same(held[name], cells[name])})


def _values(cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Cells as GitHub takes them: to be blank, a text is empty, and so is a list."""
    return {
        name: ([] if name in {"labels", "assignees"} else "") if cell is None else cell for name, cell in cells.items()
    }
