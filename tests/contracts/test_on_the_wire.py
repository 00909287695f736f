"""What stands on the wire where a value needs care."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks import sharepoint
from tests.contracts import Exchange
from tests.contracts.asana import TASK, data
from tests.contracts.sharepoint import DRIVE_ID
from tests.contracts.test_sharepoint import BIG, OPENED
from tests.contracts.trello import FILE
from tests.test_contracts import CONTRACTS, play
from tieline import errors


async def test_asana_is_told_to_take_the_value_of_a_custom_field_away() -> None:
    """https://developers.asana.com/docs/custom-fields-guide: null clears it."""
    connector, block, vendor = play("asana", Exchange("", response=data(TASK)))
    given = {"task_gid": "71", "custom_fields": {"5678904321": None}}
    await connector.actions["update_task"].execute(block, given)
    assert json.loads(vendor.seen[0].content) == {"data": {"custom_fields": {"5678904321": None}}}


async def test_the_name_of_a_file_of_trello_is_quoted_once(tmp_path: Path) -> None:
    named = {**FILE, "url": str(FILE["url"]).replace("lamp.png", "R%C3%A9sum%C3%A9%20%231.png")}
    connector, block, vendor = play("trello", Exchange("", response=named), Exchange("", response=b"iVBO"))
    given = {**CONTRACTS["trello"].actions["download_attachment"].input, "file": str(tmp_path / "a.png")}
    await connector.actions["download_attachment"].execute(block, given)
    assert vendor.seen[1].url.raw_path.endswith(b"/download/R%C3%A9sum%C3%A9%20%231.png")


async def test_an_upload_that_keeps_nothing_ends() -> None:
    lost = Exchange("", status=202, response={"nextExpectedRanges": ["0-"]})
    _, block, _ = play("sharepoint", OPENED, *[lost] * 3)
    with pytest.raises(errors.BadAnswer, match="does not get on"):
        await sharepoint.upload_item.fn(block, drive_id=DRIVE_ID, path="big.bin", file=BIG)
