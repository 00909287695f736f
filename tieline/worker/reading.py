"""What a worker reads from Prefect about its pool, and believes for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, WorkQueue
from prefect.client.schemas.responses import DeploymentResponse, WorkerFlowRunResponse
from prefect.exceptions import ObjectNotFound

#: How long what was read about deployments and queues is believed.
KNOWN_SECONDS = 10.0


class Reading:
    """Reads about one work pool. Requests hold no nulls: with the FastAPI it has here, Prefect's server refuses those.

    Args:
        pool: The pool's name.
        client: Gives Prefect's API.
    """

    def __init__(self, pool: str, client: Callable[[], PrefectClient]) -> None:
        self._pool, self._client = pool, client
        self._deployments: dict[UUID, tuple[float, DeploymentResponse]] = {}
        self._queues: tuple[float, list[WorkQueue]] = (0.0, [])

    async def queues(self) -> list[WorkQueue]:
        """All queues of the pool."""
        read_at, queues = self._queues
        if time.monotonic() - read_at > KNOWN_SECONDS or not queues:
            answer = await self._ask("/work_pools/{pool}/queues/filter", {"limit": 200})
            queues = WorkQueue.model_validate_list(answer)
            self._queues = (time.monotonic(), queues)
        return queues

    async def deployment(self, identity: UUID | None) -> DeploymentResponse | None:
        """A deployment; None where there is none."""
        if identity is None:
            return None
        read_at, known = self._deployments.get(identity, (0.0, None))
        if known is not None and time.monotonic() - read_at < KNOWN_SECONDS:
            return known
        try:
            known = await self._client().read_deployment(identity)
        except ObjectNotFound:
            return None
        self._deployments[identity] = (time.monotonic(), known)
        return known

    async def scheduled(self, queues: Sequence[str] | None, before: datetime, limit: int) -> list[FlowRun]:
        """Runs that Prefect offers its workers, each with the name of its queue.

        Args:
            queues: Of these queues; None for all.
            before: That are due by then.
            limit: At most so many.
        """
        asked: dict[str, Any] = {"scheduled_before": str(before), "limit": limit}
        if queues is not None:
            asked["work_queue_names"] = list(queues)
        answer = await self._ask("/work_pools/{pool}/get_scheduled_flow_runs", asked)
        names = {queue.id: queue.name for queue in await self.queues()}
        found = WorkerFlowRunResponse.model_validate_list(answer)
        for entry in found:
            entry.flow_run.work_queue_name = names.get(entry.work_queue_id, "")
        return [entry.flow_run for entry in found]

    async def waiting(self, runs: Sequence[UUID], before: datetime) -> list[FlowRun]:
        """Those of the runs that wait to be run in this pool, and are due by then."""
        wanted = {
            "id": {"any_": [str(run) for run in runs]},
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "next_scheduled_start_time": {"before_": str(before)},
        }
        pools = {"name": {"any_": [self._pool]}}
        answer = await self._ask("/flow_runs/filter", {"flow_runs": wanted, "work_pools": pools})
        return FlowRun.model_validate_list(answer)

    async def states(self, runs: Sequence[UUID]) -> list[FlowRun]:
        """The runs as they are now."""
        wanted = {"id": {"any_": [str(run) for run in runs]}}
        return FlowRun.model_validate_list(await self._ask("/flow_runs/filter", {"flow_runs": wanted}))

    async def _ask(self, path: str, json: dict[str, Any]) -> Any:
        parameters = {"pool": self._pool} if "{pool}" in path else {}
        answer = await self._client().request("POST", path, path_params=parameters, json=json)  # type: ignore[arg-type]
        return answer.json()
