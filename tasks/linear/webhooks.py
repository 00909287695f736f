"""Webhooks of the workspace, as an admin has them: what `tieline webhook setup linear` makes. They do not expire.

https://linear.app/developers/webhooks
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from blocks.linear import LinearCredentials
from tasks.linear.graphql import HOOK, ask, listed, page
from tasks.linear.models import Done, Hook, Id, Limit
from tasks.linear.system import connector
from tieline import Api, ConfigError
from tieline.subscriptions import Subscription, Subscriptions, Wanted

ADMIN = ("admin",)
Kinds = Annotated[list[str], Field(description="Linear's kinds of data, such as Issue or Comment.", min_length=1)]


@connector.action(scopes=ADMIN)
async def list_webhooks(api: Api, *, limit: Limit = 250) -> list[Hook]:
    """List the webhooks of the workspace. See https://linear.app/developers/webhooks."""
    query = f"query($first: Int, $after: String) {{ webhooks(first: $first, after: $after) {page(HOOK)} }}"
    return await listed(api, query, {}, into=Hook, at="webhooks", limit=limit)


@connector.action(scopes=ADMIN)
async def create_webhook(
    api: Api,
    *,
    url: Annotated[str, Field(pattern="^https://")],
    kinds: Kinds,
    team: str | None = None,
    label: str | None = None,
) -> Hook:
    """Make Linear tell an address of ours what happens, signed with the `webhook_secret` of the block.

    Args:
        api: The connection, of an admin of the workspace.
        url: Where to.
        kinds: Of which kinds of data.
        team: Only in this team, by its key or UUID; by default in all public teams.
        label: What admins read in the list.

    Raises:
        ConfigError: The block has no webhook_secret; nothing was sent.

    See https://linear.app/developers/webhooks
    """
    block = api.credentials
    secret = block.webhook_secret.get_secret_value() if isinstance(block, LinearCredentials) else ""
    if not secret:
        hint = "`tieline webhook secret linear --connection NAME --generate` makes one."
        raise ConfigError(f"{block.title} has no webhook_secret.", hint=hint)
    asked = {
        "url": url,
        "resourceTypes": kinds,
        "secret": secret,
        "label": label,
        "teamId": team,
        "allPublicTeams": None if team else True,
    }
    query = f"mutation($input: WebhookCreateInput!) {{ webhookCreate(input: $input) {{ webhook {{ {HOOK} }} }} }}"
    return await ask(api, query, {"input": asked}, into=Hook, at="webhookCreate.webhook", repeatable=False)


@connector.action(scopes=ADMIN)
async def delete_webhook(api: Api, *, webhook_id: Id) -> None:
    """End a webhook. See https://linear.app/developers/webhooks."""
    query = "mutation($id: String!) { webhookDelete(id: $id) { success } }"
    await ask(api, query, {"id": webhook_id}, into=Done, at="webhookDelete", repeatable=True)


class Webhooks(Subscriptions[LinearCredentials]):
    """One for all public teams, or one for each team that is named."""

    usual = ("Comment", "Issue")
    resource = "the key of a team, such as ENG; without it, all public teams"

    async def subscribe(self, credentials: LinearCredentials, wanted: Wanted) -> Subscription:
        """Make one."""
        label, team = f"Tieline {wanted.connection}", wanted.resource or None
        kinds = list(wanted.events)
        return _seen(await create_webhook.fn(credentials, url=wanted.url, kinds=kinds, team=team, label=label))

    async def unsubscribe(self, credentials: LinearCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        await delete_webhook.fn(credentials, webhook_id=number)

    async def find_all(self, credentials: LinearCredentials) -> Sequence[Subscription]:
        """Those of all admins."""
        return [_seen(one) for one in await list_webhooks.fn(credentials)]


def _seen(one: Hook) -> Subscription:
    team = one.team.key if one.team else ""
    kinds = tuple(sorted(one.resourceTypes))
    return Subscription(one.id, resource=team, url=one.url or "", events=kinds, active=one.enabled)


connector.subscriptions = Webhooks()
