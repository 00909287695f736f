"""When people are asked to decide, and what they decide is done: at once, and every five minutes for what is due."""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.approval_click import approval_click
from flows.approvals.slack import read
from flows.mind_approvals import mind_approvals
from flows.review import review
from flows.tell_approvals import tell_approvals
from tieline.approvals import EVENTS
from tieline.dispatch import on_event

triggers = [
    on_event(
        [f"tieline.{event}" for event in EVENTS],
        tell_approvals,
        map={"ids": ["{payload.id}"], "event": "{name}"},
        batch="ids",
        at_most=20,
        name="approvals",
        description="Shows people what waits for their decision, and what was decided.",
    ),
    on_event(
        "slack.block_actions",
        approval_click,
        map={"connection": "{connection}", "deliveries": ["{delivery}"]},
        when=lambda event: read(event.payload) is not None,
        batch="deliveries",
        at_most=20,
        lane="critical",  # people wait for the answer
        name="slack-approval-click",
        description="Decides what somebody clicks on in Slack, if they may.",
    ),
]

deployments = [
    RunnerDeployment.from_flow(
        mind_approvals,
        "approvals-due",
        description="Reminds people of what waits for their decision, and closes what nobody decided in time.",
        schedules=[Cron("*/5 * * * *", timezone="UTC")],
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
    ),
    RunnerDeployment.from_flow(
        review,
        "review",
        description="Lets somebody decide with a form: Resume.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    ),
]
