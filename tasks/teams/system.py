"""How Teams is spoken to: Microsoft Graph for what a person may do, a workflow's address to post without a person."""

from typing import Annotated, cast

from pydantic import Field

from blocks.teams import TeamsCredentials
from tasks.teams.events import Activity, webhook
from tasks.teams.models import Person, Team
from tieline import Api, ConfigError, HttpRules, Identity, http_connector
from tieline.transport.paging import odata

Limit = Annotated[int, Field(gt=0, description="Most of them.")]
TeamId = Annotated[str, Field(description="The team's ID; see list_teams.")]
ChannelId = Annotated[str, Field(description="The channel's ID, such as 19:…@thread.tacv2; see list_channels.")]

connector = http_connector(
    "teams",
    title="Microsoft Teams",
    block=TeamsCredentials,
    docs="https://learn.microsoft.com/graph/api/resources/teams-api-overview",
    # Ten messages in ten seconds, https://learn.microsoft.com/graph/api/chatmessage-post. Workflows take four a second.
    rules=HttpRules(paginate=odata, rate="10/10second"),
    webhook=webhook,
)

connector.event(Activity, "message")


@connector.health
async def check(api: Api) -> Identity:
    """The person whose login it is; of an app the first team that it sees. A workflow cannot be asked anything."""
    login = login_of(api)
    if not login.tenant_id:
        return Identity(name="A workflow", detail=f"at {login.workflow_host}: its first message tells if it works")
    if login.refresh_token:
        person = await api.get("/me", into=Person)
        return Identity(name=person.display_name or person.id, detail=person.user_principal_name or "")
    found = await api.get("/teams", params={"$top": "1"}, into=list[Team], at="value")
    return Identity(name="The app itself", detail=f"sees the team {found[0].display_name}" if found else "sees no team")


def login_of(api: Api) -> TeamsCredentials:
    """The block behind a call."""
    return cast("TeamsCredentials", api.credentials)


def graph(api: Api) -> TeamsCredentials:
    """The login for Microsoft Graph. Errors: `ConfigError` when the block has none."""
    login = login_of(api)
    if not login.tenant_id:
        raise ConfigError(
            "This connection is a workflow only, and knows one channel.",
            hint="Nothing was sent. For more, fill in tenant_id, client_id and refresh_token of the block.",
        )
    return login


def person(api: Api) -> None:
    """Whether somebody is signed in who may write. Errors: `ConfigError`."""
    if not graph(api).refresh_token:
        raise ConfigError(
            "Microsoft lets no app write in a channel as itself: its permission for that (Teamwork.Migrate.All) is for "
            "moving old messages only.",
            hint="Nothing was sent. Fill in refresh_token, of a person who granted ChannelMessage.Send; or make a "
            "workflow in the channel, fill in workflow_url, and give no team and channel.",
        )
