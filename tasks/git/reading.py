"""What is in a repository. Contents are fetched when somebody looks at them, commits and names of files before."""

from typing import Annotated

from pydantic import Field

from tasks.git.system import connector
from tieline import NotFound
from tieline.git import Git
from tieline.git.model import Branch, Commit, Comparison, Entry, File

Repository = Annotated[
    str,
    Field(description="Below the address of the connection, such as acme/app.git; empty for the one named there."),
]
BranchName = Annotated[str, Field(description="A branch, such as main.", min_length=1)]
Ref = Annotated[str, Field(description="A branch, a tag or the whole SHA of a commit.", min_length=1)]
Sha = Annotated[str, Field(description="The whole SHA of a commit.", pattern="^[0-9a-f]{40}$")]
Path = Annotated[str, Field(description="Inside of the repository, such as src/app.py.", min_length=1)]
Limit = Annotated[int, Field(gt=0)]


@connector.action
async def get_head(git: Git, *, repository: Repository = "", branch: BranchName | None = None) -> Branch:
    """Say where a branch stands now, by default the default branch. Nothing is fetched.

    See https://git-scm.com/docs/git-ls-remote

    Raises:
        NotFound: There is no such branch.
    """
    there = git.at(repository)
    found = await (there.branch(branch) if branch else there.default_branch())
    if found is None:
        raise NotFound(f"There is no branch {branch!r}." if branch else "It is empty.", hint="See list_branches.")
    return found


@connector.action
async def find_branch(git: Git, *, repository: Repository = "", branch: BranchName) -> Branch | None:
    """Say where a branch stands now, or nothing if there is none of that name.

    See https://git-scm.com/docs/git-ls-remote
    """
    return await git.at(repository).branch(branch)


@connector.action
async def list_branches(git: Git, *, repository: Repository = "", limit: Limit = 1000) -> list[Branch]:
    """List the branches as they stand now, by name.

    See https://git-scm.com/docs/git-ls-remote
    """
    return (await git.at(repository).branches())[:limit]


@connector.action
async def get_commit(git: Git, *, repository: Repository = "", ref: Ref | None = None) -> Commit:
    """Fetch a commit, by default the newest one of the default branch.

    See https://git-scm.com/docs/git-log
    """
    return await git.at(repository).commit(ref)


@connector.action
async def list_commits(
    git: Git, *, repository: Repository = "", ref: Ref | None = None, path: Path | None = None, limit: Limit = 100
) -> list[Commit]:
    """List commits, newest first.

    See https://git-scm.com/docs/git-log

    Args:
        git: The connection.
        repository: Below its address.
        ref: Where to begin; by default the default branch.
        path: Only those that touch this file or folder.
        limit: Most commits.
    """
    return await git.at(repository).commits(ref, path=path or "", limit=limit)


@connector.action
async def list_files(git: Git, *, repository: Repository = "", ref: Ref | None = None, folder: str = "") -> list[Entry]:
    """List all files below a folder, symlinks and submodules included, by path.

    See https://git-scm.com/docs/git-ls-tree

    Args:
        git: The connection.
        repository: Below its address.
        ref: By default the default branch.
        folder: Where to begin; by default at the top.

    Raises:
        NotFound: There is no such folder.
    """
    return await git.at(repository).files(ref, folder)


@connector.action
async def get_file(git: Git, *, repository: Repository = "", path: Path, ref: Ref | None = None) -> File:
    """Fetch a file with its content.

    See https://git-scm.com/docs/git-cat-file

    Args:
        git: The connection.
        repository: Below its address.
        path: Inside of the repository.
        ref: By default the default branch.

    Raises:
        NotFound: There is no such file, or not at that commit.
        Rejected: It is a folder, a symlink or a submodule.
        BadAnswer: It is larger than the block allows.
    """
    return await git.at(repository).read(ref, path)


@connector.action(kind="read")
async def compare_commits(git: Git, *, repository: Repository = "", base: Ref, head: Ref) -> Comparison:
    """Say what a commit has that another has not: commits (2,000 at most), and files with their sizes.

    The contents of what differs are fetched.

    See https://git-scm.com/docs/git-diff

    Args:
        git: The connection.
        repository: Below its address.
        base: Where it begins; the common ancestor of both counts.
        head: Where it ends.

    Raises:
        Rejected: They have no history in common.
    """
    return await git.at(repository).compare(base, head)


@connector.action
async def get_diff(
    git: Git, *, repository: Repository = "", base: Ref, head: Ref, paths: list[Path] | None = None
) -> str:
    """Fetch what differs between two commits as text, in git's own form.

    See https://git-scm.com/docs/diff-format#generate_patch_text_with_p

    Args:
        git: The connection.
        repository: Below its address.
        base: Where it begins; the common ancestor of both counts.
        head: Where it ends.
        paths: Only these files and folders.

    Raises:
        Rejected: They have no history in common.
        BadAnswer: It is larger than the block allows.
    """
    return await git.at(repository).diff(base, head, paths or [])
