"""Webhooks of the token: what `tieline webhook setup trello` makes.

They live as long as the token does; but what fails for a long time, or answers 410, Trello ends by itself.

https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/
"""

from collections.abc import Sequence

from pydantic import SecretStr

from blocks.trello import OUR_TOKEN, TrelloCredentials
from tasks.trello.boards import READ, WRITE
from tasks.trello.models import Done, Hook, Id
from tasks.trello.system import connector
from tieline import Api, ConfigError, segment
from tieline.subscriptions import Subscription, Subscriptions, Wanted


@connector.action(scopes=READ)
async def list_webhooks(api: Api) -> list[Hook]:
    """List the webhooks that were made with this token.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-tokens/#api-tokens-token-webhooks-get
    """
    return await api.get(f"{OUR_TOKEN}/webhooks", into=list[Hook])


@connector.action(scopes=WRITE)
async def create_webhook(api: Api, *, url: str, model_id: Id, description: str | None = None) -> Hook:
    """Make Trello tell an address of ours what happens; it looks with HEAD whether somebody is there.

    Args:
        api: The connection.
        url: Where to. Trello signs it, too: the block needs it in `webhook.url` where a proxy changes it.
        model_id: The long id of a board, a list, a card or a member.
        description: What stands in the list of webhooks.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-webhooks/#api-webhooks-post
    """
    asked = {"callbackURL": url, "idModel": model_id, "description": description}
    return await api.post("/webhooks/", asked, into=Hook, repeatable=False)


@connector.action(scopes=WRITE)
async def delete_webhook(api: Api, *, webhook_id: Id) -> None:
    """End a webhook.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-webhooks/#api-webhooks-id-delete
    """
    await api.delete(f"/webhooks/{segment(webhook_id)}", into=Done)


class Webhooks(Subscriptions[TrelloCredentials]):
    """One for each board that is named. Trello tells everything about it: there is no choice of events."""

    # Trello signs with the secret of the Power-Up, and takes none of ours.
    gives_secret = True
    resource = "the long id of a board, a list, a card or a member"

    async def resources(self, credentials: TrelloCredentials) -> Sequence[str]:  # noqa: ARG002 - there is no usual one
        """There is none that everybody wants."""
        raise ConfigError("Trello tells of one board at a time.", hint="Name it: --resource ID_OF_THE_BOARD.")

    async def subscribe(self, credentials: TrelloCredentials, wanted: Wanted) -> Subscription:
        """Make one, if we could verify what it sends."""
        await self.get_secret(credentials, "")
        label = f"Tieline {wanted.connection}"
        made = await create_webhook.fn(credentials, url=wanted.url, model_id=wanted.resource, description=label)
        return _seen(made)

    async def unsubscribe(self, credentials: TrelloCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        await delete_webhook.fn(credentials, webhook_id=number)

    async def find_all(self, credentials: TrelloCredentials) -> Sequence[Subscription]:
        """Those of the token."""
        return [_seen(one) for one in await list_webhooks.fn(credentials)]

    async def get_secret(self, credentials: TrelloCredentials, number: str) -> SecretStr:  # noqa: ARG002 - all have the same
        """The secret of the Power-Up, which only people can look up."""
        if not credentials.webhook_secret:
            hint = "The secret beside the API key at https://trello.com/power-ups/admin goes there."
            raise ConfigError(f"{credentials.title} has no webhook_secret.", hint=hint)
        return credentials.webhook_secret


def _seen(one: Hook) -> Subscription:
    failed = one.consecutiveFailures
    trouble = f"Its last {failed} deliveries failed." if failed > 1 else "Its last delivery failed." if failed else ""
    return Subscription(one.id, resource=one.idModel, url=one.callbackURL, active=one.active, trouble=trouble)


connector.subscriptions = Webhooks()
