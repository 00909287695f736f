"""When discussions are summed up: a while after somebody wrote, and every night for what was missed.

Both are for connections called `discussions`: what comes in for another purpose is not written into. The nightly
deployments wait, paused, until there is one. A lively discussion makes one run every few minutes at most. Our own
note is an event too; its run finds nothing new. In Slack there is no event for this: give the flow a
thread, or a channel.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.comment_summarization import comment_summarization
from tieline.dispatch import Debounce, Trigger, on_event

CONNECTION = "discussions"
#: Comments from which on a summary saves anybody time.
AT_LEAST = 6
QUIET_SECONDS, AT_MOST_SECONDS = 180.0, 900.0


def _nightly(system: str) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        comment_summarization,
        f"{system}-comments-nightly",
        description=f"Sums up the discussions of {system}/{CONNECTION} that went on in the last day, every night.",
        schedules=[Cron("45 2 * * *", timezone="UTC")],
        parameters={
            "where": f"{system}/{CONNECTION}",
            "query": "updated in the last day",
            "at_least": AT_LEAST,
        },
        concurrency_limit=1,
        paused=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=[system],
    )


def _on_comment(system: str, event: str, subject: str) -> Trigger:
    return on_event(
        f"{system}.{event}",
        comment_summarization,
        when={"connection": CONNECTION},
        map={"where": system + "/{connection}", "threads": [subject]},
        batch="threads",
        at_most=50,
        lane="batch",
        wait=Debounce(seconds=QUIET_SECONDS, by="{connection} " + subject, at_most=AT_MOST_SECONDS),
        name=f"{system}-new-comment",
        description=f"Sums a discussion up when {system} says that somebody wrote, and it has been quiet for a while.",
        parameters={"where": f"{system}/{CONNECTION}", "at_least": AT_LEAST},
    )


triggers = [
    _on_comment("jira", "comment_created", "{payload.issue.key}"),
    _on_comment("zendesk", "comment.created", "{payload.detail.id}"),
    _on_comment("freshdesk", "note_created", "{payload.ticket_id}"),
]

deployments = [_nightly(system) for system in ("jira", "zendesk", "freshdesk")]
