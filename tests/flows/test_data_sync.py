"""The flow of data sync: a person agrees to deletions, and they are carried out; what happened stands on a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from blocks.files import FilesCredentials
from deployments.data_sync import triggers
from flows.data_sync import data_sync
from flows.data_sync_decided import data_sync_decided
from flows.document_sync.job import Job
from tieline import approvals, connections
from tieline.sync.work import NeedsApproval

pytestmark = pytest.mark.prefect


async def test_deletions_wait_for_a_person_and_are_carried_out(prefect_server: str, tmp_path: Path) -> None:
    assert prefect_server
    await FilesCredentials(url=f"file://{tmp_path}").asave("folder", overwrite=True)
    connections.forget()
    (tmp_path / "in").mkdir()
    for name in ("lamp", "faq"):
        (tmp_path / f"in/{name}.md").write_text(f"# {name}\n", "utf-8")
    job = Job(source="files/folder:in", target="files/folder:out", name="decided")
    report = await data_sync(job)
    assert report.written == 2
    (tmp_path / "in/faq.md").unlink()
    with pytest.raises(NeedsApproval):
        await data_sync(job)
    assert (tmp_path / "out/in/faq.md").exists()
    (asked,) = approvals.waiting("data_sync")
    approvals.decide(asked.id, "approve", by="Ann", via="test")
    assert triggers[0].events == ("tieline.approval_decided",)
    assert await data_sync_decided([asked.id]) == ["decided"]
    assert not (tmp_path / "out/in/faq.md").exists()
    async with get_client() as client:
        answer = await client.request("POST", "/artifacts/filter", json={"artifacts": {"key": {"any_": ["data-sync"]}}})
    pages = [one["data"] for one in answer.json()]
    assert any("# decided: waiting" in str(page) and asked.id in str(page) for page in pages)
    assert any("1 deleted" in str(page) for page in pages)
