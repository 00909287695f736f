"""Apps that act for people in Atlassian's cloud: the login, the gateway, and refresh tokens that are good once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError

from blocks._atlassian import AtlassianCredentials
from blocks.confluence import ConfluenceCredentials
from blocks.jira import JiraCredentials
from tasks import confluence, jira
from tests.login.person import Person
from tieline.connector import Connector
from tieline.errors import AuthFailed, ConfigError
from tieline.login import browser
from tieline.login.model import scopes_of
from tieline.login.tokens import look
from tieline.sandbox import Sandbox, running
from tieline.sandbox.atlassian import CLIENT, CLOUD
from tieline.sandbox.jira.memory import Site
from tieline.transport import clients

TO_COME: dict[str, Any] = {"refresh_token": "to-come", "cloud_id": "to-come"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


async def log_in(block: AtlassianCredentials, connector: Connector[Any, Any]) -> None:
    person, flow = Person(), block.code_flow()
    asked = scopes_of(flow, connector, read_only=block.read_only)
    async with clients.bare(block) as http, browser.listening(flow, asked, 0) as login:
        person.open(login.address)
        came = await login.exchange(http, await login.wait(5.0))
        block.refresh_token = came.refresh_token
        await block.settle(partial(look, http, flow, came.access_token), frozenset())
    person.leave()


async def test_jira_through_the_gateway(sandbox: Sandbox) -> None:
    block = JiraCredentials(url=sandbox.url_of("jira"), **CLIENT, **TO_COME)
    await log_in(block, jira.connector)
    assert (block.cloud_id, block.site) == (CLOUD, "sandbox")
    assert block.pages == "https://sandbox.atlassian.net"
    assert block.address == f"{sandbox.url_of('jira')}/ex/jira/{CLOUD}/rest/api/3"
    first = block.newest_token
    assert (await jira.connector.identity(block)).name
    assert block.newest_token != first
    assert set(sandbox.state[Site].refresh) == {block.newest_token}, "the one before it is good no more"
    found = await jira.connector.actions["search_issues"].execute(block, {"jql": "project = OPS", "limit": 1})
    assert found


async def test_a_login_that_only_reads_writes_nothing(sandbox: Sandbox) -> None:
    block = JiraCredentials(url=sandbox.url_of("jira"), read_only=True, **CLIENT, **TO_COME)
    await log_in(block, jira.connector)
    assert (await jira.connector.identity(block)).name
    may = block.model_copy(update={"read_only": False})
    with pytest.raises(AuthFailed):
        await jira.connector.actions["add_comment"].execute(may, {"issue_key": "OPS-1", "body": "no"})


async def test_confluence_through_the_gateway(sandbox: Sandbox) -> None:
    block = ConfluenceCredentials(url=sandbox.url_of("confluence"), **CLIENT, **TO_COME)
    await log_in(block, confluence.connector)
    assert (await confluence.connector.identity(block)).name
    assert block.address.endswith(f"/ex/confluence/{CLOUD}/wiki")


SITES = [
    {"id": "1", "url": "https://one.atlassian.net", "scopes": ["read:jira-work"]},
    {"id": "2", "url": "https://two.atlassian.net", "scopes": ["read:jira-work"]},
    {"id": "3", "url": "https://two.atlassian.net", "scopes": ["read:page:confluence"]},
]


async def settled(sites: object, known: frozenset[str] = frozenset(), **fields: Any) -> JiraCredentials:
    async def look(url: str) -> object:
        assert url == "https://api.atlassian.com/oauth/token/accessible-resources"
        return sites

    block = JiraCredentials(**CLIENT, **{**TO_COME, **fields})
    await block.settle(look, known)
    return block


async def test_the_site_that_is_meant() -> None:
    assert (await settled(SITES, site="https://two.atlassian.net")).cloud_id == "2"
    assert (await settled(SITES[1:])).cloud_id == "2"
    assert (await settled(SITES, frozenset({"cloud_id"}), cloud_id="1")).site == "one"


@pytest.mark.parametrize(
    ("sites", "fields"), ((SITES, {}), (SITES[2:], {}), (SITES, {"site": "other"}), ({"no": "list"}, {}), ([None], {}))
)
async def test_a_site_that_is_not_clear(sites: object, fields: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="--field site=NAME"):
        await settled(sites, **fields)


async def test_a_site_that_the_login_does_not_reach() -> None:
    with pytest.raises(ConfigError, match="the login reaches one, two"):
        await settled(SITES, frozenset({"cloud_id"}), cloud_id="9")


@pytest.mark.parametrize(
    "fields",
    (
        {"site": "acme"},
        {"site": "acme", "email": "a@b.test"},
        {"email": "a@b.test", "api_token": "x"},
        {"site": "acme", "email": "a@b.test", "api_token": "x", "client_id": "y"},
        {**CLIENT, "refresh_token": "x"},
    ),
)
def test_fields_that_are_no_login(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JiraCredentials(**fields)
