"""When subscriptions are renewed: every hour, and at once when a vendor says that one needs it."""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.renew_subscriptions import renew_subscriptions
from tieline.dispatch import on_event

triggers = [
    on_event(
        ["sharepoint.reauthorization_required", "sharepoint.subscription_removed", "sharepoint.notifications_missed"],
        renew_subscriptions,
        map={"at_once": ["{payload.subscriptionId}"]},
        batch="at_once",
        lane="critical",
        name="sharepoint-lifecycle",
        description="Renews a subscription, or makes it again, when Microsoft says that it needs it.",
    )
]

deployments = [
    RunnerDeployment.from_flow(
        renew_subscriptions,
        "hourly",
        description="Keeps alive what vendors tell us of, and logins that end when nobody uses them.",
        schedules=[Cron("35 * * * *", timezone="UTC")],
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["subscriptions"],
    )
]
