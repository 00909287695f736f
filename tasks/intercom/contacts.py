"""Contacts, what is noted about them, their companies; and tags, teammates and teams.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts
"""

from typing import Literal

from tasks.intercom.models import (
    Admin,
    AdminId,
    Attributes,
    Company,
    Contact,
    ContactId,
    Limit,
    Note,
    Query,
    Tag,
    Team,
)
from tasks.intercom.system import connector, searched
from tieline import Api, ConfigError, segment
from tieline.transport.paging import page_number

READ = ("Read and list users and companies",)
WRITE = (*READ, "Write users and companies")
Role = Literal["user", "lead"]

#: Most notes of a page.
NOTES = 50


@connector.action(scopes=READ)
async def get_contact(api: Api, *, contact_id: ContactId) -> Contact:
    """Fetch a contact.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/showcontact
    """
    return await api.get(f"/contacts/{segment(contact_id)}", into=Contact)


@connector.action(scopes=READ)
async def find_contact(api: Api, *, email: str | None = None, external_id: str | None = None) -> Contact | None:
    """Look a contact up; where a user and a lead have the same address, it is the user.

    Args:
        api: The connection.
        email: The address.
        external_id: The id in your own system.

    Raises:
        ConfigError: There is neither, or both.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts
    """
    if (email is None) == (external_id is None):
        raise ConfigError("Give either an e-mail address or an external id.", hint="Nothing was sent.")
    field, value = ("email", email) if email is not None else ("external_id", external_id)
    query = {"field": field, "operator": "=", "value": value}
    found = await searched(api, "/contacts/search", query, Contact, NOTES, at="data")
    return next((one for one in found if one.role == "user"), found[0] if found else None)


@connector.action(scopes=READ)
async def search_contacts(api: Api, *, query: Query, limit: Limit = 50) -> list[Contact]:
    """Search contacts by what is known of them.

    Args:
        api: The connection.
        query: In Intercom's own form; times in Unix seconds.
        limit: Most contacts.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts
    """
    return await searched(api, "/contacts/search", query, Contact, limit, at="data")


@connector.action(scopes=WRITE)
async def create_contact(
    api: Api,
    *,
    role: Role = "user",
    email: str | None = None,
    external_id: str | None = None,
    name: str | None = None,
    phone: str | None = None,
    custom_attributes: Attributes | None = None,
) -> Contact:
    """Add a contact.

    Args:
        api: The connection.
        role: A user, who is known by address or external id; or a lead.
        email: The address.
        external_id: The id in your own system.
        name: What people call them.
        phone: With the country's code.
        custom_attributes: Values of the workspace's own fields, by name.

    Raises:
        Conflict: There is such a user already.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/createcontact
    """
    contact = {"role": role, "email": email, "external_id": external_id, "name": name, "phone": phone}
    own = {"custom_attributes": custom_attributes}
    return await api.post("/contacts", {**contact, **own}, into=Contact, repeatable=False)


@connector.action(scopes=WRITE)
async def update_contact(
    api: Api,
    *,
    contact_id: ContactId,
    role: Role | None = None,
    email: str | None = None,
    external_id: str | None = None,
    name: str | None = None,
    phone: str | None = None,
    custom_attributes: Attributes | None = None,
) -> Contact:
    """Change a contact; what is left out stays as it is.

    Args:
        api: The connection.
        contact_id: The contact.
        role: A lead can become a user.
        email: The address.
        external_id: The id in your own system.
        name: What people call them.
        phone: With the country's code.
        custom_attributes: Values of the workspace's own fields, by name.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/updatecontact
    """
    changes = {"role": role, "email": email, "external_id": external_id, "name": name, "phone": phone}
    own = {"custom_attributes": custom_attributes}
    return await api.put(f"/contacts/{segment(contact_id)}", {**changes, **own}, into=Contact)


