"""Documentation projects: found by what was pushed, and checked before anything is done for them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BeforeValidator, Field

from blocks.documentation_project import DocumentationProject
from tieline import ConfigError, Credentials, Input, connections, registry

#: What a branch points to before it is there, and after it is gone.
NOWHERE = "0" * 40


class Push(Input):
    """A branch of code that was moved, or a pull request of it."""

    source: str = Field(description='The connection it came in through, such as "github/app".')
    repository: str = Field(description='Such as "acme/app".')
    branch: Annotated[str, BeforeValidator(lambda ref: str(ref).removeprefix("refs/heads/"))] = Field(
        "", description="Of a pull request the branch that it shall go into. Empty: those that the project names."
    )
    before: str = Field("", description="The commit until now; zeros where the branch is new.")
    after: str = Field("", description="The commit from now on; zeros where the branch is gone.")
    request: int = Field(0, description="The number of the pull request, if it is one.")


async def projects() -> dict[str, DocumentationProject]:
    """All that are saved, by name."""
    return {name: await load(name) for name in await connections.saved(DocumentationProject)}


async def load(name: str) -> DocumentationProject:
    """A project by its name.

    Raises:
        UnknownName: There is none of that name.
        ConfigError: It does not fit the block any more, or the Prefect server cannot be reached.
    """
    return await connections.load_block(
        DocumentationProject, name, "documentation project", how="There is none yet: docs/docs-on-push.md"
    )


def wanting(push: Push, known: Mapping[str, DocumentationProject]) -> list[str]:
    """The projects that a push is for."""
    on = "pull_request" if push.request else "push"
    return [
        name
        for name, one in known.items()
        if (one.source.connection, one.source.repository) == (push.source, push.repository)
        and on in one.source.on
        and (not push.branch or any(fnmatchcase(push.branch, pattern) for pattern in one.source.branches))
    ]


def named(project: DocumentationProject) -> list[str]:
    """The branches that a project names, without patterns."""
    return [branch for branch in project.source.branches if not set(branch) & set("*?[")]


async def check(name: str, project: DocumentationProject) -> None:
    """Make sure that what reads cannot write, and what publishes may.

    Raises:
        ConfigError: A connection is not there, or has the other's rights.
    """
    for connection in (project.source.connection, *project.context, *project.questions_from):
        if not await _read_only(connection):
            raise ConfigError(
                f"The project {name!r} reads with {connection}, which may also write.",
                hint="Strangers decide what is read. Save it with read_only, and a login that may only read.",
            )
    for connection in {one.connection for one in project.targets} | {project.source.answer_with} - {""}:
        if await _read_only(connection):
            raise ConfigError(
                f"The project {name!r} publishes with {connection}, which is for reading only.",
                hint="Give it a connection that may write.",
            )


async def _read_only(connection: str) -> bool:
    system, _, name = connection.partition("/")
    if not name:
        raise ConfigError(f"{connection!r} names no connection.", hint='Write system and connection: "github/app".')
    credentials: Credentials = await registry.connector(system).credentials(name)
    return credentials.read_only
