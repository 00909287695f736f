"""Webhooks of an app, which end after 30 days unless they are renewed; Jira signs them with the app's secret.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from blocks.jira import JiraCredentials
from tasks.jira.issues import list_projects
from tasks.jira.system import connector
from tieline import Api, ConfigError, Model
from tieline.errors import Rejected
from tieline.subscriptions import Subscription, Wanted
from tieline.transport.paging import offset

MANAGE = ("manage:jira-webhook",)
#: "Webhooks registered through the REST API expire after 30 days"; a little less, because its clock may be behind ours.
LIFE = timedelta(days=30, minutes=-5)
PAGE = 100

Jql = Annotated[
    str,
    Field(description='Which issues, such as "project = OPS"; Jira takes =, !=, IN and NOT IN only.', min_length=1),
]
Number = Annotated[int, Field(description="The webhook's number.")]


class AppWebhook(Model):
    """A webhook of the app, and when it ends."""

    id: int
    url: str = ""
    events: tuple[str, ...] = ()
    jql_filter: str = Field("", alias="jqlFilter")
    expiration_date: datetime | None = Field(None, alias="expirationDate")


class _Registered(Model):
    created: int | None = Field(None, alias="createdWebhookId")
    errors: tuple[str, ...] = ()


class _Life(Model):
    until: datetime = Field(alias="expirationDate")


@connector.action(scopes=MANAGE)
async def list_app_webhooks(api: Api, *, limit: int = 1000) -> list[AppWebhook]:
    """List the webhooks that the app has on this site.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/#api-rest-api-3-webhook-get
    """
    pages = offset("startAt", items="values", size="maxResults")
    query = {"maxResults": PAGE}
    return await api.list("/webhook", into=AppWebhook, limit=limit, at="values", params=query, paginate=pages)


@connector.action(scopes=MANAGE)
async def create_app_webhook(
    api: Api,
    *,
    url: Annotated[str, Field(description="Where to, with https; one address for all webhooks of an app.")],
    events: Annotated[list[str], Field(description="Jira's names of events, such as jira:issue_created.")],
    jql: Jql,
) -> int:
    """Let the app be told of what happens to some issues, for 30 days.

    Returns:
        The webhook's number.

    Raises:
        Rejected: Jira does not take the events or the JQL.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/#api-rest-api-3-webhook-post
    """
    wanted = {"url": url, "webhooks": [{"events": events, "jqlFilter": jql}]}
    (made, *_) = await api.post("/webhook", wanted, into=list[_Registered], at="webhookRegistrationResult")
    if made.created is None:
        raise Rejected(f"Jira did not register the webhook: {'; '.join(made.errors)[:300]}", hint="Change the JQL.")
    return made.created


@connector.action(kind="write", scopes=MANAGE)
async def renew_app_webhook(api: Api, *, webhook_id: Number) -> datetime:
    """Let a webhook of the app live 30 days from now; of one that has ended Jira says nothing.

    Returns:
        When it ends.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/#api-rest-api-3-webhook-refresh-put
    """
    return (await api.put("/webhook/refresh", {"webhookIds": [webhook_id]}, into=_Life)).until


@connector.action(scopes=MANAGE)
async def delete_app_webhook(api: Api, *, webhook_id: Number) -> None:
    """End a webhook of the app; of one that has ended Jira says nothing.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/#api-rest-api-3-webhook-delete
    """
    await api.delete("/webhook", {"webhookIds": [webhook_id]}, into=type(None))


async def subscribe(credentials: JiraCredentials, wanted: Wanted) -> Subscription:
    """Make one; what it tells of is a filter in JQL."""
    events = list(wanted.events)
    number = await create_app_webhook.fn(credentials, url=wanted.url, events=events, jql=wanted.resource)
    return Subscription(str(number), wanted.resource, wanted.url, wanted.events, expires_at=datetime.now(UTC) + LIFE)


async def find_all(credentials: JiraCredentials) -> Sequence[Subscription]:
    """Those of the app on this site."""
    return [
        Subscription(str(one.id), one.jql_filter, one.url, one.events, expires_at=one.expiration_date)
        for one in await list_app_webhooks.fn(credentials)
    ]


async def resources(credentials: JiraCredentials) -> Sequence[str]:
    """All projects that the person may see now: there is no filter that means all.

    Raises:
        ConfigError: There are none.
    """
    keys = [project.key for project in await list_projects.fn(credentials, limit=PAGE)]
    if not keys:
        raise ConfigError("The login sees no project.", hint='Name what to tell of: --resource "project = OPS".')
    return [f"project IN ({', '.join(keys)})"]
