"""What Bitbucket's API tells us, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasPath, BeforeValidator, Field

from tieline import ConfigError, Model, segment

Repository = Annotated[
    str, Field(description="Workspace and repository, such as acme/app.", pattern=r"^[\w.{}-]+/[\w.{}-]+$")
]
Branch = Annotated[str, Field(description="A branch, such as main.", min_length=1)]
Ref = Annotated[str, Field(description="A branch, a tag or the whole SHA of a commit.", min_length=1)]
Sha = Annotated[str, Field(description="The whole SHA of a commit.", pattern="^[0-9a-f]{40}$")]
Path = Annotated[str, Field(description="Inside of the repository, such as src/app.py.", min_length=1)]
Number = Annotated[int, Field(gt=0)]
Limit = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(description="Bitbucket's Markdown.")]

#: Most items of a page that Bitbucket gives out everywhere; of pull requests it is fewer.
PAGE, PULLS = 100, 50


def repo(repository: str) -> str:
    """Where a repository's part of the API begins.

    Raises:
        ConfigError: It is not a workspace and a name.
    """
    workspace, slash, name = repository.partition("/")
    if not slash or "/" in name:
        raise ConfigError(f"{repository!r} is no repository.", hint="Write it like acme/app. Nothing was sent.")
    return f"/repositories/{segment(workspace)}/{segment(name)}"


def quoted(path: str) -> str:
    """A path inside of a repository as it stands in an address.

    Raises:
        ConfigError: It leads out of the repository, or into git's own folder.
    """
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.casefold() == ".git" or set(part) & {"\\", "\0"} for part in parts):
        raise ConfigError(f"{path!r} is not a path inside of a repository.", hint="Nothing was sent.")
    return "/".join(map(segment, parts))


def text(value: str) -> str:
    """A text in Bitbucket's query language: https://developer.atlassian.com/cloud/bitbucket/rest/intro/#filtering."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _named(value: Any) -> Any:
    return value.get("display_name") or value.get("nickname") if isinstance(value, Mapping) else value


def _hash(value: Any) -> Any:
    return value.get("hash") if isinstance(value, Mapping) else value


def _raw(value: Any) -> Any:
    return value.get("raw") if isinstance(value, Mapping) else value


def _path(value: Any) -> Any:
    return value.get("path") if isinstance(value, Mapping) else value


#: The name of an account.
Named = Annotated[str | None, BeforeValidator(_named)]
#: The SHA alone, as of a commit's parents.
Pointed = Annotated[str, BeforeValidator(_hash)]
#: The Markdown alone, where Bitbucket gives the HTML too.
Raw = Annotated[str, BeforeValidator(_raw)]
#: The path alone, where Bitbucket gives the whole file.
PathOf = Annotated[str | None, BeforeValidator(_path)]
HTML = AliasPath("links", "html", "href")


class Entry(Model):
    """A file or a folder at one commit. Bitbucket does not say what git calls the content."""

    path: str
    type: str = Field(description="commit_file or commit_directory.")
    size: int | None = Field(None, description="Of a file, in bytes.")
    attributes: tuple[str, ...] = Field((), description="link, executable, subrepository, binary, lfs.")


