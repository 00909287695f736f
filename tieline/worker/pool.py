"""The work pool that warm workers run, its queues, and what is deployed to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tieline.errors import ConfigError, UnknownName
from tieline.worker.lanes import LANES

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

#: Our own work pool, and the type of the worker that works for it.
POOL = TYPE = "tieline"


async def make(name: str = POOL) -> None:
    """Make a work pool for warm workers, with a queue for each lane, unless it is there.

    Args:
        name: What to call it.

    Raises:
        ConfigError: There is one of that name, for workers of another type.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - half a second
    from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound  # noqa: PLC0415

    from tieline.worker.configuration import template  # noqa: PLC0415

    async with get_client() as client:
        try:
            found = await client.read_work_pool(name)
        except ObjectNotFound:
            wanted = WorkPoolCreate(
                name=name,
                type=TYPE,
                description="Runs flows at once, in a process that has them imported: tieline worker.",
                base_job_template=template(),
            )
            found = await client.create_work_pool(wanted)
        if found.type != TYPE:
            raise ConfigError(
                f"There is a work pool {name!r} of type {found.type!r}; the warm worker needs one of type {TYPE!r}.",
                hint=f"Delete it, and deploy again: prefect work-pool delete {name}. Or keep it, and make another: "
                f"prefect work-pool create other --type {found.type}, then tieline deploy --pool other.",
            )
        for priority, lane in enumerate(LANES, 1):  # 1 is the most urgent
            with suppress(ObjectAlreadyExists):
                await client.create_work_queue(lane, work_pool_name=name, priority=priority)


async def deploy(found: Sequence[RunnerDeployment], pool: str = POOL) -> None:
    """Deploy to a work pool; the default one is made if need be, any other must be there.

    Args:
        found: What to deploy; their schedules are active from then on.
        pool: The work pool's name; it may be for workers of any type.

    Raises:
        UnknownName: There is no such work pool.
        ConfigError: See `make`.
    """
    if pool == POOL or await _type(pool) == TYPE:
        await make(pool)
    else:  # a lane is a queue of a warm worker's pool
        found = [deployment.model_copy(update={"work_queue_name": None}) for deployment in found]
    for deployment in found:
        await deployment.aapply(work_pool_name=pool)


async def _type(pool: str) -> str:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - half a second

    async with get_client() as client:
        known = {one.name: one.type for one in await client.read_work_pools(limit=200)}
    if pool not in known:
        raise UnknownName("work pool", pool, known, hint=f"Make it: prefect work-pool create {pool} --type process")
    return known[pool]


async def pause(found: Sequence[RunnerDeployment]) -> None:
    """Pause schedules, so that nothing piles up while nobody runs it. `deploy` resumes them."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - half a second

    async with get_client() as client:
        for deployment in found:
            if deployment.schedules:
                known = await client.read_deployment_by_name(f"{deployment.flow_name}/{deployment.name}")
                await client.pause_deployment(known.id)


async def remove(found: Sequence[RunnerDeployment], pool: str) -> None:
    """Take deployments and their work pool away again; what is not there is passed over."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - half a second
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    async with get_client() as client:
        for deployment in found:
            with suppress(ObjectNotFound):
                known = await client.read_deployment_by_name(f"{deployment.flow_name}/{deployment.name}")
                await client.delete_deployment(known.id)
        with suppress(ObjectNotFound):
            await client.delete_work_pool(pool)
