"""A write for an event is made once, over all tries; what nobody can know is not guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.engine.probe import ProbeCredentials, Step, Vendor, answer
from tieline import http_connector
from tieline.connector import Connector
from tieline.errors import BadAnswer, NotFound, RateLimited, Rejected, Unavailable, Unclear
from tieline.inbox import journal
from tieline.inbox.commit import commit
from tieline.inbox.scope import Scope, working
from tieline.model import Model
from tieline.store import engine
from tieline.transport.api import Api
from tieline.transport.rules import HttpRules


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


class Thing(Model):
    """What the made-up system keeps."""

    id: int


connector: Connector[ProbeCredentials, Api] = http_connector(
    "probe", block=ProbeCredentials, docs="https://probe.test", rules=HttpRules(idempotency="Idempotency-Key")
)


@connector.action
async def create_thing(api: Api, *, name: str) -> Thing:
    """Make one; the vendor makes another one each time."""
    return await api.post("/things", {"name": name}, into=Thing)


@connector.action
async def create_noted(api: Api, *, name: str, note: str = "", tags: list[str] | None = None) -> Thing:
    """Make one, with more that may be said of it."""
    return await api.post("/things", {"name": name, "note": note, "tags": tags}, into=Thing)


@connector.action
async def create_keyed(api: Api, *, name: str) -> Thing:
    """Make one; the vendor knows idempotency keys."""
    return await api.post("/keyed", {"name": name}, into=Thing, keyed=True)


@connector.action
async def create_checked(api: Api, *, name: str) -> Thing:
    """Make one; whether it is there can be seen."""

    async def look() -> Thing | None:
        found = await api.list("/things", into=Thing, limit=1, params={"name": name})
        return found[0] if found else None

    return await api.post("/things", {"name": name}, into=Thing, check=look)


@connector.action
async def update_thing(api: Api, *, name: str) -> Thing:
    """Set values; to set them twice is to set them once."""
    return await api.put("/things/1", {"name": name}, into=Thing)


@connector.action
async def delete_thing(api: Api) -> None:
    """Take it away."""
    await api.delete("/things/1")


@connector.action
async def create_pair(api: Api, *, name: str) -> Thing:
    """Two writes in one action."""
    await api.post("/things", {"name": name})
    return await api.post("/others", {"name": name}, into=Thing)


@connector.action
async def get_thing(api: Api) -> Thing:
    """Read one."""
    return await api.get("/things/1", into=Thing)


BLOCK = ProbeCredentials()
THING = answer(200, {"id": 7})


async def attempt(action: Any, work: str = "work:1", block: ProbeCredentials = BLOCK, **arguments: Any) -> Any:
    """One try, as a run of its own would make it."""
    with working(Scope(work)):
        return await action.fn(block, **arguments)


def dies(_: Any) -> Any:
    """The process ends while the vendor may be doing what it was asked."""
    raise Killed


async def killed(action: Any, *after: Step, **arguments: Any) -> Vendor:
    """A try that is cut short; the vendor does `after` from then on."""
    vendor = Vendor(dies, *after)
    with pytest.raises(Killed):
        await attempt(action, **arguments)
    return vendor


def entries() -> list[str]:
    with engine().connect() as db:
        return [row[0] for row in db.execute(text("SELECT state FROM journal ORDER BY id"))]


async def test_a_second_try_sends_nothing_and_returns_the_same() -> None:
    vendor = Vendor(THING)
    first = await attempt(create_thing, name="a")
    second = await attempt(create_thing, name="a")
    assert first == second == Thing(id=7)
    assert len(vendor.seen) == 1
    assert entries() == ["done"]


async def test_other_arguments_other_work_and_other_connections_are_other_writes() -> None:
    vendor = Vendor(THING)
    await attempt(create_thing, name="a")
    await attempt(create_thing, name="b")
    await attempt(create_thing, "work:2", name="a")
    with working(Scope("work:1")):
        await create_thing.fn(ProbeCredentials(account="other"), name="a")
    assert len(vendor.seen) == 4


async def test_a_default_that_is_given_makes_no_other_write() -> None:
    vendor = Vendor(THING)
    await attempt(create_noted, name="a")
    # As Prefect calls it in a task run; a plain call leaves defaults out.
    await attempt(create_noted, name="a", note="", tags=None)
    assert len(vendor.seen) == 1


async def test_the_second_of_two_equal_writes_is_no_repetition() -> None:
    vendor = Vendor(THING)
    for _ in range(2):
        with working(Scope("work:1")):
            await create_thing.fn(BLOCK, name="a")
            await create_thing.fn(BLOCK, name="a")
    assert len(vendor.seen) == 2


async def test_reads_and_calls_without_a_scope_are_not_kept() -> None:
    vendor = Vendor(THING)
    await attempt(get_thing)
    await attempt(get_thing)
    await create_thing.fn(BLOCK, name="a")
    await create_thing.fn(BLOCK, name="a")
    assert len(vendor.seen) == 4
    assert entries() == []


async def test_what_may_have_happened_is_left_to_a_person() -> None:
    vendor = await killed(create_thing, THING, name="a")
    for _ in range(2):
        with pytest.raises(Unclear, match="nothing was sent now"):
            await attempt(create_thing, name="a")
    assert len(vendor.seen) == 1
    assert entries() == ["started"]


async def test_a_person_may_have_it_made_again() -> None:
    await killed(create_thing, THING, name="a")
    assert await commit(journal.release(["work:2"])) == 0
    assert await commit(journal.release(["work:1"])) == 1
    assert await attempt(create_thing, name="a") == Thing(id=7)


async def test_the_same_key_is_sent_again() -> None:
    vendor = await killed(create_keyed, THING, name="a")
    assert await attempt(create_keyed, name="a") == Thing(id=7)
    await attempt(create_keyed, "work:2", name="a")
    first, second, other = (request.headers["idempotency-key"] for request in vendor.seen)
    assert first == second != other


@pytest.mark.parametrize(("found", "sent"), (([], ["GET", "POST"]), ([{"id": 7}], ["GET"])))
async def test_it_looks_first_where_it_can(found: list[Any], sent: list[str]) -> None:
    vendor = await killed(create_checked, answer(200, found), THING, name="a")
    assert await attempt(create_checked, name="a") == Thing(id=7)
    assert [request.method for request in vendor.seen[1:]] == sent
    assert entries() == ["done"]


async def test_what_is_as_good_twice_is_sent_again() -> None:
    vendor = await killed(update_thing, THING, name="a")
    await attempt(update_thing, name="a")
    assert len(vendor.seen) == 2


async def test_what_an_earlier_try_has_deleted_is_deleted() -> None:
    await killed(delete_thing, answer(404))
    assert await attempt(delete_thing) is None
    assert entries() == ["done"]


async def test_what_was_never_there_is_not() -> None:
    Vendor(answer(404))
    with pytest.raises(NotFound):
        await attempt(delete_thing)
    assert entries() == []


@pytest.mark.parametrize(
    ("step", "error"), ((answer(422), Rejected), (answer(429), RateLimited)), ids=("rejected", "rate")
)
@pytest.mark.usefixtures("still")
async def test_a_refusal_leaves_no_doubt(step: Step, error: type[Exception]) -> None:
    vendor = Vendor(step)
    with pytest.raises(error):
        await attempt(create_thing, name="a")
    assert entries() == []
    vendor.steps = [THING]
    assert await attempt(create_thing, name="a") == Thing(id=7)


@pytest.mark.parametrize(
    ("step", "error"),
    ((answer(500), Unavailable), (answer(200, {"no": "id"}), BadAnswer)),
    ids=("no answer", "an answer that cannot be read"),
)
@pytest.mark.usefixtures("still")
async def test_an_answer_that_does_not_tell_leaves_it(step: Step, error: type[Exception]) -> None:
    Vendor(step)
    with pytest.raises(error):
        await attempt(create_thing, name="a")
    assert entries() == ["started"]
    with pytest.raises(Unclear):
        await attempt(create_thing, name="a")


async def test_a_refusal_after_half_of_it_leaves_doubt() -> None:
    vendor = Vendor(answer(), answer(422))
    with pytest.raises(Rejected):
        await attempt(create_pair, name="a")
    with pytest.raises(Unclear):
        await attempt(create_pair, name="a")
    assert len(vendor.seen) == 2


async def test_a_refusal_does_not_clear_an_older_doubt() -> None:
    await killed(update_thing, answer(422), name="a")
    with pytest.raises(Rejected):
        await attempt(update_thing, name="a")
    assert entries() == ["started"]


class Shop(Vendor):
    """A vendor that really makes things, and whose process or whose customer's dies at any moment."""

    def __init__(self, dies: Callable[[], str]) -> None:
        super().__init__(self._serve)
        self.dies, self.made = dies, list[str]()

    def _serve(self, request: Any) -> Any:
        when = self.dies()
        if when == "before":
            raise Killed
        name = request.url.path
        key = request.headers.get("idempotency-key")
        if name != "/keyed" or key not in self.made:
            self.made.append(key or name)
        if when == "after":
            raise Killed
        return answer(200, {"id": len(self.made)})


@given(
    st.lists(st.sampled_from(("before", "after", "lives")), max_size=6), st.sampled_from((create_thing, create_keyed))
)
async def test_whenever_it_dies_nothing_is_made_twice(deaths: list[str], action: Any) -> None:
    left = list(deaths)
    shop = Shop(lambda: left.pop(0) if left else "lives")
    block = ProbeCredentials(account=uuid4().hex)
    for _ in range(len(deaths) + 1):
        try:
            await attempt(action, block=block, name="a")
        except (Killed, Unclear):
            continue
    assert len(shop.made) <= 1
    if action is create_keyed:
        assert len(shop.made) == 1


@pytest.mark.parametrize(("again", "left"), ((False, ["done"]), (True, [])))
async def test_replaying_leaves_what_is_surely_written(again: bool, left: list[str]) -> None:  # noqa: FBT001 - a case
    vendor = await killed(create_thing, THING, name="unclear")
    await attempt(create_thing, name="sure")
    assert len(vendor.seen) == 2
    await commit(journal.release(["work:1"], done=again))
    assert entries() == left
