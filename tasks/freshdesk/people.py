"""Contacts, agents and their teams, and companies."""

from typing import Annotated

from pydantic import Field

from tasks.freshdesk.models import PAGE, Agent, Company, Contact, Group
from tasks.freshdesk.system import connector
from tieline import Api


@connector.action
async def create_contact(
    api: Api, *, name: str, email: str, phone: str | None = None, company_id: int | None = None
) -> Contact:
    """Add a person who asks for help. See https://developers.freshdesk.com/api/#create_contact."""
    person = {"name": name, "email": email, "phone": phone, "company_id": company_id}
    return await api.post("/contacts", person, into=Contact, check=lambda: _contact(api, email))


@connector.action
async def find_contact(api: Api, *, email: str) -> Contact | None:
    """Look a contact up by e-mail address. See https://developers.freshdesk.com/api/#list_all_contacts."""
    return await _contact(api, email)


@connector.action
async def get_contact(api: Api, *, contact_id: Annotated[int, Field(gt=0)]) -> Contact:
    """Fetch a person who asks for help. See https://developers.freshdesk.com/api/#view_contact."""
    return await api.get(f"/contacts/{contact_id}", into=Contact)


@connector.action
async def get_agent(api: Api, *, agent_id: Annotated[int, Field(gt=0)]) -> Agent:
    """Fetch somebody who answers tickets. See https://developers.freshdesk.com/api/#view_agent."""
    return await api.get(f"/agents/{agent_id}", into=Agent)


@connector.action
async def get_current_agent(api: Api) -> Agent:
    """Fetch the agent whose key it is. See https://developers.freshdesk.com/api/#me."""
    return await api.get("/agents/me", into=Agent)


@connector.action
async def list_companies(api: Api, *, limit: Annotated[int, Field(gt=0)] = 100) -> list[Company]:
    """List companies. See https://developers.freshdesk.com/api/#list_all_companies."""
    return await api.list("/companies", into=Company, limit=limit, params={"per_page": min(limit, PAGE)})


@connector.action
async def list_groups(api: Api, *, limit: Annotated[int, Field(gt=0)] = 100) -> list[Group]:
    """List the teams of agents. See https://developers.freshdesk.com/api/#list_all_groups."""
    return await api.list("/groups", into=Group, limit=limit, params={"per_page": min(limit, PAGE)})


async def _contact(api: Api, email: str) -> Contact | None:
    found = await api.get("/contacts", into=list[Contact], params={"email": email})
    return found[0] if found else None
