"""What GitBook and ReadMe do differently from others, beside their contracts."""

import pytest
from pydantic import ValidationError

from blocks.readme import ReadMeCredentials
from tasks import gitbook
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.gitbook import IN, SPACE_OBJECT, contract
from tests.contracts.play import Vendor
from tieline.transport import clients


async def test_gitbook_says_by_its_own_clock_when_a_limit_ends(still: Clock) -> None:
    until = {"date": "Tue, 17 Nov 2026 15:08:20 GMT", "x-ratelimit-reset": "1794928120"}
    clients.transport = Vendor(contract, (Exchange("", status=429, headers=until), Exchange("", response=SPACE_OBJECT)))
    block = gitbook.connector.block(**contract.credentials)
    await gitbook.get_space.fn(block, **IN)
    assert still.waits == [20.0]


async def test_without_a_moment_it_waits_as_long_as_gitbook_writes(still: Clock) -> None:
    clients.transport = Vendor(contract, (Exchange("", status=429), Exchange("", response=SPACE_OBJECT)))
    await gitbook.get_space.fn(gitbook.connector.block(**contract.credentials), **IN)
    assert still.waits == [60.0]


@pytest.mark.parametrize(
    ("fields", "why"),
    (
        ({"url": "https://dash.readme.com/api/v1", "key": "rdme_x"}, "only v2 is spoken"),
        ({"key": "Basic cmRtZV94Og=="}, "give the key alone"),
        ({"key": "Bearer rdme_x"}, "give the key alone"),
    ),
)
def test_what_belongs_to_readmes_old_api_is_told_apart(fields: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why) as raised:
        ReadMeCredentials(**fields)
    assert "cmRtZV94Og" not in str(raised.value)
