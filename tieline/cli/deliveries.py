"""One delivery as people see it, without secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from rich.console import Group, RenderableType
from rich.json import JSON
from rich.text import Text

from tieline import observe
from tieline.cli.screen import pairs, panel, table

_UNITS = (("d", 86400), ("h", 3600), ("min", 60))


def span(seconds: float) -> str:
    """A length of time, such as "3 min"."""
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def read(
    row: Mapping[str, Any], work: Sequence[Mapping[str, Any]], batches: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """All that may be shown of a delivery; secrets are hidden."""
    moments = ("due_at", "updated_at")
    found = {
        **{name: row[name] for name in ("id", "system", "connection", "event", "delivery", "state", "reason")},
        "received_at": _moment(row["received_at"]),
        "headers": row["headers"],
        "query": row["query"],
        "payload": _payload(row["body"]),
        "work": [
            {name: _moment(value) if name in moments else value for name, value in one.items() if name != "alike"}
            for one in work
        ],
        "runs": [
            {name: one[name] for name in ("flow_run_id", "deployment", "name", "size", "state", "outcome")}
            | {"created_at": _moment(one["created_at"]), "ended_at": _moment(one["ended_at"])}
            for one in batches
        ],
    }
    hidden: dict[str, Any] = observe.hide(found)
    return hidden


def shown(found: Mapping[str, Any], link: str) -> RenderableType:
    """A delivery on the screen.

    Args:
        found: See `read`.
        link: Where flow runs are shown.
    """
    state = found["state"] + f": {found['reason']}" * bool(found["reason"])
    facts = pairs(
        [
            ("From", f"{found['system']}/{found['connection']}"),
            ("Event", Text(found["event"])),
            ("Delivery", Text(found["delivery"])),
            ("Received", found["received_at"]),
            ("State", Text(state)),
        ]
    )
    parts: list[RenderableType] = [panel(facts, f"Delivery {found['id']}", color="cyan")]
    if found["work"]:
        parts.append(_work(found["work"]))
    if found["runs"]:
        parts.append(_runs(found["runs"], link))
    for name in ("headers", "query", "payload"):
        value = found[name]
        if value:
            text = Text(value) if isinstance(value, str) else JSON.from_data(value)
            parts.append(panel(text, name.capitalize(), color="dim"))
    return Group(*parts)


def _work(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    made = table("Trigger", "Event", "State", "Failed tries", "Not before", "Why", title="[bold]What became of it[/]")
    for row in rows:
        due = row["due_at"] if row["state"] in {"waiting", "failed"} else None
        made.add_row(
            row["trigger"],
            Text(f"{row['event']} ({row['part']})"),
            row["state"],
            str(row["attempts"]),
            due or "-",
            Text(row["reason"] or "-"),
        )
    return made


def _runs(rows: Sequence[Mapping[str, Any]], link: str) -> RenderableType:
    made = table("Flow run", "Name", "Events", "State", "Outcome", title="[bold]Its last flow runs[/]")
    for row in rows:
        run = row["flow_run_id"] or "-"
        made.add_row(
            Text(run, f"link {link}/{run}"), Text(row["name"]), str(row["size"]), row["state"], Text(row["outcome"])
        )
    return made


def _payload(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _moment(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
