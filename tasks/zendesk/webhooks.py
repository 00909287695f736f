"""Webhooks of the account: what `tieline webhook setup zendesk` makes.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

from typing import Annotated

from pydantic import Field, SecretStr

from tasks.zendesk.models import Limit
from tasks.zendesk.system import connector, listed
from tieline import Api, Model, segment

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