@connector.action(scopes=READ)
async def list_contact_notes(api: Api, *, contact_id: ContactId, limit: Limit = 50) -> list[Note]:
    """List what teammates have noted about a contact, the newest first.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/notes/listnotes
    """
    path, pages = f"/contacts/{segment(contact_id)}/notes", page_number(total="pages.total_pages")
    params = {"per_page": min(limit, NOTES)}
    return await api.list(path, into=Note, limit=limit, at="data", params=params, paginate=pages)


@connector.action(scopes=WRITE)
async def add_contact_note(api: Api, *, contact_id: ContactId, body: str, admin_id: AdminId | None = None) -> Note:
    """Note something about a contact, for teammates only.

    Args:
        api: The connection.
        contact_id: The contact.
        body: Plain text or HTML.
        admin_id: Who notes it.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/notes/createnote
    """
    note = {"body": body, "admin_id": str(admin_id) if admin_id is not None else None}
    return await api.post(f"/contacts/{segment(contact_id)}/notes", note, into=Note, repeatable=False)


@connector.action(scopes=(*WRITE, "Write tags"))
async def add_contact_tag(api: Api, *, contact_id: ContactId, tag_id: str) -> Tag:
    """Put a tag on a contact; `create_tag` knows a tag's id by its name.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags/attachtagtocontact
    """
    # It is there, however often it is put there.
    return await api.post(f"/contacts/{segment(contact_id)}/tags", {"id": tag_id}, into=Tag, repeatable=True)


@connector.action(scopes=(*WRITE, "Write tags"))
async def remove_contact_tag(api: Api, *, contact_id: ContactId, tag_id: str) -> Tag:
    """Take a tag off a contact.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags/detachtagfromcontact
    """
    return await api.delete(f"/contacts/{segment(contact_id)}/tags/{segment(tag_id)}", into=Tag)


@connector.action(scopes=WRITE)
async def upsert_company(
    api: Api, *, company_id: str, name: str | None = None, custom_attributes: Attributes | None = None
) -> Company:
    """Add a company, or change the one that has this id in your own system.

    Args:
        api: The connection.
        company_id: Its id in your own system.
        name: What people call it.
        custom_attributes: Values of the workspace's own fields, by name.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/companies/createorupdatecompany
    """
    company = {"company_id": company_id, "name": name, "custom_attributes": custom_attributes}
    return await api.post("/companies", company, into=Company, repeatable=True)


@connector.action(scopes=WRITE)
async def add_contact_to_company(api: Api, *, contact_id: ContactId, company_id: str) -> Company:
    """Say that a contact belongs to a company.

    Args:
        api: The connection.
        contact_id: The contact.
        company_id: Intercom's own id of the company, as `upsert_company` gives it.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/companies/attachcontacttoacompany
    """
    path = f"/contacts/{segment(contact_id)}/companies"
    return await api.post(path, {"id": company_id}, into=Company, repeatable=True)


@connector.action(scopes=("Read tags",))
async def list_tags(api: Api) -> list[Tag]:
    """List all tags of the workspace.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags/listtags
    """
    return await api.get("/tags", into=list[Tag], at="data")


@connector.action(scopes=("Write tags",))
async def create_tag(api: Api, *, name: str) -> Tag:
    """Make a tag; where there is one of that name, it is that one.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags/createtag
    """
    return await api.post("/tags", {"name": name}, into=Tag, repeatable=True)


@connector.action(scopes=("Read admins",))
async def get_current_admin(api: Api) -> Admin:
    """Whose token it is.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/admins/identifyadmin
    """
    return await api.get("/me", into=Admin)


@connector.action(scopes=("Read admins",))
async def list_admins(api: Api) -> list[Admin]:
    """List all teammates.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/admins/listadmins
    """
    return await api.get("/admins", into=list[Admin], at="admins")


@connector.action(scopes=("Read admins",))
async def list_teams(api: Api) -> list[Team]:
    """List all teams.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/teams/listteams
    """
    return await api.get("/teams", into=list[Team], at="teams")
