"""What ends by itself is kept alive by a flow, and what cannot be is told to a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterStartTime
from prefect.client.schemas.sorting import FlowRunSort
from pydantic import SecretStr

from blocks.google_drive import GoogleDriveCredentials
from blocks.sharepoint import SharePointCredentials
from deployments.renew_subscriptions import deployments, triggers
from flows.renew_subscriptions import KEY, NotKeptAlive, renew_subscriptions
from tasks import google_drive, sharepoint
from tests.sandbox.receiver import Receiver
from tests.shown import artifact
from tieline import connections, registry
from tieline.credentials import Refreshes
from tieline.dispatch.event import Event
from tieline.sandbox import Sandbox, logins
from tieline.sandbox.sharepoint.memory import Tenant
from tieline.subscriptions import rows
from tieline.subscriptions.keeper import Keeper

pytestmark = pytest.mark.prefect

TOKEN = logins("sharepoint")["refresh_token"]


@pytest.fixture
async def kept(sandbox: Sandbox) -> AsyncIterator[Sandbox]:
    """Two connections that are told of changes: one drive of SharePoint, and all of Drive."""
    microsoft = SharePointCredentials.model_validate({**sandbox.connection("sharepoint"), "refresh_token": TOKEN})
    google = GoogleDriveCredentials.model_validate(sandbox.connection("google_drive"))
    for kind in registry.blocks(of=Refreshes):  # of other tests: the flow looks after all there are
        for name in await connections.saved(kind):
            await kind.adelete(name)
    await connections.save(microsoft, "renewed", replace=True)
    await connections.save(google, "renewed", replace=True)
    drive = next(iter(sandbox.state[Tenant].libraries))
    with Receiver() as receiver:
        await Keeper(sharepoint.connector, "renewed").hold(receiver.url, (), [drive])
        await Keeper(google_drive.connector, "renewed").hold(receiver.url)
        yield sandbox
    for block in (microsoft, google):
        await type(block).adelete("renewed")


def at_vendor(sandbox: Sandbox, system: str) -> list[str]:
    return [one.id for one in sandbox.hooks.subscriptions.values() if one.system == system and one.record]


def nearly_over(system: str) -> None:
    for row in rows.every(system):
        row.began_at -= 30 * 86400
        row.expires_at = datetime.now(UTC).timestamp() + 3600
        rows.save(row)


async def test_it_renews_makes_again_and_uses_logins(kept: Sandbox) -> None:
    nearly_over("google_drive")
    (before,) = at_vendor(kept, "google_drive")
    (lost,) = at_vendor(kept, "sharepoint")
    kept.hooks.unsubscribe(lost)
    outcomes = {(one.system, one.resource[:3]): one for one in await renew_subscriptions()}
    assert outcomes["google_drive", "cha"].did == "replaced"
    (after,) = at_vendor(kept, "google_drive")
    assert after != before
    (drive,) = [one for one in outcomes.values() if one.resource.startswith("b!")]
    assert drive.did == "made again"
    assert at_vendor(kept, "sharepoint") == [drive.id]
    login = outcomes["sharepoint", "the"]
    assert login.did == "kept", "the calls before have used it"
    assert login.expires_at is not None
    assert login.expires_at - datetime.now(UTC) > timedelta(days=89)
    assert "made again" in (await artifact(KEY)).data


@pytest.mark.usefixtures("kept")
async def test_what_dies_is_told_with_when_and_why_and_the_rest_is_done() -> None:
    nearly_over("google_drive")
    over = await connections.read(SharePointCredentials, "renewed")
    over.refresh_token = SecretStr("revoked")
    await connections.change(over, "refresh_token")
    with pytest.raises(NotKeptAlive) as caught:
        await renew_subscriptions()
    said = str(caught.value)
    for part in (
        "2 of 3 could not be kept alive",
        "- sharepoint/renewed b!",
        "ends on 20",
        "in 703 hours",
        "the login",
    ):
        assert part in said
    assert "tieline connect sharepoint --name renewed --login --replace" in said
    assert "google_drive" not in said
    assert "revoked" not in said
    async with get_client() as client:
        # Deployed schedules of other tests may have runs of this flow too: they have not begun.
        began = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))
        ours = FlowFilter(name=FlowFilterName(any_=[KEY]))
        (run, *_) = await client.read_flow_runs(
            flow_filter=ours, flow_run_filter=began, sort=FlowRunSort.START_TIME_DESC, limit=1
        )
    assert run.state is not None
    assert run.state.is_failed()
    assert "sharepoint/renewed b!" in str(run.state.message)
    assert all("login" in row.trouble for row in rows.every("sharepoint"))
    # The next run tries again, and all is well.
    over.refresh_token = SecretStr(TOKEN)
    await connections.change(over, "refresh_token")
    assert {one.did for one in await renew_subscriptions()} <= {"kept", "renewed"}
    assert not any(row.trouble for row in rows.every())


async def test_a_lifecycle_notification_renews_one_at_once(kept: Sandbox) -> None:
    (number,) = at_vendor(kept, "sharepoint")
    (trigger,) = triggers
    payload = {"subscriptionId": number, "lifecycleEvent": "reauthorizationRequired"}
    event = Event(
        system="sharepoint",
        connection="renewed",
        name="reauthorization_required",
        delivery="1",
        received_at=datetime.now(UTC),
        payload=payload,
    )
    wish = trigger.wish(event)
    assert (wish.item, trigger.batch) == (number, "at_once")
    outcomes = await renew_subscriptions(at_once=[wish.item, "made-by-somebody-else"])
    assert {one.did for one in outcomes if one.id == number} == {"renewed"}


def test_it_runs_every_hour() -> None:
    (hourly,) = deployments
    (schedule,) = hourly.schedules or []
    assert getattr(schedule.schedule, "cron", "") == "35 * * * *"
    assert not hourly.paused
