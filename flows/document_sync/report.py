"""What became of a sync of documents, for people and for programs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from flows.markup import escaped
from tieline import Input
from tieline.store import bookmarks
from tieline.sync.quality import Report

KEPT = "data_sync report"
#: Problems that a report names.
SHOWN = 200

State = Literal["planned", "applied", "waiting", "stopped"]


class Trouble(Input):
    """Something that was left as it is, and why."""

    why: str
    document: str = ""


class DataSyncReport(Input):
    """What a run did, or would do."""

    job: str
    source: str
    target: str
    state: State = Field(
        description="planned: nothing was to be written. waiting: for a person. stopped: by a check, or a failure."
    )
    run: str = Field("", description="Its name in the history of syncs; empty where there was nothing to do.")
    listed: int = Field(0, description="Documents that the source told; 0 where it said that nothing has changed.")
    read: int = Field(0, description="Documents whose text was read.")
    unchanged: int = Field(0, description="Documents that were neither read nor written.")
    written: int = Field(0, description="Pages or rows made or changed; with planned, that would be.")
    deleted: int = Field(0, description="Pages or rows deleted; with planned, that would be.")
    refused: int = Field(0, description="Pages or rows that could not be written, such as those that people edited.")
    left_out: int = Field(0, description="Documents that could not be read, or failed a check.")
    bytes: int = Field(0, description="Of the documents that were read.")
    calls: int = Field(0, description="Calls of connected systems; those of local folders and databases are none.")
    seconds: float = 0.0
    troubles: tuple[Trouble, ...] = ()
    quality: Report | None = Field(None, description="What the checks found in documents that were read.")
    approval: str = Field("", description="The question to a person, such as tiku-mora.")
    why: str = Field("", description="Why it waits or stopped.")

    @property
    def quiet(self) -> bool:
        """Whether there was nothing to do, and nothing to say."""
        return self.state == "applied" and not (self.written or self.deleted or self.troubles)

    def sentence(self) -> str:
        """The numbers in words."""
        would = "would be " if self.state == "planned" else ""
        parts = [
            (self.read, "read"),
            (self.unchanged, "unchanged"),
            (self.written, f"{would}written"),
            (self.deleted, f"{would}deleted"),
            (self.refused, "refused"),
            (self.left_out, "left out"),
        ]
        said = ", ".join(f"{number:,} {what}" for number, what in parts if number) or "nothing has changed"
        return f"{said}; {self.calls:,} calls, {self.bytes:,} bytes, {self.seconds:.1f} s"

    def markdown(self) -> str:
        """A page for people."""
        parts = [f"# {self.job}: {self.state}", escaped(self.sentence()) + "."]
        parts += [escaped(self.why)] if self.why else []
        parts += [f"To agree: `tieline approvals approve {self.approval}`"] if self.approval else []
        parts.append(f"From {escaped(self.source)} to {escaped(self.target)}.")
        parts += ["## Checks", self.quality.markdown()] if self.quality else []
        if self.troubles:
            lines = [f"- {escaped(one.document)}{': ' * bool(one.document)}{escaped(one.why)}" for one in self.troubles]
            parts += ["## Left as it is", "\n".join(lines)]
        return "\n\n".join(parts)


def keep(report: DataSyncReport) -> None:
    """Keep it, for whoever asks how the job is."""
    bookmarks.put(f"{KEPT}/{report.job}", report.model_dump_json())


def last(job: str) -> DataSyncReport | None:
    """What became of a job's last run."""
    found = bookmarks.read(f"{KEPT}/{job}")
    return DataSyncReport.model_validate_json(found) if found else None
