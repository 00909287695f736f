"""How repositories are opened, and what the health check looks at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from blocks.git import GitCredentials
from tieline import Connector, Identity
from tieline.git import Git


@asynccontextmanager
async def open_git(credentials: GitCredentials, _action: str) -> AsyncIterator[Git]:
    """Open the connection for one action."""
    async with credentials.open_git() as git:
        yield git


connector = Connector("git", block=GitCredentials, open=open_git, docs="https://git-scm.com/docs")


@connector.health
async def check(git: Git) -> Identity:
    """Ask the repository that is meant where none is named for its default branch: `git ls-remote`."""
    repository = git.at()
    branch = await repository.default_branch()
    return Identity(name=repository.mirror.url, detail=f"{branch.name} at {branch.sha[:7]}" if branch else "empty")
