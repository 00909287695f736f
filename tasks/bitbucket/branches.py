"""Branches, commits and what lies between them.

https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/, https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/
"""

import re

from tasks.bitbucket.models import (
    PAGE,
    Branch,
    BranchInfo,
    ChangedFile,
    Commit,
    Comparison,
    Limit,
    Path,
    Ref,
    Repository,
    RepositoryInfo,
    Sha,
    repo,
    text,
)
from tasks.bitbucket.system import connector
from tieline import Api, NotFound, segment

READ, WRITE = ("read:repository:bitbucket",), ("write:repository:bitbucket",)
#: Most files of a comparison, and most commits.
MOST_FILES, MOST_COMMITS = 10_000, 2000
_SHA = re.compile("[0-9a-f]{40}")


@connector.action(scopes=READ)
async def get_repository(api: Api, *, repository: Repository) -> RepositoryInfo:
    """Fetch a repository, with the name of its main branch.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/#api-repositories-workspace-repo-slug-get
    """
    return await api.get(repo(repository), into=RepositoryInfo)


@connector.action(scopes=READ)
async def get_branch(api: Api, *, repository: Repository, branch: Branch) -> BranchInfo:
    """Fetch a branch with its newest commit.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/#api-repositories-workspace-repo-slug-refs-branches-get

    Raises:
        NotFound: There is no such branch.
    """
    return await there(api, repository, branch)


@connector.action(scopes=READ)
async def find_branch(api: Api, *, repository: Repository, branch: Branch) -> BranchInfo | None:
    """Fetch a branch with its newest commit, or nothing if there is none of that name.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/#api-repositories-workspace-repo-slug-refs-branches-get
    """
    return await at_branch(api, repository, branch)


async def at_branch(api: Api, repository: str, branch: str) -> BranchInfo | None:
    """Where a branch stands. As a filter, because a name may have slashes."""
    query = {"q": f"name = {text(branch)}", "pagelen": 1}
    found = await api.get(f"{repo(repository)}/refs/branches", into=list[BranchInfo], at="values", params=query)
    return next((one for one in found if one.name == branch), None)


async def there(api: Api, repository: str, branch: str) -> BranchInfo:
    """Where a branch stands.

    Raises:
        NotFound: There is no such branch.
    """
    found = await at_branch(api, repository, branch)
    if found is None:
        raise NotFound(f"There is no branch {branch!r}.", hint="Look at the branches on its page.")
    return found


@connector.action(scopes=WRITE)
async def create_branch(api: Api, *, repository: Repository, branch: Branch, sha: Sha) -> BranchInfo:
    """Make a branch.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        branch: Its name.
        sha: The commit that it begins at.

    Raises:
        Rejected: There is one of that name.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/#api-repositories-workspace-repo-slug-refs-branches-post
    """

    async def made() -> BranchInfo | None:
        found = await at_branch(api, repository, branch)
        return found if found is not None and found.sha == sha else None

    asked = {"name": branch, "target": {"hash": sha}}
    return await api.post(f"{repo(repository)}/refs/branches", asked, into=BranchInfo, check=made)


@connector.action(scopes=READ)
async def get_commit(api: Api, *, repository: Repository, ref: Ref) -> Commit:
    """Fetch a commit.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/#api-repositories-workspace-repo-slug-commit-commit-get
    """
    if _SHA.fullmatch(ref):
        return await api.get(f"{repo(repository)}/commit/{segment(ref)}", into=Commit)
    return await newest(api, repository, ref)


async def newest(api: Api, repository: str, ref: str) -> Commit:
    """The commit that a branch or a tag points to. As a parameter, because a name may have slashes."""
    query = {"include": ref, "pagelen": 1}
    found = await api.get(f"{repo(repository)}/commits", into=list[Commit], at="values", params=query)
    if not found:
        raise NotFound(f"There is no commit at {ref!r}.", hint="Name a branch, a tag or a whole SHA.")
    return found[0]


async def sha_of(api: Api, repository: str, ref: str | None) -> str:
    """The commit that is meant; None is the main branch."""
    if ref is None:
        ref = (await api.get(repo(repository), into=RepositoryInfo)).main_branch
        if ref is None:
            raise NotFound("The repository is empty.", hint="Make its first commit there.")
    return ref if _SHA.fullmatch(ref) else (await newest(api, repository, ref)).sha


@connector.action(scopes=READ)
async def list_commits(
    api: Api, *, repository: Repository, ref: Ref | None = None, path: Path | None = None, limit: Limit = 100
) -> list[Commit]:
    """List commits, newest first.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        ref: Where to begin; by default at all branches and tags.
        path: Only those that touch this file or folder.
        limit: Most commits.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/#api-repositories-workspace-repo-slug-commits-get
    """
    query = {"include": ref, "path": path, "pagelen": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/commits", into=Commit, limit=limit, at="values", params=query)


@connector.action(kind="read", scopes=READ)
async def compare_commits(api: Api, *, repository: Repository, base: Ref, head: Ref) -> Comparison:
    """Say what a commit has that another has not: 2,000 commits and 10,000 files at most.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        base: Where it begins; the common ancestor of both counts.
        head: Where it ends.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/#api-repositories-workspace-repo-slug-diffstat-spec-get
    """
    where = repo(repository)
    one, other = await sha_of(api, repository, base), await sha_of(api, repository, head)
    ancestor = (await api.get(f"{where}/merge-base/{one}..{other}", into=Commit)).sha
    query = {"include": other, "exclude": one, "pagelen": PAGE}
    commits = await api.list(f"{where}/commits", into=Commit, limit=MOST_COMMITS, at="values", params=query)
    # The other way round than for git: what is looked at comes first.
    files = await api.list(
        f"{where}/diffstat/{other}..{ancestor}",
        into=ChangedFile,
        limit=MOST_FILES,
        at="values",
        params={"topic": "false"},
    )
    return Comparison(
        base=ancestor, head=other, diverged=ancestor != one, commits=tuple(reversed(commits)), files=tuple(files)
    )
