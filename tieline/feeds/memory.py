"""What feeds know, and how it changes: each page in one transaction with the events that it brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tieline.feeds.model import CREATED, DELETED, UPDATED, Entry, FileEvent, Page
from tieline.feeds.tables import FeedRow, KnownRow
from tieline.inbox.found import tell
from tieline.store.writing import reading, writing

FEEDS: Any = FeedRow.__table__  # type: ignore[attr-defined]
KNOWN: Any = KnownRow.__table__  # type: ignore[attr-defined]

#: Values in one statement; SQLite takes 32,766.
CHUNK = 500

_MINE = (KNOWN.c.feed_id == bindparam("of"), KNOWN.c.file == bindparam("id"))
_CHANGE = update(KNOWN).where(*_MINE).values(version=bindparam("new_version"), name=bindparam("new_name"))
_FORGET = delete(KNOWN).where(*_MINE)


@dataclass(frozen=True)
class State:
    """A feed between two pages; see `tieline.feeds.tables.FeedRow`."""

    id: int
    system: str
    connection: str
    place: str
    cursor: str
    step: int
    round: int
    listing: bool
    complete: bool
    looked_at: float

    @property
    def source(self) -> str:
        """System and connection, such as "sharepoint/team"."""
        return f"{self.system}/{self.connection}"


class Known(NamedTuple):
    """A file as it was when it was last told of."""

    version: str
    name: str
    round: int


class Change(NamedTuple):
    """What has become of a file: an event of `tieline.feeds.EVENTS`, and what is known now."""

    event: str
    entry: Entry


def feeds(system: str = "", connection: str = "") -> list[State]:
    """The feeds that are followed.

    Args:
        system: Only those of this system.
        connection: Only those of this connection.
    """
    query = select(FEEDS).order_by(FEEDS.c.system, FEEDS.c.connection, FEEDS.c.place)
    for column, wanted in ((FEEDS.c.system, system), (FEEDS.c.connection, connection)):
        query = query.where(column == wanted) if wanted else query
    with reading() as db:
        return [State(**row) for row in db.execute(query).mappings()]


def feed(system: str, connection: str, place: str) -> State | None:
    """One feed, if it is followed."""
    return next((one for one in feeds(system, connection) if one.place == place), None)


def counts() -> dict[int, int]:
    """How many files each feed knows, by its number."""
    with reading() as db:
        return dict(db.execute(select(KNOWN.c.feed_id, func.count()).group_by(KNOWN.c.feed_id)).tuples().all())


def forget(system: str, connection: str) -> int:
    """Follow a connection no more; how many places of it were followed."""
    with writing() as db:
        mine = select(FEEDS.c.id).where(FEEDS.c.system == system, FEEDS.c.connection == connection)
        db.execute(delete(KNOWN).where(KNOWN.c.feed_id.in_(mine)))
        return db.execute(delete(FEEDS).where(FEEDS.c.id.in_(mine))).rowcount


def known(feed_id: int, ids: Iterable[str]) -> dict[str, Known]:
    """What a feed knows of some files."""
    found: dict[str, Known] = {}
    with reading() as db:
        for some in _chunks(ids):
            query = select(KNOWN.c.file, KNOWN.c.version, KNOWN.c.name, KNOWN.c.round)
            rows = db.execute(query.where(KNOWN.c.feed_id == feed_id, KNOWN.c.file.in_(some)))
            found |= {file: Known(*rest) for file, *rest in rows}
    return found


def left_behind(feed_id: int, before: int) -> dict[str, Known]:
    """The files that were in no list of all there is since a round began."""
    query = select(KNOWN.c.file, KNOWN.c.version, KNOWN.c.name, KNOWN.c.round)
    with reading() as db:
        rows = db.execute(query.where(KNOWN.c.feed_id == feed_id, KNOWN.c.round < before))
        return {file: Known(*rest) for file, *rest in rows}


def record(before: State | None, names: tuple[str, str, str], page: Page, now: float) -> list[Change] | None:
    """Write down what a page brings: the events, what is known now, and where to go on.

    Args:
        before: The feed as it was when the page was asked for; None for the first page of all.
        names: System, connection and place.
        page: What was found.
        now: The time in Unix seconds.

    Returns:
        What has changed; None if somebody else was faster, and nothing was written.
    """
    state = before or State(0, *names, cursor="", step=0, round=0, listing=False, complete=False, looked_at=0.0)
    number, listing = state.round + page.anew, page.anew or state.listing
    ended = listing and not page.more
    seen = {one.id: one for one in page.entries} | dict.fromkeys(page.busy)
    # At the end of a list of all there is: what no page before this one had.
    rest = left_behind(state.id, number) if ended else {}
    was = rest | known(state.id, seen.keys() - rest.keys())
    changes = list(compare((one for one in seen.values() if one is not None), was))
    changes += [Change(DELETED, Entry(id=file, name=one.name)) for file, one in rest.items() if file not in seen]
    after = {
        "cursor": page.cursor,
        "step": state.step + 1,
        "round": number,
        "listing": listing and page.more,
        "complete": state.complete or ended,
        "looked_at": now,
    }
    told = changes if state.complete else []
    try:
        with writing() as db:
            feed_id = _advance(db, before, names, after)
            if feed_id is None:
                return None
            _remember(db, feed_id, changes, number)
            if listing and page.more:
                _mark(db, feed_id, [file for file in seen if file in was], number)
            _tell(db, names, told, now)
    except IntegrityError:
        if before is not None:
            raise
        return None  # on Postgres, two that look for the first time
    return told


def compare(entries: Iterable[Entry], was: Mapping[str, Known]) -> Iterator[Change]:
    """What has become of files, given what was known of them."""
    for one in entries:
        old = was.get(one.id)
        if not one.version:
            if old is not None:
                yield Change(DELETED, one.model_copy(update={"name": one.name or old.name, "file": None}))
        elif old is None:
            yield Change(CREATED, one)
        elif old.version != one.version:
            yield Change(UPDATED, one)


def _advance(db: Connection, before: State | None, names: tuple[str, str, str], after: dict[str, Any]) -> int | None:
    """Take the step; None if it was taken by somebody else meanwhile."""
    if before is not None:
        step = update(FEEDS).where(FEEDS.c.id == before.id, FEEDS.c.step == before.step).values(after)
        return before.id if db.execute(step).rowcount else None
    system, connection, place = names
    same = (FEEDS.c.system == system, FEEDS.c.connection == connection, FEEDS.c.place == place)
    if db.scalar(select(FEEDS.c.id).where(*same)) is not None:
        return None
    made = insert(FEEDS).values(system=system, connection=connection, place=place, **after).returning(FEEDS.c.id)
    return int(db.execute(made).scalar_one())


def _remember(db: Connection, feed_id: int, changes: Sequence[Change], number: int) -> None:
    gone = [{"of": feed_id, "id": one.id} for event, one in changes if event == DELETED]
    changed = [
        {"of": feed_id, "id": one.id, "new_version": one.version, "new_name": one.name}
        for event, one in changes
        if event == UPDATED
    ]
    new = [
        {"feed_id": feed_id, "file": one.id, "version": one.version, "name": one.name, "round": number}
        for event, one in changes
        if event == CREATED
    ]
    for statement, rows in ((_FORGET, gone), (_CHANGE, changed), (insert(KNOWN), new)):
        if rows:
            db.execute(statement, rows)


def _mark(db: Connection, feed_id: int, files: Iterable[str], number: int) -> None:
    """Note that files were seen in this round, while it goes on over several pages."""
    for some in _chunks(files):
        db.execute(update(KNOWN).where(KNOWN.c.feed_id == feed_id, KNOWN.c.file.in_(some)).values(round=number))


def _tell(db: Connection, names: tuple[str, str, str], changes: Sequence[Change], now: float) -> None:
    system, connection, place = names
    events = ((event, FileEvent(**{**one.model_dump(), "place": place})) for event, one in changes)
    tell(db, system, connection, events, now)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(dict.fromkeys(ids))
    while some := list(islice(left, CHUNK)):
        yield some
