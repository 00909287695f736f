"""Support tickets with the category a person would choose, written for the tests and the benchmark."""

import json
from pathlib import Path

from tieline.language.categories import Category

_DATA = json.loads((Path(__file__).parent / "tickets.json").read_text("utf-8"))

CATEGORIES: list[Category] = [Category.model_validate(c) for c in _DATA["categories"]]
TICKETS: list[tuple[str, str]] = [(t["category"], t["text"]) for t in _DATA["tickets"]]
OUT_OF_SCOPE: list[str] = _DATA["out_of_scope"]
