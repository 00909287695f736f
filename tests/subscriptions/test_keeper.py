"""One subscription for one thing, whatever happens: a crash at any step, a loss, another address, another secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.subscriptions.vendor import House, Killed, Trying, Vendor
from tieline import connections
from tieline.errors import ConfigError, Rejected, StoreUnavailable, Unavailable, UnknownName
from tieline.store.leases import lease
from tieline.store.tables import SubscriptionRow
from tieline.subscriptions import rows
from tieline.subscriptions.keeper import Keeper, lease_of
from tieline.subscriptions.outcome import Outcome

URL, OTHER = "https://h.test/hooks/telling/main", "https://new.test/hooks/telling/main"
#: Lists and renews, as Graph; neither, as Drive; makes its own secrets, as Zendesk; and says them once, as Asana.
KINDS: dict[str, dict[str, bool]] = {
    "graph": {},
    "drive": {"lists": False, "renews": False},
    "zendesk": {"gives": True},
    "asana": {"gives": True, "once": True},
}


@pytest.fixture(params=KINDS)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return Vendor(**KINDS[request.param])


@pytest.fixture
def house(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(vendor)
    monkeypatch.setattr(connections, "change", made.change)
    return made


def keeper(house: House) -> Keeper:
    return Keeper(house.connector, "main")


def the_row() -> SubscriptionRow:
    (row,) = rows.every("telling", "main")
    return row


def age(**changes: Any) -> SubscriptionRow:
    """The row, as if time had passed."""
    row = the_row()
    for name, value in changes.items():
        setattr(row, name, value)
    return rows.save(row)


def begin_to_end(vendor: Vendor, left: timedelta = timedelta(hours=20)) -> None:
    """Let three days be nearly over."""
    ends = datetime.now(UTC) + left
    age(began_at=ends.timestamp() - 3 * 86400, expires_at=ends.timestamp())
    vendor.live = {number: replace(one, expires_at=ends) for number, one in vendor.live.items()}


def is_right(vendor: Vendor, house: House, url: str = URL) -> None:
    """There is one at the vendor, we know it, and its secret is the one that deliveries are verified with."""
    (there,) = vendor.live.values()
    row = the_row()
    assert (row.vendor_id, row.url, row.making, row.ending, row.trouble) == (there.id, there.url, "", [], "")
    assert there.url == url
    assert vendor.secrets[there.id] == house.block.webhook_secret.get_secret_value() != ""


async def test_it_is_made_once(vendor: Vendor, house: House) -> None:
    (first,) = await keeper(house).hold(URL)
    assert (first.did, first.events, first.resource) == ("made", ("a", "b"), "drive")
    is_right(vendor, house)
    (second,) = await keeper(house).hold(URL)
    assert (second.did, second.id) == ("kept", first.id)
    is_right(vendor, house)


async def test_another_address_and_other_events_replace_it(vendor: Vendor, house: House) -> None:
    (first,) = await keeper(house).hold(URL)
    (second,) = await keeper(house).hold(OTHER)
    assert second.did == "replaced"
    assert second.id != first.id
    is_right(vendor, house, OTHER)
    (third,) = await keeper(house).hold(OTHER, ["v:b"])
    assert (third.did, third.events) == ("replaced", ("b",))
    is_right(vendor, house, OTHER)


@pytest.mark.parametrize("what", ("first", "another address", "renewal"))
@pytest.mark.parametrize("comes_next", ("the flow", "a person"))
async def test_a_crash_at_any_step_leaves_one(
    vendor: Vendor, house: House, monkeypatch: pytest.MonkeyPatch, what: str, comes_next: str
) -> None:
    url = OTHER if what == "another address" else URL
    for number in count(1):
        vendor.live.clear()
        for row in rows.every():
            rows.delete(row)
        if what != "first":
            await keeper(house).hold(URL)
        if what == "renewal":
            begin_to_end(vendor)
        with dying(vendor, monkeypatch, number) as died:
            await (keeper(house).renew() if what == "renewal" else keeper(house).hold(url))
        if comes_next == "the flow":
            await keeper(house).renew()
        await keeper(house).hold(url)
        is_right(vendor, house, url)
        if not died:
            assert number > 4, "it has fewer steps than it must have"
            return


@contextmanager
def dying(vendor: Vendor, monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[list[str]]:
    """Let the process die at a step; what is given is empty at the end if there were not so many."""
    steps, died, real = count(1), list[str](), rows.save

    def step(name: str) -> None:
        if next(steps) == number:
            died.append(name)
            raise Killed

    def save(row: SubscriptionRow) -> SubscriptionRow:
        step("before save")
        kept = real(row)
        step("after save")
        return kept

    vendor.step = step
    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(rows, "save", save)
        yield died
    vendor.step = lambda _: None


async def test_what_is_about_to_end_is_renewed_and_the_rest_is_left_alone(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL)
    begin_to_end(vendor, timedelta(hours=25))
    (kept,) = await keeper(house).renew()
    assert kept.did == "kept", "more than a third is left"
    begin_to_end(vendor)
    (renewed,) = await keeper(house).renew()
    assert renewed.did == ("renewed" if vendor.renews else "replaced")
    assert renewed.expires_at is not None
    assert renewed.expires_at > datetime.now(UTC) + timedelta(days=2)
    is_right(vendor, house)


async def test_what_is_replaced_ends_last(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL)
    overlaps: list[int] = []
    vendor.step = lambda name: overlaps.append(len(vendor.live)) if name == "before unsubscribe" else None
    await keeper(house).hold(OTHER)
    if not vendor.renews:
        begin_to_end(vendor)
        await keeper(house).renew()
    assert set(overlaps) == {2}
    is_right(vendor, house, OTHER)


async def test_one_can_be_renewed_at_once(vendor: Vendor, house: House) -> None:
    (first,) = await keeper(house).hold(URL)
    (renewed,) = await keeper(house).renew({first.id})
    assert renewed.did == ("renewed" if vendor.renews else "replaced")
    is_right(vendor, house)


async def test_what_the_vendor_has_lost_is_made_again(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL)
    vendor.live.clear()
    if not vendor.lists:  # it is missed only when its time is over
        begin_to_end(vendor, timedelta(seconds=-1))
    (again,) = await keeper(house).renew()
    assert again.did == "made again"
    is_right(vendor, house)


async def test_one_that_ended_between_the_list_and_the_renewal_is_made_again(house: House, vendor: Vendor) -> None:
    (first,) = await keeper(house).hold(URL)

    def ends(name: str) -> None:
        if name == "before renew":
            vendor.live.pop(first.id, None)

    vendor.step = ends
    (again,) = await keeper(house).renew({first.id})
    assert again.did == ("made again" if vendor.renews else "replaced")
    is_right(vendor, house)


async def test_another_secret_in_the_block_is_told_to_the_vendor(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL)
    if vendor.gives_secret:
        return
    house.block = house.block.model_copy(update={"webhook_secret": type(house.block.webhook_secret)("another")})
    (replaced,) = await keeper(house).renew()
    assert replaced.did == "replaced"
    is_right(vendor, house)


async def test_one_of_unknown_origin_is_replaced_or_adopted(vendor: Vendor, house: House) -> None:
    """Such as one that was made by hand, or before the store was lost: nobody knows its secret."""
    await keeper(house).hold(URL)
    rows.delete(the_row())
    house.block = house.block.model_copy(update={"webhook_secret": type(house.block.webhook_secret)("new")})
    (made,) = await keeper(house).hold(URL)
    if vendor.lists:
        assert made.did == ("adopted" if vendor.gives_secret and not vendor.secret_is_said_once else "made")
        is_right(vendor, house)


async def test_trouble_is_kept_and_tried_again(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL)
    begin_to_end(vendor)

    def away(_: str) -> None:
        raise Unavailable("The vendor is away.")

    vendor.step = away
    (failed,) = await keeper(house).renew()
    assert (failed.did, failed.why) == ("failed", "The vendor is away.")
    assert the_row().trouble == "The vendor is away."
    assert failed.expires_at is not None
    vendor.step = lambda _: None
    (done,) = await keeper(house).renew()
    assert done.did in {"renewed", "replaced", "made again"}
    is_right(vendor, house)


async def test_what_was_refused_leaves_nothing(vendor: Vendor, house: House) -> None:
    def refuses(_: str) -> None:
        raise Rejected("Not like this.")

    vendor.step = refuses
    with pytest.raises(Rejected):
        await keeper(house).hold(URL)
    assert rows.every() == []
    assert vendor.live == {}


async def test_a_lost_login_is_told_for_each(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL, (), ["one", "two"])

    async def gone(_: str) -> Any:
        raise UnknownName("connection", "main", [])

    house.connector.load = gone
    outcomes = await keeper(house).renew()
    assert [one.did for one in outcomes] == ["failed", "failed"]
    assert all("main" in one.why for one in outcomes)
    removed = await keeper(house).remove()
    assert [one.did for one in removed] == ["removed", "removed"]
    assert "nothing was ended" in removed[0].why
    assert len(vendor.live) == 2


async def test_what_is_switched_off_is_said(house: House, vendor: Vendor) -> None:
    await keeper(house).hold(URL)
    if not vendor.lists:
        return
    (there,) = vendor.live.values()
    vendor.live[there.id] = replace(there, active=False)
    (failed,) = await keeper(house).renew()
    assert failed.did == "failed"
    assert "switched it off" in failed.why


async def test_it_is_removed_at_both_ends(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL, (), ["one", "two"])
    (gone,) = await keeper(house).remove("one")
    assert gone.did == "removed"
    assert [one.resource for one in vendor.live.values()] == ["two"]
    with pytest.raises(UnknownName):
        await keeper(house).remove("one")
    vendor.live.clear()
    await keeper(house).remove()
    assert rows.every() == []


async def test_who_tries_the_address_finds_the_secret_there(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = Trying()
    house, seen = House(vendor, secret="older"), list[str]()
    monkeypatch.setattr(connections, "change", house.change)
    vendor.step = lambda name: seen.append(f"{name}: {house.block.webhook_secret.get_secret_value()}")
    (made,) = await keeper(house).hold(URL)
    assert (made.did, seen[0]) == ("made", "before subscribe: the key")
    assert [one.get_secret_value() for one in house.block.webhook.more_secrets] == ["older"]


@pytest.mark.usefixtures("still")
async def test_two_do_not_work_on_them_at_once(vendor: Vendor, house: House) -> None:
    await keeper(house).hold(URL)
    async with lease(lease_of("telling", "main")):
        (busy,) = await keeper(house).renew()
        assert busy.did == "failed"
        assert "Another process" in busy.why
        with pytest.raises(StoreUnavailable):
            await keeper(house).hold(OTHER)
    is_right(vendor, house)


async def test_without_an_api_it_is_said_so(house: House) -> None:
    house.connector.subscriptions = None
    with pytest.raises(ConfigError, match="by hand"):
        keeper(house)


def test_names() -> None:
    assert Outcome("sharepoint", "main", "b!x", "kept").name == "sharepoint/main b!x"
    assert Outcome("jira", "main", "", "kept").name == "jira/main"


async def test_each_secret_of_several_is_good(vendor: Vendor, house: House) -> None:
    """A vendor that gives a secret with each subscription signs with all of them from then on."""
    await keeper(house).hold(URL, resources=["one", "two", "three"])
    assert set(vendor.secrets.values()) <= set(house.block.webhook_secrets())
    ends = datetime.now(UTC) + timedelta(hours=1)
    for row in rows.every("telling", "main"):
        row.began_at, row.expires_at = ends.timestamp() - 3 * 86400, ends.timestamp()
        rows.save(row)
    vendor.live = {number: replace(one, expires_at=ends) for number, one in vendor.live.items()}
    assert {one.did for one in await keeper(house).renew()} <= {"renewed", "replaced"}
    assert set(vendor.secrets.values()) <= set(house.block.webhook_secrets())


async def test_what_is_named_twice_is_made_once(vendor: Vendor, house: House) -> None:
    (made,) = await keeper(house).hold(URL, resources=["drive", "drive"])
    assert made.did == "made"
    is_right(vendor, house)
