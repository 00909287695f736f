"""Let somebody decide on Prefect's pages: a form in a run that is suspended until then."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any, Literal

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput
from prefect.states import Completed
from pydantic import Field

from flows.approvals.form import ELSEWHERE, VIA
from flows.approvals.words import page
from flows.markup import escaped
from tieline import ConfigError, approvals
from tieline.approvals import AlreadyDecided, Approval

KEY = "review"


class Verdict(RunInput):
    """The form."""

    decision: Literal["approve", "edit", "reject"] = Field(description="With `edit` it is approved as you wrote it.")
    your_name: str = Field(min_length=1, description="For the record.")
    reason: str = Field("", description="Needed to reject.")
    text: str = Field("", description="Used with `edit` only.")


@flow(name=KEY, flow_run_name="{approval}", persist_result=True)
async def review(approval: str) -> State[Any]:
    """Ask somebody to decide on an approval, with a form on Prefect's pages (Resume), and do what they say.

    The run takes no room while it waits. When it is decided elsewhere meanwhile, the run ends.

    Args:
        approval: Its id, such as "tiku-mora".

    Returns:
        A final state that says what was decided; it is called DecidedElsewhere if not by this form.

    Raises:
        UnknownName: There is no such approval.
    """
    found = await asyncio.to_thread(approvals.get, approval)
    trouble = ""
    if runtime.flow_run.run_count == 1:
        await acreate_markdown_artifact(page(found), f"approval-{found.id}", escaped(found.title))
    for attempt in count():
        if found.state != "waiting":
            break
        # Begun anew after each form, this comes by here again, and the forms that were sent in are read again.
        said = await asuspend_flow_run(wait_for_input=_form(found, trouble), key=f"{KEY}-{attempt}")
        try:
            decided = await asyncio.to_thread(_decide, found, said)
        except AlreadyDecided as exc:
            found = exc.approval
        except ConfigError as exc:
            trouble = str(exc)
            get_run_logger().warning("Nothing was decided. %s", trouble)
        else:
            get_run_logger().info("%s was %s.", decided.id, decided.verdict)
            return Completed(message=f"It was {decided.verdict}.")
    get_run_logger().warning("It was %s. That decision stands.", found.verdict)
    return Completed(name=ELSEWHERE, message=f"It was {found.verdict}.")


def _form(found: Approval, trouble: str) -> type[Verdict]:
    about = f"{trouble}\n\n{page(found)}" if trouble else page(found)
    return Verdict.with_initial_data(description=about, text=found.text or "")


def _decide(found: Approval, said: Verdict) -> Approval:
    text = said.text if said.decision == "edit" else None
    who = said.your_name.strip()
    return approvals.decide(found.id, said.decision, by=who, via=VIA, reason=said.reason, text=text)
