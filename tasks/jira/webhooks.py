"""Webhooks of the site, as an admin has them: what `tieline webhook setup jira` makes for an account with an API token.

They do not expire. For an app that a person has let in it makes those of the app; see `app_webhooks`.

https://developer.atlassian.com/cloud/jira/platform/webhooks/#registering-a-webhook
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from blocks.jira import JiraCredentials
from tasks.jira import app_webhooks
from tasks.jira.system import connector
from tieline import Api, ConfigError, HttpCredentials, Model, segment
from tieline.subscriptions import Subscription, Subscriptions, Wanted

Names = Annotated[list[str], Field(description="Jira's names of events, such as jira:issue_created.")]


class SiteWebhook(Model):
    """A webhook, and where it goes."""

    self_: str = Field(alias="self")
    name: str = ""
    url: str = ""
    enabled: bool = True
    events: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its number, which Jira tells only at the end of its address."""
        return self.self_.rpartition("/")[2]


def _path(api: Api, webhook_id: str = "") -> str:
    """The whole address: this API is not below that of issues."""
    site = api.credentials.home if isinstance(api.credentials, HttpCredentials) else ""
    return f"{site}/rest/webhooks/1.0/webhook{f'/{segment(webhook_id)}' if webhook_id else ''}"


@connector.action(scopes=("Administer Jira",))
async def list_webhooks(api: Api) -> list[SiteWebhook]:
    """List the site's webhooks. See https://developer.atlassian.com/cloud/jira/platform/webhooks/."""
    return await api.get(_path(api), into=list[SiteWebhook])


@connector.action(scopes=("Administer Jira",))
async def create_webhook(api: Api, *, name: str, url: str, events: Names, jql: str = "") -> SiteWebhook:
    """Make a webhook that tells an address of ours about events, signed with the `webhook_secret` of the block.

    Args:
        api: The connection, of an admin of the site.
        name: What admins read in the list.
        url: Where to, with https.
        events: Which events.
        jql: Only events of these issues.

    Raises:
        ConfigError: The block has no webhook_secret; nothing was sent.

    See https://developer.atlassian.com/cloud/jira/platform/webhooks/
    """
    block = api.credentials
    secret = block.webhook_secret.get_secret_value() if isinstance(block, JiraCredentials) else ""
    if not secret:
        raise ConfigError(
            "The block has no webhook_secret, so nobody could tell Jira's webhooks from others.",
            hint="`tieline webhook secret jira --connection NAME --generate` makes one.",
        )
    wanted = {
        "name": name,
        "url": url,
        "events": events,
        "filters": {"issue-related-events-section": jql} if jql else None,
        "excludeBody": False,
        "secret": secret,
    }
    return await api.post(_path(api), wanted, into=SiteWebhook)


@connector.action(scopes=("Administer Jira",))
async def delete_webhook(api: Api, *, webhook_id: str) -> None:
    """End a webhook. See https://developer.atlassian.com/cloud/jira/platform/webhooks/."""
    await api.delete(_path(api, webhook_id), into=type(None))


class Webhooks(Subscriptions[JiraCredentials]):
    """The site's webhooks, of all projects; for an app its own, of some issues."""

    usual = ("comment_created", "jira:issue_created", "jira:issue_updated")
    resource = "for an app JQL, such as `project = OPS`; by default all projects that there are now"

    async def resources(self, credentials: JiraCredentials) -> Sequence[str]:
        """What to subscribe to if nobody says what."""
        return await app_webhooks.resources(credentials) if credentials.refresh_token else ("",)

    async def subscribe(self, credentials: JiraCredentials, wanted: Wanted) -> Subscription:
        """Make one."""
        if credentials.refresh_token:
            return await app_webhooks.subscribe(credentials, wanted)
        if wanted.resource:
            raise ConfigError("The site's webhooks are of all projects.", hint="Leave out --resource.")
        name, events = f"Tieline {wanted.connection}", list(wanted.events)
        return _seen(await create_webhook.fn(credentials, name=name, url=wanted.url, events=events))

    async def unsubscribe(self, credentials: JiraCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        if credentials.refresh_token:
            await app_webhooks.delete_app_webhook.fn(credentials, webhook_id=int(number))
        else:
            await delete_webhook.fn(credentials, webhook_id=number)

    async def renew(self, credentials: JiraCredentials, number: str) -> Subscription | None:
        """Let one of an app live on; the site's do not end."""
        if not credentials.refresh_token:
            return None
        until = await app_webhooks.renew_app_webhook.fn(credentials, webhook_id=int(number))
        return Subscription(number, expires_at=until)

    async def find_all(self, credentials: JiraCredentials) -> Sequence[Subscription]:
        """Those of all admins, or those of the app."""
        if credentials.refresh_token:
            return await app_webhooks.find_all(credentials)
        return [_seen(one) for one in await list_webhooks.fn(credentials)]


def _seen(one: SiteWebhook) -> Subscription:
    return Subscription(one.id, url=one.url, events=one.events, active=one.enabled)


connector.subscriptions = Webhooks()
