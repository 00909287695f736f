"""The side in docs/sync-sides.md."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.sides import records
from tieline import errors
from tieline.sync.side import REF, Change, Side

PAGE = Path(__file__).parents[2] / "docs" / "sync-sides.md"
THEN = datetime(2026, 1, 2, tzinfo=UTC)


class Vendor:
    """Tasks by number."""

    def __init__(self) -> None:
        self.tasks = {"7": SimpleNamespace(id=7, name="Sweep", updated_at=THEN)}
        self.asked: list[datetime | None] = []

    async def listed(self, since: datetime | None) -> list[Any]:
        self.asked.append(since)
        return [one for one in self.tasks.values() if since is None or one.updated_at >= since]

    async def created(self, name: str) -> Any:
        number = len(self.tasks) + 7
        self.tasks[str(number)] = made = SimpleNamespace(id=number, name=name, updated_at=THEN + timedelta(hours=1))
        return made

    async def updated(self, ref: str, name: str) -> Any:
        if name == "down":
            raise errors.Unavailable("It is down.")
        if ref not in self.tasks:
            raise errors.NotFound("There is none.")
        self.tasks[ref].name = name
        return self.tasks[ref]


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


async def opened(vendor: Vendor, *keys: str) -> Side:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
    names: dict[str, Any] = {"listed": vendor.listed, "created": vendor.created, "updated": vendor.updated}
    exec(code, names)
    side: Side = await names["open"]("main", "the yard", keys=list(keys))
    assert isinstance(side, Side)
    return side


async def test_it_reads_and_writes_once(vendor: Vendor) -> None:
    side = await opened(vendor, "name")
    first = await side.read(["name"])
    assert [(row[REF], row["name"]) for row in first.rows if isinstance(row, dict)] == [("7", "Sweep")]
    new = Change(key={"name": "Rake"}, cells={"name": "Rake"}, new=True)
    assert [(await side.write([new]))[0].ref for _ in range(2)] == ["8", "8"]
    # The same object, and one of a later run.
    assert (await (await opened(vendor, "name")).write([new]))[0].ref == "8"
    later = await side.read(["name"], first.mark)
    assert (len(later.rows), later.whole) == (2, False)
    assert vendor.asked[-1] == THEN - records.OVERLAP


async def test_one_refusal_stops_no_other_row_and_an_outage_all(vendor: Vendor) -> None:
    side = await opened(vendor, "name")
    changes = [Change(key={}, ref=ref, cells={"name": "Dig"}) for ref in ("99", "7")]
    refused, written = await side.write(changes)
    assert (refused.refused, written.refused, vendor.tasks["7"].name) == ("There is none.", "", "Dig")
    gone = Change(key={}, ref="7", gone=True)
    assert "cannot be deleted" in (await side.write([gone]))[0].refused
    with pytest.raises(errors.Unavailable):
        await side.write([Change(key={}, ref="7", cells={"name": "down"})])


async def test_an_empty_place_does_not_seem_to_change(vendor: Vendor) -> None:
    vendor.tasks.clear()
    side = await opened(vendor, "name")
    first = await side.read([])
    assert (await side.read([], first.mark)).mark == first.mark


async def test_old_rows_that_are_gone_are_told_when_all_are_read(vendor: Vendor) -> None:
    side: Any = await opened(vendor, "name")
    old = SimpleNamespace(id=6, name="Old", updated_at=THEN - timedelta(days=9))
    vendor.tasks["6"] = old
    first = await side.read(["name"])
    del vendor.tasks["6"]
    side.remembers = timedelta(days=-99_999)  # the mark is too old to ask for changes
    later = await side.read(["name"], first.mark)
    assert (len(later.rows), later.whole) == (1, True)


def test_a_number_is_the_same_however_it_is_written() -> None:
    for one, other in ((Decimal("1E+2"), Decimal(100)), (Decimal("1E+1"), 10), (5.0, 5), (Decimal("0.1"), 0.1)):
        assert records.same(one, other)
        assert records.same(other, one)
    assert not records.same(Decimal("1E+2"), 10)


async def test_rows_are_found_by_numbers(vendor: Vendor) -> None:
    vendor.tasks["7"].name = 100
    new = Change(key={"name": Decimal("1E+2")}, cells={"name": Decimal("1E+2")}, new=True)
    assert (await (await opened(vendor, "name")).write([new]))[0].ref == "7"


async def test_keys_that_are_given_out_make_no_rows(vendor: Vendor) -> None:
    side = await opened(vendor, "id")
    (refused,) = await side.write([Change(key={"id": 99}, cells={"name": "x"}, new=True)])
    assert refused.refused == "Use name as the key."
    assert side.fits(records.Column("name"), "x" * 81) == "name has at most 80 characters; this has 81."
