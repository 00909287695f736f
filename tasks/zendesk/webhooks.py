"""Webhooks of the account: what `tieline webhook setup zendesk` makes.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, SecretStr

from blocks.zendesk import ZendeskCredentials
from tasks.zendesk.models import Limit
from tasks.zendesk.system import connector, listed
from tieline import Api, Model, segment
from tieline.subscriptions import Subscription, Subscriptions, Wanted
from tieline.webhooks.readers import words

EventTypes = Annotated[list[str], Field(description="Zendesk's names, such as zen:event-type:ticket.created.")]


class AccountWebhook(Model):
    """A webhook, and where it goes."""

    id: str
    name: str = ""
    endpoint: str = ""
    status: str = ""
    subscriptions: tuple[str, ...] = ()


class SigningSecret(Model):
    """What a webhook is signed with. It is shown to nobody by accident."""

    algorithm: str = "SHA256"
    secret: SecretStr


@connector.action(scopes=("webhooks:read",))
async def list_webhooks(api: Api, *, limit: Limit = 100) -> list[AccountWebhook]:
    """List the account's webhooks.

    See https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/#list-webhooks
    """
    return await listed(api, "/webhooks", AccountWebhook, limit)


@connector.action(scopes=("webhooks:write",))
async def create_webhook(api: Api, *, name: str, url: str, events: EventTypes) -> AccountWebhook:
    """Make a webhook that tells an address of ours about events.

    See https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/#create-or-clone-webhook
    """
    webhook = {
        "name": name,
        "status": "active",
        "endpoint": url,
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": events,
    }
    return await api.post("/webhooks", {"webhook": webhook}, into=AccountWebhook, at="webhook")


@connector.action(scopes=("webhooks:read",))
async def get_webhook_secret(api: Api, *, webhook_id: str) -> SigningSecret:
    """Fetch what a webhook is signed with.

    See https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/#show-webhook-signing-secret
    """
    return await api.get(f"/webhooks/{segment(webhook_id)}/signing_secret", into=SigningSecret, at="signing_secret")


@connector.action(scopes=("webhooks:write",))
async def delete_webhook(api: Api, *, webhook_id: str) -> None:
    """End a webhook.

    See https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/#delete-webhook
    """
    await api.delete(f"/webhooks/{segment(webhook_id)}", into=type(None))


class AccountWebhooks(Subscriptions[ZendeskCredentials]):
    """The account's webhooks. They do not expire, and Zendesk makes their secrets."""

    prefix = "zen:event-type:"
    #: Those that make the events of the connector.
    usual = words("""
        ticket.created ticket.status_changed ticket.priority_changed ticket.subject_changed ticket.tags_changed
        ticket.agent_assignment_changed ticket.group_assignment_changed ticket.comment_added
        user.created organization.created
    """)
    gives_secret = True

    async def subscribe(self, credentials: ZendeskCredentials, wanted: Wanted) -> Subscription:
        """Make one."""
        name, events = f"Tieline {wanted.connection}", list(wanted.events)
        return _seen(await create_webhook.fn(credentials, name=name, url=wanted.url, events=events))

    async def unsubscribe(self, credentials: ZendeskCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        await delete_webhook.fn(credentials, webhook_id=number)

    async def find_all(self, credentials: ZendeskCredentials) -> Sequence[Subscription]:
        """All of the account."""
        return [_seen(one) for one in await list_webhooks.fn(credentials, limit=1000)]

    async def get_secret(self, credentials: ZendeskCredentials, number: str) -> SecretStr:
        """What it is signed with."""
        return (await get_webhook_secret.fn(credentials, webhook_id=number)).secret


def _seen(one: AccountWebhook) -> Subscription:
    return Subscription(one.id, url=one.endpoint, events=one.subscriptions, active=one.status in ("", "active"))


connector.subscriptions = AccountWebhooks()
