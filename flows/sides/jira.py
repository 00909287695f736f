"""A project's issues as rows; the place is the project's key, such as "OPS".

Jira finds issues in an index, which is a moment behind: what changed is asked for with an overlap, and the latest
issues are looked at one by one before new ones are opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from typing import Any

from flows.sides.records import BLANK, EVERYTHING, Column, Found, Records, Refused, Row, changed, only
from tasks import jira
from tieline import ConfigError, NotFound
from tieline.markup import adf
from tieline.sync.side import Cell, Change, Written

_NUMBERS = "Jira numbers issues itself"
_ITSELF = "Jira keeps it itself."
_KIND = "the issue's type, which is changed in Jira alone"


def _labels(value: Cell) -> str:
    bad = next((one for one in value if one.split() != [one]), "") if isinstance(value, list) else ""
    return f"In Jira, a label has no blanks; {bad!r} has." if bad else ""


def _one_line(value: Cell) -> str:
    return "A summary is one line." if "\n" in str(value) else ""


COLUMNS = (
    Column("key", writable=False, why=f"{_NUMBERS}.",
           assigned=f"{_NUMBERS}: use another column, such as summary, as the key to create issues from rows."),
    Column("summary", blank=False, longest=255, fits=_one_line),
    Column("description", longest=32767),
    Column("status", blank=False),
    Column("type", blank=False),
    Column("priority", blank=False),
    Column("labels", "list", fits=_labels),
    Column("assignee_id", blank=False),
    Column("assignee", writable=False, why="Names are not unique: write assignee_id."),
    Column("reporter", writable=False, why=_ITSELF),
    Column("created", "datetime", writable=False, why=_ITSELF),
    Column("updated", "datetime", writable=False, why=_ITSELF),
)  # fmt: skip


class Issues(Records):
    """The issues of a project.

    Args:
        connection: The saved block's name.
        project: The project's key.
        keys: The key columns.
    """

    def __init__(self, connection: str, project: str, keys: Sequence[str]) -> None:
        super().__init__(f"Issues of {project} in Jira", keys)
        self._connection, self._project = connection, project

    async def columns(self, names: Sequence[str]) -> Sequence[Column]:  # noqa: ARG002 - there are no others
        """What issues have."""
        return COLUMNS

    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:
        """All issues, or those that changed; in minutes from now, as JQL has the time zone of the account."""
        minutes = ceil((datetime.now(UTC) - since).total_seconds() / 60) + 1 if since else 0
        changed = f" AND updated >= -{minutes}m" if since else ""
        jql = f'project = "{self._project}"{changed} ORDER BY created DESC'
        found = await jira.search_issues(self._connection, jql=jql, limit=EVERYTHING)
        return Found([_row(one, columns) for one in {one.key: one for one in found}.values()])

    async def refs_of(self, wanted: Sequence[tuple[str, ...]]) -> Mapping[tuple[str, ...], str]:
        """Those that are found, and those after the last of them, which may not be in the index yet."""
        refs = {**await super().refs_of(wanted)}
        number = max((int(ref.rpartition("-")[2]) for ref in refs.values()), default=0)
        while (one := await self._get(f"{self._project}-{number + 1}")) is not None:
            refs[self._key(_row(one, self._keys).cells)] = one.key
            number += 1
        return refs

    async def create(self, cells: Mapping[str, Cell]) -> Written:
        """Open an issue, and move it to its status."""
        if cells.get("type") in BLANK or cells.get("summary") in BLANK:
            raise Refused("An issue needs a type and a summary: map columns to them.")
        values = _values({name: cells[name] for name in cells.keys() - {"type", "status"}})
        kind = str(cells["type"])
        made = await jira.create_issue(self._connection, project_key=self._project, issue_type=kind, **values)
        if status := cells.get("status"):
            await self._write(made.key, {"status": status})
        return Written(made.key, _kept(cells))

    async def update(self, ref: str, change: Change) -> Written:
        """Change an issue, if nobody else has changed the same."""
        issue = await jira.get_issue(self._connection, issue_key=ref)
        todo = changed(_row(issue, [*change.cells]).cells, change)
        if "type" in todo:
            raise Refused(f"It is {_KIND}.")
        await self._write(ref, todo)
        return Written(ref, _kept(todo))

    async def delete(self, ref: str) -> None:
        """Delete an issue for good."""
        await jira.delete_issue(self._connection, issue_key=ref)

    async def _write(self, key: str, cells: Mapping[str, Cell]) -> None:
        values = _values({name: cell for name, cell in cells.items() if name != "status"})
        if values:
            await jira.update_issue(self._connection, issue_key=key, **values)
        status = str(cells.get("status") or "")
        if status and (await jira.get_issue(self._connection, issue_key=key)).status != status:
            await jira.transition_issue(self._connection, issue_key=key, to=status)

    async def _get(self, key: str) -> jira.Issue | None:
        try:
            return await jira.get_issue(self._connection, issue_key=key)
        except NotFound:
            return None


async def open(connection: str, place: str, *, keys: Sequence[str], **options: str) -> Issues:  # noqa: A001 - what sides are opened with
    """The issues of the project that the place names."""
    only("Jira's issues", options)
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", place):
        raise ConfigError(f"{place!r} is no key of a project.", hint='Write it as it is, such as "OPS".')
    return Issues(connection, place, keys)


def _row(issue: jira.Issue, columns: Sequence[str]) -> Row:
    person = issue.assignee
    said: dict[str, Cell] = {
        "type": issue.issuetype,
        "labels": list(issue.labels),
        "description": issue.description or None,
        "assignee_id": person.accountId if person else None,
        "assignee": person.displayName if person else None,
        "reporter": issue.reporter.displayName if issue.reporter else None,
    }
    cells = {name: said[name] if name in said else getattr(issue, name) for name in columns}
    return Row(issue.key, issue.updated, cells, {"type": _KIND} if "type" in columns else {})


def _kept(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """What Jira holds of a description: it is Markdown, and comes back as a paragraph is written there."""
    said = cells.get("description")
    return {"description": adf.to_markdown(adf.from_markdown(said)) or None} if isinstance(said, str) else {}


def _values(cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Cells as Jira takes them: a description and labels can be blank."""
    for name in ("summary", "priority", "assignee_id"):
        if name in cells and cells[name] in BLANK:
            raise Refused(f"{name} cannot be made blank from here.")
    blank: dict[str, Cell] = {"labels": [], "description": ""}
    return {name: blank[name] if cell is None else cell for name, cell in cells.items()}
