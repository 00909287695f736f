"""Webhooks: what `tieline webhook setup asana` makes.

While it is made, Asana sends its secret to the gateway, which repeats it; the answer brings it, too. What fails for a
day, Asana deletes.

https://developers.asana.com/docs/webhooks-guide
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from blocks.asana import AsanaCredentials
from tasks.asana.models import HOOK_FIELDS, PAGE, Established, Gid, Hook, Limit
from tasks.asana.projects import list_workspaces
from tasks.asana.system import connector
from tieline import Api, ConfigError, segment
from tieline.subscriptions import Subscription, Subscriptions, Wanted

READ, WRITE, DELETE = ("webhooks:read",), ("webhooks:write",), ("webhooks:delete",)
FIELDS = {"opt_fields": HOOK_FIELDS}
Names = Annotated[list[str], Field(description="Names of events, such as task.added; empty means all.")]


@connector.action(scopes=READ)
async def list_webhooks(api: Api, *, workspace: Gid, limit: Limit = 100) -> list[Hook]:
    """List the webhooks that were made with this token. See https://developers.asana.com/reference/getwebhooks."""
    query = {"workspace": workspace, "limit": min(limit, PAGE), **FIELDS}
    return await api.list("/webhooks", into=Hook, limit=limit, at="data", params=query)


@connector.action(scopes=WRITE)
async def create_webhook(api: Api, *, resource: Gid, url: str, events: Names = []) -> Hook:  # noqa: B006 - never changed
    """Make Asana tell an address of ours what happens; the gateway has to be reachable there already.

    The secret that it signs with is in the result for Python alone. By any other way the block has to wait for it:
    `tieline webhook secret asana --connection NAME --handshake`.

    Args:
        api: The connection.
        resource: A task or a project; what is above these wants events.
        url: Where to.
        events: Only these.

    See https://developers.asana.com/reference/createwebhook
    """
    parts = [name.partition(".") for name in events]
    filters = [{"resource_type": kind, "action": action} for kind, _, action in parts]
    asked = {"resource": resource, "target": url, "filters": filters or None}
    made = await api.post("/webhooks", {"data": asked}, into=Established, params=FIELDS, repeatable=False)
    return made.data.model_copy(update={"secret": made.secret})


@connector.action(scopes=DELETE)
async def delete_webhook(api: Api, *, webhook: Gid) -> None:
    """End a webhook. See https://developers.asana.com/reference/deletewebhook."""
    await api.delete(f"/webhooks/{segment(webhook)}", into=dict, at="data")


class Webhooks(Subscriptions[AsanaCredentials]):
    """One for each project or task that is named, with a secret of its own."""

    usual = ("story.added", "task.added", "task.changed", "task.deleted", "task.removed")
    gives_secret = True
    secret_is_said_once = True
    resource = "the gid of a project or a task"

    async def resources(self, credentials: AsanaCredentials) -> Sequence[str]:  # noqa: ARG002 - there is no usual one
        """There is none that everybody wants."""
        raise ConfigError("Asana tells of one project at a time.", hint="Name it: --resource GID_OF_THE_PROJECT.")

    async def subscribe(self, credentials: AsanaCredentials, wanted: Wanted) -> Subscription:
        """Make one."""
        events = list(wanted.events)
        return _seen(await create_webhook.fn(credentials, resource=wanted.resource, url=wanted.url, events=events))

    async def unsubscribe(self, credentials: AsanaCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        await delete_webhook.fn(credentials, webhook=number)

    async def find_all(self, credentials: AsanaCredentials) -> Sequence[Subscription]:
        """Those of the token, in all workspaces."""
        found = [
            await list_webhooks.fn(credentials, workspace=one.gid, limit=1000)
            for one in await list_workspaces.fn(credentials)
        ]
        return [_seen(one) for some in found for one in some]


def _seen(one: Hook) -> Subscription:
    events = tuple(sorted(f"{each.resource_type}.{each.action}" for each in one.filters if each.action))
    return Subscription(
        one.gid,
        resource=one.resource.gid,
        url=one.target,
        events=events,
        active=one.active,
        trouble=f"Its last failure: {one.last_failure_content[:200]}" if one.last_failure_content else "",
        secret=one.secret,
    )


connector.subscriptions = Webhooks()
