"""What GitHub's API tells us, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Base64Bytes, BeforeValidator, Field, model_validator

from tieline import ConfigError, Model, segment

Repository = Annotated[str, Field(description="Owner and name, such as acme/app.", pattern=r"^[\w.-]+/[\w.-]+$")]
Branch = Annotated[str, Field(description="A branch, such as main.", min_length=1)]
Ref = Annotated[str, Field(description="A branch, a tag or the SHA of a commit.", min_length=1)]
Sha = Annotated[str, Field(description="The whole SHA of a commit.", pattern="^[0-9a-f]{40}$")]
Path = Annotated[str, Field(description="Inside of the repository, such as src/app.py.", min_length=1)]
Number = Annotated[int, Field(gt=0)]
Limit = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(description="GitHub's Markdown.")]

#: Most items of a page that GitHub gives out everywhere.
PAGE = 100
#: Most files of a comparison that GitHub gives out; it has no second page of them.
MOST_FILES = 300


def repo(repository: str) -> str:
    """Where a repository's part of the API begins.

    Raises:
        ConfigError: It is not an owner and a name.
    """
    owner, slash, name = repository.partition("/")
    if not slash or "/" in name:
        raise ConfigError(f"{repository!r} is no repository.", hint="Write it like acme/app. Nothing was sent.")
    return f"/repos/{segment(owner)}/{segment(name)}"


def quoted(path: str) -> str:
    """A path inside of a repository as it stands in an address.

    Raises:
        ConfigError: It leads out of the repository, or into git's own folder.
    """
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.casefold() == ".git" or set(part) & {"\\", "\0"} for part in parts):
        raise ConfigError(f"{path!r} is not a path inside of a repository.", hint="Nothing was sent.")
    return "/".join(map(segment, parts))


def _named(value: Any) -> Any:
    """The name of an account, a label or a branch."""
    return value.get("login") or value.get("name") if isinstance(value, Mapping) else value


def _target(value: Any) -> Any:
    return value.get("sha") if isinstance(value, Mapping) else value


#: The name alone, where GitHub gives the whole thing.
Named = Annotated[str | None, BeforeValidator(_named)]
Label = Annotated[str, BeforeValidator(_named)]
#: The SHA alone, as in a commit's tree and parents.
Pointed = Annotated[str, BeforeValidator(_target)]


class Account(Model):
    """Somebody: a person, an organization or an App."""

    login: str
    type: str = "User"


class Entry(Model):
    """Something in a tree of files."""

    path: str
    mode: str = Field(description="100644 a file, 100755 an executable, 120000 a symlink, 160000 a submodule.")
    type: str = Field(description="blob, tree or commit (a submodule).")
    sha: str
    size: int | None = Field(None, description="Of a file, in bytes.")


class Tree(Model):
    """A tree of files."""

    sha: str
    tree: tuple[Entry, ...]
    truncated: bool = False


class File(Model):
    """A file as it is at one commit."""

    path: str
    sha: str
    size: int = Field(description="In bytes.")
    type: str = Field(description="file, dir, symlink or submodule.")
    encoding: str = ""
    content: Base64Bytes = b""
    target: str | None = Field(None, description="Where a symlink leads.")
    html_url: str | None = None

    @property
    def text(self) -> str:
        """What stands in it; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")


class ChangedFile(Model):
    """What a commit, or a comparison, did to a file."""

    filename: str
    status: str = Field(description="added, removed, modified, renamed, copied, changed or unchanged.")
    sha: str | None = None
    previous_filename: str | None = None
    additions: int = 0
    deletions: int = 0
    patch: str | None = Field(None, description="The difference; left out for binary and for very large files.")


class Signature(Model):
    """Who wrote a commit, and when."""

    name: str = ""
    email: str = ""
    date: datetime | None = None


