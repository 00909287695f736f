"""Macros, files, and people."""

import mimetypes
from pathlib import Path

from tasks.zendesk.models import Group, Limit, Macro, Organization, Preview, Ticket, TicketField, TicketId, Upload, User
from tasks.zendesk.system import connector, listed
from tasks.zendesk.tickets import batches, put
from tieline import Api, ConfigError


@connector.action(scopes=("macros:read",))
async def list_macros(api: Api, *, limit: Limit = 100) -> list[Macro]:
    """List the active macros.

    See https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/#list-macros
    """
    return await listed(api, "/macros", Macro, limit, active="true")


@connector.action(scopes=("read", "tickets:write"))
async def apply_macro(api: Api, *, ticket_id: TicketId, macro_id: int) -> Ticket:
    """Do to a ticket what a macro says.

    Zendesk only shows what the ticket would be; that is then written, if nobody changed the ticket in between.

    Raises:
        Conflict: Somebody did; nothing was written.

    See https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/#show-ticket-after-changes
    """
    shown = await api.get(f"/tickets/{ticket_id}/macros/{macro_id}/apply", into=Preview, at="result.ticket")
    return await put(api, ticket_id, shown.changes(), shown.updated_at)


@connector.action(scopes=("write",))
async def upload_attachment(api: Api, *, file: Path | bytes, filename: str = "") -> Upload:
    """Bring a file to Zendesk, for a comment to attach.

    Args:
        api: The connection.
        file: Its path, or its bytes.
        filename: Its name in Zendesk; by default that of the path.

    Raises:
        ConfigError: Bytes without a name, or a path that cannot be read.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/#upload-files
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    kind = {"content-type": mimetypes.guess_type(name)[0] or "application/octet-stream"}
    query = {"filename": name}
    return await api.post(
        "/uploads", into=Upload, at="upload", params=query, content=file, headers=kind, repeatable=True
    )


@connector.action(scopes=("users:write",))
async def create_user(
    api: Api,
    *,
    name: str,
    email: str,
    role: str = "end-user",
    organization_id: int | None = None,
    phone: str | None = None,
    external_id: str | None = None,
) -> User:
    """Add a user. See https://developer.zendesk.com/api-reference/ticketing/users/users/#create-user."""
    user = {"name": name, "email": email, "role": role, "organization_id": organization_id, "phone": phone}
    given = {"user": {**user, "external_id": external_id}}
    return await api.post("/users", given, into=User, at="user", check=lambda: _user(api, email))


@connector.action(scopes=("users:read",))
async def find_user(api: Api, *, email: str) -> User | None:
    """Look a user up by e-mail address.

    See https://developer.zendesk.com/api-reference/ticketing/users/users/#search-users
    """
    return await _user(api, email)


@connector.action(scopes=("organizations:read",))
async def list_organizations(api: Api, *, limit: Limit = 100) -> list[Organization]:
    """List organizations.

    See https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#list-organizations
    """
    return await listed(api, "/organizations", Organization, limit)


@connector.action(scopes=("users:read",))
async def get_users(api: Api, *, user_ids: list[int]) -> list[User]:
    """Fetch many users; those that are gone are left out.

    See https://developer.zendesk.com/api-reference/ticketing/users/users/#show-many-users
    """
    found: list[User] = []
    for _, ids in batches(user_ids):
        found += await api.get("/users/show_many", into=list[User], at="users", params={"ids": ",".join(map(str, ids))})
    return found


@connector.action(scopes=("users:read",))
async def get_current_user(api: Api) -> User:
    """Whose token it is. See https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self."""
    return await api.get("/users/me", into=User, at="user")


@connector.action(scopes=("read",))
async def list_groups(api: Api, *, limit: Limit = 100) -> list[Group]:
    """List the teams of agents.

    See https://developer.zendesk.com/api-reference/ticketing/groups/groups/#list-groups
    """
    return await listed(api, "/groups", Group, limit)


@connector.action(scopes=("read",))
async def list_ticket_fields(api: Api, *, limit: Limit = 1000) -> list[TicketField]:
    """List the fields of tickets, Zendesk's own and the account's.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/#list-ticket-fields
    """
    return await listed(api, "/ticket_fields", TicketField, limit)


async def _user(api: Api, email: str) -> User | None:
    query = {"query": f"email:{email}"}
    found = await api.get("/users/search", into=list[User], at="users", params=query)
    return next((user for user in found if (user.email or "").casefold() == email.casefold()), None)
