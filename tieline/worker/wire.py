"""What the worker and its children tell each other: one JSON object in each line.

To a child: `run`, `cancel`, `suspend`, `close`. From it: `ready`, `beat`, `began`, `ended`, `stuck`.
"""

from typing import Any

import orjson

#: The longest line: the parameters of a run are in it, and Prefect takes 512 KiB of those.
LONGEST = 2**24


def encode(kind: str, **fields: Any) -> bytes:
    """A message as a line."""
    return orjson.dumps({"kind": kind, **fields}) + b"\n"


def decode(line: bytes) -> tuple[str, dict[str, Any]]:
    """The kind of a message, and its fields."""
    fields: dict[str, Any] = orjson.loads(line)
    return fields.pop("kind"), fields