class Commit(Model):
    """A commit."""

    sha: str
    message: str = ""
    author: Signature | None = None
    tree: Pointed = ""
    parents: tuple[Pointed, ...] = ()
    html_url: str | None = None
    files: tuple[ChangedFile, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _lifted(cls, data: Any) -> Any:
        """What git itself knows of a commit stands one level deeper; beside it are accounts of GitHub's."""
        inner = data.get("commit") if isinstance(data, Mapping) else None
        if not isinstance(inner, Mapping):
            return data
        return {**data, **{name: inner.get(name) for name in ("message", "author", "tree") if name in inner}}


class Comparison(Model):
    """What lies between two commits: from their common ancestor to the head."""

    status: str = Field(description="ahead, behind, identical or diverged (such as after a force push).")
    ahead_by: int = 0
    behind_by: int = 0
    total_commits: int = 0
    base_commit: Commit
    merge_base_commit: Commit
    commits: tuple[Commit, ...] = Field((), description="Oldest first.")
    files: tuple[ChangedFile, ...] = ()
    html_url: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all files are here: GitHub gives 300 at most, and then says nothing of the others."""
        return len(self.files) < MOST_FILES


class Reference(Model):
    """A branch or a tag, and what it points to."""

    ref: str
    sha: str = Field(description="The commit that it points to.")

    @model_validator(mode="before")
    @classmethod
    def _lifted(cls, data: Any) -> Any:
        target = data.get("object") if isinstance(data, Mapping) else None
        return {**data, "sha": target.get("sha")} if isinstance(target, Mapping) else data

    @property
    def name(self) -> str:
        """The branch's, without `refs/heads/`."""
        return self.ref.removeprefix("refs/heads/")


class BranchInfo(Model):
    """A branch."""

    name: str
    commit: Commit
    protected: bool = False


class Written(Model):
    """A file that was written, and the commit that did it."""

    path: str
    sha: str | None = Field(description="Of the file's content.")
    commit: str


class End(Model):
    """One of the two branches of a pull request."""

    ref: str
    sha: str
    repository: Named = Field(None, description="The repository's name; None where a fork is gone.", alias="repo")


class PullRequest(Model):
    """A pull request."""

    number: int
    title: str
    body: str | None = None
    state: str = Field(description="open or closed.")
    draft: bool = False
    merged: bool = False
    merged_at: datetime | None = None
    mergeable: bool | None = Field(None, description="None while GitHub still finds out.")
    merge_commit_sha: str | None = None
    user: Named = None
    labels: tuple[Label, ...] = ()
    head: End
    base: End
    html_url: str = ""


class Merge(Model):
    """What came of a merge."""

    sha: str
    merged: bool
    message: str = ""


class Issue(Model):
    """An issue. GitHub counts pull requests among them; theirs have `pull_request`."""

    number: int
    title: str
    body: str | None = None
    state: str = Field(description="open or closed.")
    user: Named = None
    labels: tuple[Label, ...] = ()
    assignees: tuple[Label, ...] = ()
    html_url: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    pull_request: dict[str, Any] | None = None


class Comment(Model):
    """What somebody said about an issue or a pull request."""

    id: int
    body: str | None = None
    user: Named = None
    html_url: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


class LabelInfo(Model):
    """A label."""

    name: str
    color: str = ""
    description: str | None = None


class CheckRun(Model):
    """A check of a commit, as its page and its pull requests show it."""

    id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None = None
    html_url: str | None = None


class WorkflowRun(Model):
    """A run of GitHub Actions."""

    id: int
    name: str | None = None
    event: str = ""
    status: str | None = Field(None, description="Such as queued, in_progress or completed.")
    conclusion: str | None = Field(None, description="Such as success or failure, once it is completed.")
    head_branch: str | None = None
    head_sha: str = ""
    html_url: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Hook(Model):
    """A webhook of a repository."""

    id: int
    active: bool = True
    events: tuple[str, ...] = ()
    url: str = Field("", description="Where it sends to.")

    @model_validator(mode="before")
    @classmethod
    def _lifted(cls, data: Any) -> Any:
        """Its own `url` is that in the API. The configuration holds the address, and stars for the secret."""
        config = data.get("config") if isinstance(data, Mapping) else None
        return {**data, "url": config.get("url", "")} if isinstance(config, Mapping) else data


class Found(Model):
    """A file that a search found."""

    name: str
    path: str
    sha: str
    html_url: str = ""
    repository: str = Field(description="Such as acme/app.")
    text_matches: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _lifted(cls, data: Any) -> Any:
        where = data.get("repository") if isinstance(data, Mapping) else None
        return {**data, "repository": where.get("full_name")} if isinstance(where, Mapping) else data


class RepositoryInfo(Model):
    """A repository."""

    id: int
    full_name: str
    default_branch: str = "main"
    private: bool = False
    archived: bool = False
    html_url: str = ""
