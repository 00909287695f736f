"""What people decide about a sync is done: a conflict gets its value, deletions are carried out."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows.sheet_sync import sheet_sync
from flows.sync import questions, saved
from tieline import ConfigError, approvals, each

KEY = "sheet-sync-decided"


@flow(name=KEY, persist_result=False)
async def sheet_sync_decided(decided: list[str]) -> list[str]:
    """Carry out what was decided about conflicts and deletions.

    Args:
        decided: Approvals that were decided, such as "tiku-mora".

    Returns:
        The syncs that ran because of it.

    Raises:
        ConfigError: It is no question of a sync, or nobody has decided yet.
        ConnectorError: A side failed.
    """
    found = await each(decided, _take)
    names = sorted({name for name in found if isinstance(name, str) and name})
    for name in names:
        await sheet_sync(name)
    get_run_logger().info("Ran because of it: %s", ", ".join(names) or "none")
    return names


async def _take(number: str) -> str:
    approval = approvals.get(number)
    if approval.scenario != questions.SCENARIO:
        raise ConfigError(f"The approval {number!r} is about {approval.scenario}, and not about a sync.")
    if approval.state == "waiting":
        raise ConfigError(
            f"Nobody has decided on {number!r} yet.", hint=f"tieline approvals approve {number}, or reject."
        )
    sync = await saved.load(questions.Question.model_validate(approval.proposal).sync)
    return sync.name if questions.answered(sync, approval) else ""
