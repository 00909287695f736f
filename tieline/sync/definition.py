"""What the agreed rows mean, as it was when they were agreed on; and how much of it is true of other rules."""

from __future__ import annotations

import orjson

from tieline.sync.model import Sync


def definition_of(sync: Sync) -> str:
    """What the agreed rows mean, as JSON."""
    return orjson.dumps(
        {
            "places": [[one.connection, one.place] for one in (sync.left, sync.right)],
            "options": [one.options for one in (sync.left, sync.right)],
            "key": sync.key,
            "where": sync.where,
            "columns": {
                one.left: [one.on("right"), one.type, one.zone, one.to_right, one.to_left] for one in sync.columns
            },
        }
    ).decode()


def elsewhere(old: str, sync: Sync) -> bool:
    """Whether what was agreed on is about other rows: those of other places, or told apart by something else."""
    if not old:
        return False
    was, now = orjson.loads(old), orjson.loads(definition_of(sync))
    return was["places"] != now["places"] or was["key"] != now["key"] or bool(redefined(old, sync) & set(sync.key))


def redefined(old: str, sync: Sync) -> frozenset[str]:
    """Columns whose cells mean something else now; what was agreed on about them says nothing."""
    if not old:
        return frozenset()
    was, now = orjson.loads(old)["columns"], orjson.loads(definition_of(sync))["columns"]
    return frozenset(name for name in now if was.get(name) != now[name])
