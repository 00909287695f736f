"""Commits and branches. A branch is never forced: it moves from where it was thought to be, or not at all."""

from typing import Annotated

from pydantic import Field

from tasks.git.reading import BranchName, Repository, Sha
from tasks.git.system import connector
from tieline.git import Git, writing
from tieline.git.model import Branch, Commit

Files = Annotated[
    dict[str, bytes | None],
    Field(description="The new content by path; None deletes the file. From JSON: texts.", min_length=1),
]


@connector.action(kind="write")
async def commit_files(
    git: Git,
    *,
    repository: Repository = "",
    branch: BranchName,
    files: Files,
    message: str,
    parent: Sha | None = None,
) -> Commit:
    """Write and delete many files in one commit: all of them, or none.

    The same call again makes no second commit. A file that is there keeps its mode.

    See https://git-scm.com/docs/git-fast-import, https://git-scm.com/docs/git-push

    Args:
        git: The connection.
        repository: Below its address.
        branch: Where; it must be there.
        files: The new content by path; None deletes the file.
        message: The commit's message.
        parent: The commit that must be the branch's newest; by default whatever is.

    Returns:
        The new commit, or the newest one where nothing would change.

    Raises:
        Conflict: The branch has moved meanwhile; nothing was changed.
        Rejected: A symlink, a submodule or a folder is in the way, or the server has a rule against it.
    """
    return await writing.commit_files(git.at(repository), branch, files, message, parent)


@connector.action
async def create_branch(git: Git, *, repository: Repository = "", branch: BranchName, sha: Sha) -> Branch:
    """Make a branch; one that is there already, at that commit, is fine.

    See https://git-scm.com/docs/git-push

    Args:
        git: The connection.
        repository: Below its address.
        branch: Its name.
        sha: The commit that it begins at.

    Raises:
        Conflict: There is one of that name at another commit.
    """
    return await writing.create_branch(git.at(repository), branch, sha)
