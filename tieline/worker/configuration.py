"""What can be set on a work pool of type `tieline`, or on a deployment: how long a run may take."""

from __future__ import annotations

from typing import Any

from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorkerResult
from pydantic import Field

from tieline.settings import settings


class Variables(BaseVariables):
    """The form of a work pool's defaults in the Prefect UI."""

    timeout_seconds: float | None = Field(
        None,
        gt=0,
        title="Time limit",
        description=(
            "The longest time that a run may take, in seconds. Then it is stopped, and crashes. "
            "Left empty, it is what TIELINE_RUN_SECONDS says where the worker runs, by default 900."
        ),
    )


class Configuration(BaseJobConfiguration):
    """How one run is run.

    Args:
        timeout_seconds: The longest time that it may take.
    """

    timeout_seconds: float | None = Field(None, gt=0)

    @property
    def seconds(self) -> float:
        """How long it may take, in seconds."""
        return self.timeout_seconds or settings().run_seconds


class Result(BaseWorkerResult):
    """What became of a run."""


def template() -> dict[str, Any]:
    """A work pool's template. A run starts no process, so there is no command, no environment and no name for one."""
    schema = Variables.model_json_schema()
    limit = schema["properties"]["timeout_seconds"]
    return {
        "job_configuration": {"timeout_seconds": "{{ timeout_seconds }}"},
        "variables": {"type": "object", "properties": {"timeout_seconds": limit}},
    }
