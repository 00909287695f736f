"""Prefect's pages: a run that is suspended until somebody fills in its form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from tieline.approvals import Approval
from tieline.errors import Unavailable
from tieline.prefect_client import patient

DEPLOYMENT = "review/review"
#: How a decision by this form is recorded.
VIA = "prefect"
#: The state of a run whose approval was decided somewhere else.
ELSEWHERE = "DecidedElsewhere"


async def begin(approval: Approval) -> str:
    """Start the run with the form, or find it if it was started before; its id."""
    async with get_client(httpx_settings=patient()) as client:
        deployment = await client.read_deployment_by_name(DEPLOYMENT)
        run = await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"approval": approval.id},
            name=approval.id,
            idempotency_key=f"approval:{approval.id}",
        )
    return str(run.id)


async def end(approval: Approval, run: str) -> None:
    """End the run if it still waits. One that has not begun, or whose form was sent in, finds out by itself.

    Raises:
        Unavailable: The run is about to wait; another try, later, ends it.
    """
    async with get_client(httpx_settings=patient()) as client:
        try:
            found = await client.read_flow_run(UUID(run))
        except ObjectNotFound:
            return  # somebody deleted it
        if found.state is not None and found.state.is_running() and approval.decided_via != VIA:
            raise Unavailable(f"The run with the form for {approval.id} is about to wait.")
        if found.state is not None and found.state.is_paused():
            said: State[Any] = Completed(name=ELSEWHERE, message=f"It was {approval.verdict}.")
            await client.set_flow_run_state(UUID(run), said, force=True)
