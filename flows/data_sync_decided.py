"""What people decide about deletions of a sync of documents is carried out."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows.data_sync import data_sync
from flows.document_sync import job as jobs
from flows.document_sync.job import SCENARIO
from flows.sync.questions import Question
from tieline import ConfigError, approvals, each

KEY = "data-sync-decided"


@flow(name=KEY, persist_result=False)
async def data_sync_decided(decided: list[str]) -> list[str]:
    """Run the jobs whose deletions somebody has agreed to.

    Args:
        decided: Approvals that were decided, such as "tiku-mora".

    Returns:
        The jobs that ran because of it.

    Raises:
        ConfigError: It is no question of such a sync, or nobody has decided yet.
        UnknownName: The job is not known any more.
        ConnectorError: A system failed.
    """
    found = await each(decided, _agreed)
    names = sorted({name for name in found if isinstance(name, str) and name})
    for name in names:
        await data_sync(jobs.load(name))
    get_run_logger().info("Ran because of it: %s", ", ".join(names) or "none")
    return names


async def _agreed(number: str) -> str:
    """The job that somebody has agreed for; empty where they have not."""
    approval = approvals.get(number)
    if approval.scenario != SCENARIO:
        raise ConfigError(f"The approval {number!r} is about {approval.scenario}, and not about documents.")
    if approval.state == "waiting":
        hint = f"tieline approvals approve {number}, or reject."
        raise ConfigError(f"Nobody has decided on {number!r} yet.", hint=hint)
    return Question.model_validate(approval.proposal).sync if approval.state == "approved" else ""
