"""Webhooks of a base: what `tieline webhook setup airtable` makes, and what they have seen.

Each signs with a secret of its own, which Airtable says once, and ends after seven days unless it is refreshed. A base
has ten at most. https://airtable.com/developers/web/api/webhooks-overview
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from blocks.airtable import AirtableCredentials
from tasks.airtable.bases import list_bases
from tasks.airtable.models import BaseId, DataType, Hook, Limit, NewHook, Payloads, Refreshed, WebhookId
from tasks.airtable.system import connector
from tieline import Api, ConfigError, segment
from tieline.subscriptions import Subscription, Subscriptions, Wanted

MANAGE = ("webhook:manage",)
#: What is in a payload is asked for with the scopes of what it tells.
TELLS = ("webhook:manage", "data.records:read", "schema.bases:read")
#: "An empty response", which may be no body, or one with nothing in it.
EMPTY: Any = dict[str, Any] | None
DataTypes = Annotated[
    list[DataType],
    Field(min_length=1, description="tableData: records; tableFields: fields; tableMetadata: names of tables."),
]


@connector.action(scopes=MANAGE)
async def list_webhooks(api: Api, *, base_id: BaseId, limit: Limit = 10) -> list[Hook]:
    """List the webhooks of a base. See https://airtable.com/developers/web/api/list-webhooks."""
    return await api.list(_hooks(base_id), into=Hook, limit=limit, at="webhooks")


@connector.action(scopes=TELLS)
async def create_webhook(
    api: Api,
    *,
    base_id: BaseId,
    url: str,
    data_types: DataTypes,
    within: Annotated[str, Field(description="A table's or a view's id; empty for the whole base.")] = "",
) -> NewHook:
    """Make Airtable tell an address of ours that something has changed in a base, for seven days.

    The secret that it signs with is in the result for Python alone.

    Args:
        api: The connection, of somebody who may create in the base.
        base_id: The base.
        url: Where to.
        data_types: Changes of what.
        within: Only changes of records there.

    See https://airtable.com/developers/web/api/create-a-webhook
    """
    filters: dict[str, Any] = {"dataTypes": data_types}
    if within:
        filters["recordChangeScope"] = within
    body = {"notificationUrl": url, "specification": {"options": {"filters": filters}}}
    return await api.post(_hooks(base_id), body, into=NewHook, repeatable=False)


@connector.action(kind="write", scopes=MANAGE)
async def refresh_webhook(api: Api, *, base_id: BaseId, webhook_id: WebhookId) -> Refreshed:
    """Let a webhook live for seven days from now. See https://airtable.com/developers/web/api/refresh-a-webhook."""
    path = f"{_hooks(base_id)}/{segment(webhook_id)}/refresh"
    return await api.post(path, into=Refreshed, repeatable=True)


@connector.action(scopes=MANAGE)
async def update_webhook(api: Api, *, base_id: BaseId, webhook_id: WebhookId, notifications: bool) -> None:
    """Switch the pings of a webhook on or off; after thirteen that have failed, Airtable switches them off.

    See https://airtable.com/developers/web/api/enable-disable-webhook-notifications
    """
    path = f"{_hooks(base_id)}/{segment(webhook_id)}/enableNotifications"
    await api.post(path, {"enable": notifications}, into=EMPTY, repeatable=True)


@connector.action(scopes=MANAGE)
async def delete_webhook(api: Api, *, base_id: BaseId, webhook_id: WebhookId) -> None:
    """End a webhook. See https://airtable.com/developers/web/api/delete-a-webhook."""
    await api.delete(f"{_hooks(base_id)}/{segment(webhook_id)}", into=EMPTY)


@connector.action(scopes=TELLS)
async def read_webhook_payloads(
    api: Api,
    *,
    base_id: BaseId,
    webhook_id: WebhookId,
    cursor: Annotated[int, Field(ge=1, description="The cursor of the last reading; 1 begins with the oldest.")] = 1,
    limit: Annotated[int, Field(ge=1, le=50)] = 50,
) -> Payloads:
    """Read what a webhook has seen since a cursor, which also refreshes it.

    Airtable keeps this for a week. Keep the cursor of the answer for the next reading.

    See https://airtable.com/developers/web/api/list-webhook-payloads
    """
    path = f"{_hooks(base_id)}/{segment(webhook_id)}/payloads"
    return await api.get(path, into=Payloads, params={"cursor": cursor, "limit": limit})


def _hooks(base_id: str) -> str:
    return f"/bases/{segment(base_id)}/webhooks"


class Webhooks(Subscriptions[AirtableCredentials]):
    """One for each base or table that is named, with a secret of its own. Its number here is BASE/WEBHOOK."""

    usual = ("tableData",)
    gives_secret = True
    secret_is_said_once = True
    resource = "the id of a base (app...), or of a table in it (app.../tbl...)"

    async def resources(self, credentials: AirtableCredentials) -> Sequence[str]:  # noqa: ARG002 - there is no usual one
        """There is none that everybody wants."""
        raise ConfigError("Airtable tells of one base at a time.", hint="Name it: --resource appXXXXXXXXXXXXXX.")

    async def subscribe(self, credentials: AirtableCredentials, wanted: Wanted) -> Subscription:
        """Make one."""
        base, _, within = wanted.resource.partition("/")
        types: Any = list(wanted.events)
        made = await create_webhook.fn(credentials, base_id=base, url=wanted.url, data_types=types, within=within)
        return Subscription(
            f"{base}/{made.id}",
            resource=wanted.resource,
            url=wanted.url,
            events=wanted.events,
            expires_at=made.expiration_time,
            secret=made.mac_secret_base64,
        )

    async def renew(self, credentials: AirtableCredentials, number: str) -> Subscription:
        """Let it live on."""
        base, _, webhook = number.partition("/")
        renewed = await refresh_webhook.fn(credentials, base_id=base, webhook_id=webhook)
        return Subscription(number, resource=base, expires_at=renewed.expiration_time)

    async def unsubscribe(self, credentials: AirtableCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        base, _, webhook = number.partition("/")
        await delete_webhook.fn(credentials, base_id=base, webhook_id=webhook)

    async def find_all(self, credentials: AirtableCredentials) -> Sequence[Subscription]:
        """Those of all bases that the login reaches. Airtable lists those that have ended for another week."""
        bases = [base.id for base in await list_bases.fn(credentials, limit=1000)]
        found = [(base, one) for base in bases for one in await list_webhooks.fn(credentials, base_id=base)]
        return [_seen(base, one) for base, one in found if one.is_hook_enabled]


def _seen(base: str, one: Hook) -> Subscription:
    filters = one.specification.get("options", {}).get("filters", {})
    within, last = filters.get("recordChangeScope") or "", one.last_notification_result or {}
    error = last.get("error") or {}
    return Subscription(
        f"{base}/{one.id}",
        resource=f"{base}/{within}" if within else base,
        url=one.notification_url or "",
        events=tuple(sorted(filters.get("dataTypes") or ())),
        expires_at=one.expiration_time,
        active=one.are_notifications_enabled,
        trouble=f"Its last failure: {str(error.get('message'))[:200]}" if error else "",
    )


connector.subscriptions = Webhooks()
