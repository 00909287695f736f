"""What only a real Prefect server can show: blocks by name, and the ids of task runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect import flow
from prefect.context import TaskRunContext
from prefect.testing.utilities import prefect_test_harness
from sqlmodel import select

from tests.engine.probe import ProbeCredentials, Vendor, answer
from tests.engine.test_connector import connector, get_thing, get_two
from tieline import observe, store
from tieline.errors import UnknownName
from tieline.store.tables import CallRow


@pytest.fixture(scope="module")
def prefect() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    patch.setenv("DO_NOT_TRACK", "1")
    with prefect_test_harness(server_startup_timeout=180):
        yield
    patch.undo()


@pytest.mark.prefect
@pytest.mark.filterwarnings("default")
@pytest.mark.usefixtures("prefect")
async def test_saved_connections_and_task_runs_on_a_real_server() -> None:
    """One test, because a server takes long to start."""
    with pytest.raises(UnknownName, match=r"There is none yet\. Make one: tieline connect"):
        await connector.identity("main")
    await ProbeCredentials().asave("main-desk")
    with pytest.raises(UnknownName, match=r"no Probe connection 'maindesk'\. Did you mean main-desk"):
        await connector.identity("maindesk")
    runs: list[str] = []
    real = observe.begin_action

    def begin() -> object:
        context = TaskRunContext.get()
        assert context is not None
        runs.append(str(context.task_run.id))
        return real()

    vendor = Vendor(answer(200, {"id": 1}))

    @flow
    async def twice() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(observe, "begin_action", begin)
            await get_two("main-desk", first=1, second=2)
            await get_thing("main-desk", thing_id=3)

    await twice()
    ids = [request.headers["x-request-id"] for request in vendor.seen]
    assert ids == [f"{runs[0]}.1", f"{runs[0]}.2", f"{runs[1]}.1"]
    observe.flush()
    with store.session() as db:
        found = list(db.exec(select(CallRow).order_by("id")))
    assert [row.request_id for row in found] == ids
    assert {row.connection for row in found} == {"main-desk"}
    assert len({row.flow_run_id for row in found}) == 1
    assert found[0].flow_run_id