class File(Entry):
    """A file with its content."""

    content: bytes = b""
    sha: str = Field("", description="The commit that it is of.")

    @property
    def as_text(self) -> str:
        """What stands in it; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")


class Commit(Model):
    """A commit."""

    sha: str = Field(alias="hash")
    message: str = ""
    author: str = Field("", validation_alias=AliasPath("author", "raw"), description="Such as Ada <ada@example.com>.")
    date: datetime | None = None
    parents: tuple[Pointed, ...] = ()
    html_url: str = Field("", validation_alias=HTML)


class ChangedFile(Model):
    """A file that differs between two commits."""

    status: str = Field(description="added, removed, modified or renamed.")
    lines_added: int = 0
    lines_removed: int = 0
    old: PathOf = Field(None, description="Its path before; None where it is new.")
    new: PathOf = Field(None, description="Its path after; None where it is gone.")


class Comparison(Model):
    """What lies between two commits: from their common ancestor to the head."""

    base: str = Field(description="The common ancestor.")
    head: str
    diverged: bool = Field(description="The base has commits that the head has not, such as after a force push.")
    commits: tuple[Commit, ...] = Field((), description="Oldest first.")
    files: tuple[ChangedFile, ...] = ()


class BranchInfo(Model):
    """A branch, and its newest commit."""

    name: str
    target: Commit

    @property
    def sha(self) -> str:
        """Of its newest commit."""
        return self.target.sha


class End(Model):
    """One of the two branches of a pull request."""

    branch: str = Field("", validation_alias=AliasPath("branch", "name"))
    sha: str = Field(
        "", validation_alias=AliasPath("commit", "hash"), description="Of its newest commit: the first twelve digits."
    )
    repository: str | None = Field(None, validation_alias=AliasPath("repository", "full_name"))


class PullRequest(Model):
    """A pull request."""

    id: int
    title: str
    description: str | None = None
    state: str = Field(description="OPEN, MERGED, DECLINED or SUPERSEDED.")
    draft: bool = False
    author: Named = None
    source: End
    destination: End
    merge_commit: Annotated[str | None, BeforeValidator(_hash)] = None
    html_url: str = Field("", validation_alias=HTML)
    created_on: datetime | None = None
    updated_on: datetime | None = None


class Comment(Model):
    """What somebody said about a pull request or an issue."""

    id: int
    content: Raw = ""
    user: Named = None
    html_url: str = Field("", validation_alias=HTML)
    created_on: datetime | None = None
    updated_on: datetime | None = None


class Issue(Model):
    """An issue of the repository's own tracker."""

    id: int
    title: str
    content: Raw = ""
    state: str = Field("", description="submitted, new, open, resolved, on hold, invalid, duplicate, wontfix, closed.")
    kind: str = Field("", description="bug, enhancement, proposal or task.")
    priority: str = ""
    reporter: Named = None
    assignee: Named = None
    html_url: str = Field("", validation_alias=HTML)
    created_on: datetime | None = None
    updated_on: datetime | None = None


class Pipeline(Model):
    """A run of Bitbucket Pipelines."""

    uuid: str
    build_number: int
    state: str = Field("", validation_alias=AliasPath("state", "name"), description="PENDING, IN_PROGRESS, COMPLETED.")
    result: str | None = Field(
        None, validation_alias=AliasPath("state", "result", "name"), description="Such as SUCCESSFUL or FAILED."
    )
    branch: str | None = Field(None, validation_alias=AliasPath("target", "ref_name"))
    sha: str | None = Field(None, validation_alias=AliasPath("target", "commit", "hash"))
    created_on: datetime | None = None
    completed_on: datetime | None = None


class BuildStatus(Model):
    """What a build says of a commit, as its page and its pull requests show it."""

    key: str
    state: str = Field(description="SUCCESSFUL, FAILED, INPROGRESS or STOPPED.")
    name: str | None = None
    description: str | None = None
    url: str = ""
    refname: str | None = Field(None, description="The branch, where the build said it.")


class Hook(Model):
    """A webhook of a repository."""

    uuid: str
    url: str = Field("", description="Where it sends to.")
    description: str | None = None
    active: bool = True
    events: tuple[str, ...] = ()
    secret_set: bool = Field(default=False, description="Whether what it sends is signed.")


class Found(Model):
    """A file that a search found."""

    path: str = Field(validation_alias=AliasPath("file", "path"))
    html_url: str = Field("", validation_alias=AliasPath("file", "links", "self", "href"), description="In the API.")
    content_match_count: int = 0


class RepositoryInfo(Model):
    """A repository."""

    uuid: str = ""
    full_name: str
    main_branch: str | None = Field(
        None, validation_alias=AliasPath("mainbranch", "name"), description="None while it is empty."
    )
    is_private: bool = False
    html_url: str = Field("", validation_alias=HTML)
