"""Flow runs, as the dispatcher needs them. In tests something simpler takes Prefect's place."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import httpx

from tieline.dispatch.batches import Batch
from tieline.dispatch.outcomes import spoken
from tieline.prefect_client import patient

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun, State

#: How long we believe that a deployment has the id that it had.
KNOWN_SECONDS = 60.0
#: How many flow runs are asked about in one request.
PAGE = 200
GONE = "Crashed: Prefect does not know the flow run any more."
_NOT_OURS = {400, 409, 422}


class NotNow(Exception):  # noqa: N818 - reads as what happened
    """The run cannot be started now, and later it can: Prefect is down, or the deployment is not there yet."""


class Refused(Exception):  # noqa: N818
    """Prefect does not take a run with these parameters."""


class Runs(Protocol):
    """Starts flow runs, and tells what became of them."""

    async def start(self, batch: Batch) -> str:
        """Start the flow run of a batch, or find it if it was started before; its id.

        Raises:
            NotNow: It cannot be started now.
            Refused: It never can be.
        """

    async def ended(self, flow_run_ids: Sequence[str]) -> dict[str, str]:
        """The outcomes of those that have ended, or are gone.

        Raises:
            NotNow: Prefect does not answer.
        """

    async def crash(self, flow_run_id: str, reason: str) -> None:
        """Say that the process of a run died.

        Raises:
            NotNow: Prefect does not answer.
        """


class PrefectRuns:
    """Flow runs of a Prefect server."""

    def __init__(self, client: PrefectClient) -> None:
        self._client = client
        self._deployments: dict[str, tuple[UUID, float]] = {}

    async def start(self, batch: Batch) -> str:
        """See `Runs`."""
        return str((await self.create(batch)).id)

    async def create(self, batch: Batch, *, state: State[Any] | None = None) -> FlowRun:
        """Create the flow run of a batch, or find the one that was created before.

        Args:
            batch: The batch.
            state: What it begins in, if not as a run that a worker shall take.

        Raises:
            NotNow: See `Runs`.
            Refused: See `Runs`.
        """
        async with _said():
            deployment = await self._deployment(batch.deployment)
            try:
                return await self._client.create_flow_run_from_deployment(
                    deployment,
                    parameters=batch.parameters,
                    state=state,
                    name=batch.name,
                    idempotency_key=f"tieline:{batch.id}",
                    tags=[f"lane:{batch.lane}"],
                )
            except Exception:
                self._deployments.pop(batch.deployment, None)
                raise

    async def ended(self, flow_run_ids: Sequence[str]) -> dict[str, str]:
        """See `Runs`."""
        from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId  # noqa: PLC0415 - heavy
        from prefect.client.schemas.sorting import FlowRunSort  # noqa: PLC0415

        outcomes: dict[str, str] = {}
        for start in range(0, len(flow_run_ids), PAGE):
            asked = flow_run_ids[start : start + PAGE]
            those = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(one) for one in asked]))
            async with _said():
                read = await self._client.read_flow_runs(flow_run_filter=those, sort=FlowRunSort.ID_DESC, limit=PAGE)
            found = {str(run.id): run for run in read}
            outcomes |= {one: GONE for one in asked if one not in found}
            outcomes |= {one: spoken(run.state) for one, run in found.items() if run.state and run.state.is_final()}
        return outcomes

    async def crash(self, flow_run_id: str, reason: str) -> None:
        """See `Runs`."""
        from prefect.client.schemas.objects import State, StateType  # noqa: PLC0415 - heavy
        from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

        crashed: State[None] = State(type=StateType.CRASHED, name="Crashed", message=reason)
        async with _said():
            try:
                await self._client.set_flow_run_state(UUID(flow_run_id), crashed, force=True)
            except ObjectNotFound:
                return  # somebody deleted it

    async def _deployment(self, name: str) -> UUID:
        from prefect.exceptions import ObjectNotFound  # noqa: PLC0415 - heavy

        known, at = self._deployments.get(name, (None, 0.0))
        if known is not None and time.monotonic() - at < KNOWN_SECONDS:
            return known
        try:
            found = (await self._client.read_deployment_by_name(name)).id
        except ObjectNotFound:
            raise NotNow(f"There is no deployment {name} in Prefect yet: run `tieline deploy`.") from None
        self._deployments[name] = found, time.monotonic()
        return found


@asynccontextmanager
async def connected() -> AsyncIterator[PrefectRuns]:
    """Flow runs of the server that Prefect's client in this process uses."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - heavy

    async with get_client(httpx_settings=patient()) as client:
        yield PrefectRuns(client)


@asynccontextmanager
async def _said() -> AsyncIterator[None]:
    """Tell what can be tried again from what cannot."""
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError  # noqa: PLC0415 - heavy

    try:
        yield
    except (PrefectHTTPStatusError, httpx.HTTPStatusError) as exc:
        said = f"Prefect answered {exc.response.status_code}: {exc.response.text[:300]}"
        raise (Refused if exc.response.status_code in _NOT_OURS else NotNow)(said) from None
    except ObjectNotFound:
        raise NotNow("The deployment was deleted in Prefect: run `tieline deploy`.") from None
    except ObjectAlreadyExists:
        raise NotNow("Prefect is busy with the same run.") from None
    except (httpx.HTTPError, OSError, TimeoutError, RuntimeError) as exc:
        raise NotNow(f"Prefect's API cannot be reached ({type(exc).__name__}).") from None
