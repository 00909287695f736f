"""Settings from the environment (`TIELINE_*`), each with a default that works on a laptop."""

import os
from functools import cache
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tieline.errors import ConfigError


class Settings(BaseSettings):
    """What can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="TIELINE_", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("tieline"),
        description="Folder for the default database.",
    )
    database_url: str = Field("", description="SQLAlchemy URL of the store; empty means SQLite in the data folder.")
    deployments: str = Field(
        "", description="Modules with deployments and triggers, with commas; empty means all that are shipped."
    )
    redis_url: str = Field(
        "", description="Redis that several workers share their rate budgets in; empty means memory."
    )
    max_answer_bytes: int = Field(50 * 2**20, gt=0, description="Largest answer read into memory, in bytes.")
    call_seconds: float = Field(120.0, gt=0, description="Longest time for one call with all its tries, in seconds.")
    keep_calls_days: int = Field(30, gt=0, description="Days that the rows about calls made are kept.")
    keep_done_days: int = Field(14, gt=0, description="Days that deliveries are kept after their work is done.")
    keep_dead_days: int = Field(90, gt=0, description="Days that deliveries are kept whose work could not be done.")
    max_hook_bytes: int = Field(5 * 2**20, gt=0, description="Largest delivery that the gateway takes in, in bytes.")
    trusted_proxies: str = Field(
        "", description="Networks of the proxies before the gateway, with commas; only they may say who asks."
    )
    public_url: str = Field("", description="Where people reach the gateway, such as https://tieline.example.com.")
    approval_key: SecretStr = Field(
        SecretStr(""), description="What links to approvals are signed with: 32 characters or more, kept secret."
    )
    fetch_networks: str = Field(
        "", description="Networks, with commas, that addresses named in a chat may lead to though they are not public."
    )
    publish_events: bool = Field(default=False, description="Publish each event as a Prefect event, too.")
    tries: int = Field(6, gt=0, description="How often the work for an event is tried before it is given up.")
    retry_seconds: float = Field(
        5.0,
        gt=0,
        description="Seconds before the second try for an event; they double with each, up to an hour.",
    )
    lease_seconds: float = Field(
        30.0, ge=3, description="Seconds of silence after which whoever runs a batch counts as dead."
    )
    slots_critical: int = Field(4, gt=0, description="Runs for events at the same time in the lane `critical`.")
    slots_normal: int = Field(4, gt=0, description="Runs for events at the same time in the lane `normal`.")
    slots_batch: int = Field(2, gt=0, description="Runs for events at the same time in the lane `batch`.")
    run_seconds: float = Field(900.0, gt=0, description="Longest time that a run in the warm worker may take.")
    recycle_runs: int = Field(1000, gt=0, description="Runs after which a process of the warm worker is replaced.")
    recycle_megabytes: int = Field(
        1024, gt=0, description="Memory above which a process of the warm worker is replaced, in MiB."
    )
    grace_seconds: float = Field(
        30.0, ge=0, description="How long runs may go on after the warm worker was told to end, in seconds."
    )
    document_readers: int = Field(
        default_factory=lambda: min(4, os.cpu_count() or 1),
        gt=0,
        description="Documents that a process reads at the same time, each in a program of its own.",
    )
    ocr: str = Field(
        "", description='Languages of scanned documents, such as "eng+deu"; empty means that they are not read.'
    )
    log_json: bool = Field(default=False, description="Write logs as JSON lines instead of text.")

    @property
    def store_url(self) -> str:
        """Where the store is, as an SQLAlchemy URL with its driver."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'tieline.db'}"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        ConfigError: A variable has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as exc:
        wrong = "; ".join(f"TIELINE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in exc.errors())
        raise ConfigError(f"The environment has a setting that cannot be used: {wrong}.") from None
