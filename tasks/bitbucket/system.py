"""Where Bitbucket is, and who we are there."""

from blocks.bitbucket import BitbucketCredentials
from tasks.bitbucket import events
from tieline import Api, HttpRules, Identity, http_connector, segment
from tieline.transport.paging import next_url

#: Where archives are: they are no part of the API.
PAGES = "bitbucket.org"

connector = http_connector(
    "bitbucket",
    title="Bitbucket",
    block=BitbucketCredentials,
    docs="https://developer.atlassian.com/cloud/bitbucket/rest/",
    # 1,000 an hour: https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/
    rules=HttpRules(rate="1000/hour", paginate=next_url("next"), hosts=frozenset({PAGES})),
    webhook=events.webhook,
)

connector.event(events.Push, "push")
connector.event(events.PullRequestEvent, "pull_request.opened", "pull_request.synchronize")
connector.event(events.PullRequestEvent, "pull_request.closed", "pull_request.merged")
connector.event(events.IssueEvent, "issues.opened", "issues.edited", "issues.closed", "issues.reopened")
connector.event(events.CommentEvent, "issue_comment.created")
connector.event(events.WorkflowEvent, "workflow_run.completed")


@connector.health
async def check(api: Api) -> Identity:
    """Whether the workspace's repositories can be seen: access tokens belong to nobody who could be asked for."""
    block = api.credentials
    workspace = block.workspace if isinstance(block, BitbucketCredentials) else ""
    query = {"pagelen": 1, "fields": "size,values.full_name"}
    seen = await api.get(f"/repositories/{segment(workspace)}", into=list[dict[str, str]], at="values", params=query)
    return Identity(name=workspace, detail=f"sees {seen[0].get('full_name', '')}" if seen else "sees no repository")
