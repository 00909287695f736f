"""What GitLab's API tells us, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, BeforeValidator, Field, model_validator

from tieline import ConfigError, Model, segment

Project = Annotated[
    str, Field(description="The path with its groups, such as acme/app.", pattern=r"^[\w.+-]+(/[\w.+-]+)+$")
]
Branch = Annotated[str, Field(description="A branch, such as main.", min_length=1)]
Ref = Annotated[str, Field(description="A branch, a tag or the SHA of a commit.", min_length=1)]
Sha = Annotated[str, Field(description="The whole SHA of a commit.", pattern="^[0-9a-f]{40}$")]
Path = Annotated[str, Field(description="Inside of the repository, such as src/app.py.", min_length=1)]
Iid = Annotated[int, Field(description="The number that people see, such as 7 of !7 or #7.", gt=0)]
Limit = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(description="GitLab's Markdown.")]
#: What people talk about. Issues and merge requests have numbers of their own each.
Kind = Annotated[Literal["issues", "merge_requests"], Field(description="Whether it is an issue or a merge request.")]

READ, WRITE = ("read_api",), ("api",)
#: Most items of a page that GitLab gives out.
PAGE = 100
#: A comparison of so many files may have left out others: instances can be set up to stop there.
MANY_FILES = 1_000


def at(project: str) -> str:
    """Where a project's part of the API begins."""
    return f"/projects/{segment(project)}"


def inside(path: str) -> str:
    """A path inside of a repository, as it was given.

    Raises:
        ConfigError: It leads out of the repository, or into git's own folder.
    """
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.casefold() == ".git" or set(part) & {"\\", "\0"} for part in parts):
        raise ConfigError(f"{path!r} is not a path inside of a repository.", hint="Nothing was sent.")
    return path


def joined(words: list[str] | None) -> str | None:
    """Several words as GitLab takes them: with commas."""
    return None if words is None else ",".join(words)


def _named(value: Any) -> Any:
    """The name of an account or a label."""
    return value.get("username") or value.get("title") or value.get("name") if isinstance(value, Mapping) else value


def _identified(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value


#: The name alone, where GitLab gives the whole thing.
Named = Annotated[str | None, BeforeValidator(_named)]
Label = Annotated[str, BeforeValidator(_named)]
#: The SHA alone, where GitLab gives the commit.
Pointed = Annotated[str, BeforeValidator(_identified)]


class Account(Model):
    """Somebody: a person, or the account that a token of a project or a group acts as."""

    username: str
    name: str = ""


class ProjectInfo(Model):
    """A project."""

    id: int
    path_with_namespace: str
    default_branch: str | None = Field(None, description="None while the repository is empty.")
    visibility: str = ""
    archived: bool = False
    web_url: str = ""


class Entry(Model):
    """Something in a tree of files."""

    path: str
    mode: str = Field(description="100644 a file, 100755 an executable, 120000 a symlink, 160000 a submodule.")
    type: str = Field(description="blob, tree or commit (a submodule).")
    sha: str = Field(alias="id")


class File(Model):
    """A file as it is at one commit. Of a symlink, the content is where it leads."""

    file_path: str
    blob_id: str = Field(description="What git calls its content.")
    size: int = Field(description="In bytes.")
    content: Base64Bytes = b""
    last_commit_id: str = Field("", description="The commit that changed it last.")
    execute_filemode: bool = False

    @property
    def text(self) -> str:
        """What stands in it; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")


class Diff(Model):
    """What a commit, or a comparison, did to a file."""

    new_path: str
    old_path: str
    a_mode: str | None = None
    b_mode: str | None = None
    new_file: bool = False
    renamed_file: bool = False
    deleted_file: bool = False
    diff: str = Field("", description="The difference; empty where it is too large.")
    too_large: bool | None = None
    collapsed: bool | None = None


class Commit(Model):
    """A commit."""

    id: str
    title: str = ""
    message: str = ""
    author_name: str = ""
    author_email: str = ""
    authored_date: datetime | None = None
    parent_ids: tuple[str, ...] = ()
    web_url: str = ""
    diffs: tuple[Diff, ...] = Field((), description="Where it was fetched by itself.")


class Comparison(Model):
    """What lies between two commits: from their common ancestor to the head."""

    ancestor: str = Field("", description="The common ancestor.")
    diverged: bool = Field(default=False, description="The base has commits that the head has not.")
    commits: tuple[Commit, ...] = Field((), description="Oldest first.")
    diffs: tuple[Diff, ...] = ()
    compare_timeout: bool = False
    web_url: str = ""

    @property
    def complete(self) -> bool:
        """Whether all files are here, as far as GitLab lets us know."""
        return not self.compare_timeout and len(self.diffs) < MANY_FILES


class BranchInfo(Model):
    """A branch."""

    name: str
    commit: Commit
    protected: bool = False
    default: bool = False
    web_url: str = ""


class MergeRequest(Model):
    """A merge request."""

    iid: int
    title: str
    description: str | None = None
    state: str = Field(description="opened, closed, locked (while it is merged) or merged.")
    draft: bool = False
    source_branch: str
    target_branch: str
    source_project_id: int | None = Field(None, description="Another one than the target's where it is of a fork.")
    target_project_id: int | None = None
    sha: str | None = Field(None, description="Its newest commit.")
    merge_commit_sha: str | None = None
    squash_commit_sha: str | None = None
    detailed_merge_status: str = Field("", description="mergeable, or what is missing, such as ci_must_pass.")
    author: Named = None
    labels: tuple[Label, ...] = ()
    merged_at: datetime | None = None
    web_url: str = ""


class Issue(Model):
    """An issue."""

    iid: int
    title: str
    description: str | None = None
    state: str = Field(description="opened or closed.")
    author: Named = None
    labels: tuple[Label, ...] = ()
    assignees: tuple[Label, ...] = ()
    confidential: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    web_url: str = ""


class Comment(Model):
    """What somebody said about an issue or a merge request. GitLab calls it a note."""

    id: int
    body: str
    author: Named = None
    system: bool = Field(default=False, description="GitLab itself says what was done.")
    created_at: datetime | None = None
    updated_at: datetime | None = None


class LabelInfo(Model):
    """A label."""

    id: int
    name: str
    color: str = ""
    description: str | None = None


class CommitStatus(Model):
    """What a check of a commit came to, as its page and its merge requests show it."""

    id: int
    sha: str
    name: str
    status: str
    ref: str | None = None
    description: str | None = None
    target_url: str | None = None


class Pipeline(Model):
    """A run of GitLab CI/CD."""

    id: int
    ref: str | None = None
    sha: str = ""
    source: str = ""
    status: str = Field("", description="Such as pending, running, success, failed, canceled or skipped.")
    created_at: datetime | None = None
    updated_at: datetime | None = None
    web_url: str = ""


class Hook(Model):
    """A webhook of a project."""

    id: int
    url: str
    events: tuple[str, ...] = Field((), description="What it is told of, such as push or merge_requests.")

    @model_validator(mode="before")
    @classmethod
    def _lifted(cls, data: Any) -> Any:
        """GitLab has a switch for each kind."""
        if not isinstance(data, Mapping):
            return data
        on = [name.removesuffix("_events") for name, value in data.items() if name.endswith("_events") and value]
        return {**data, "events": on}


class Found(Model):
    """A place in a file that a search found."""

    path: str
    data: str = Field("", description="The lines around it.")
    startline: int = 1
    ref: str = ""
    project_id: int


class WikiPage(Model):
    """A page of a project's wiki."""

    slug: str = Field(description="Its name in addresses, with its folders.")
    title: str
    format: str = "markdown"
    content: str = ""
