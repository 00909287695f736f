"""Branches, commits and what lies between them.

https://docs.github.com/rest/branches/branches, https://docs.github.com/rest/commits/commits
"""

from tasks.github.models import (
    PAGE,
    Branch,
    BranchInfo,
    Commit,
    Comparison,
    Limit,
    Ref,
    Reference,
    Repository,
    RepositoryInfo,
    Sha,
    repo,
)
from tasks.github.system import connector
from tieline import Api, segment

METADATA, READ, WRITE = ("metadata:read",), ("contents:read",), ("contents:write",)


@connector.action(scopes=METADATA)
async def get_repository(api: Api, *, repository: Repository) -> RepositoryInfo:
    """Fetch a repository, with the name of its default branch.

    See https://docs.github.com/rest/repos/repos#get-a-repository
    """
    return await api.get(repo(repository), into=RepositoryInfo)


@connector.action(scopes=READ)
async def get_branch(api: Api, *, repository: Repository, branch: Branch) -> BranchInfo:
    """Fetch a branch with its newest commit.

    See https://docs.github.com/rest/branches/branches#get-a-branch
    """
    return await api.get(f"{repo(repository)}/branches/{segment(branch)}", into=BranchInfo)


@connector.action(scopes=READ)
async def find_branch(api: Api, *, repository: Repository, branch: Branch) -> Reference | None:
    """Fetch where a branch stands, or nothing if there is none of that name.

    See https://docs.github.com/rest/git/refs#list-matching-references
    """
    return await at_branch(api, repository, branch)


async def at_branch(api: Api, repository: str, branch: str) -> Reference | None:
    """Where a branch stands. GitHub lists all whose names begin so."""
    found = await api.get(f"{repo(repository)}/git/matching-refs/{segment(f'heads/{branch}')}", into=list[Reference])
    return next((one for one in found if one.ref == f"refs/heads/{branch}"), None)


@connector.action(scopes=WRITE)
async def create_branch(api: Api, *, repository: Repository, branch: Branch, sha: Sha) -> Reference:
    """Make a branch.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        branch: Its name.
        sha: The commit that it begins at.

    Raises:
        Conflict: There is one of that name.

    See https://docs.github.com/rest/git/refs#create-a-reference
    """

    async def made() -> Reference | None:
        there = await at_branch(api, repository, branch)
        return there if there is not None and there.sha == sha else None

    asked = {"ref": f"refs/heads/{branch}", "sha": sha}
    return await api.post(f"{repo(repository)}/git/refs", asked, into=Reference, check=made)


@connector.action(scopes=READ)
async def get_commit(api: Api, *, repository: Repository, ref: Ref) -> Commit:
    """Fetch a commit and the files that it changed, 3,000 at most.

    See https://docs.github.com/rest/commits/commits#get-a-commit
    """
    path = f"{repo(repository)}/commits/{segment(ref)}"
    pages = [api.read(page, into=Commit) async for page in api.pages(path, params={"per_page": PAGE})]
    return pages[0].model_copy(update={"files": tuple(file for page in pages for file in page.files)})


@connector.action(scopes=READ)
async def compare_commits(api: Api, *, repository: Repository, base: Ref, head: Ref, limit: Limit = 1000) -> Comparison:
    """Compare two commits: what the head has that the base has not, from their common ancestor on.

    GitHub gives 300 files at most; where `complete` is false there are more, and `list_files` of both ends has them.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        base: A branch, a tag or a commit.
        head: The same.
        limit: Most commits; the oldest come first.

    See https://docs.github.com/rest/commits/commits#compare-two-commits
    """
    path = f"{repo(repository)}/compare/{segment(base)}...{segment(head)}"
    found: list[Comparison] = []
    async for page in api.pages(path, params={"per_page": min(limit, PAGE)}):
        found.append(api.read(page, into=Comparison))
        if sum(len(one.commits) for one in found) >= limit:
            break
    # Each page has commits of its own, and only the first one the files.
    return found[0].model_copy(update={"commits": tuple(one for page in found for one in page.commits)[:limit]})


@connector.action(scopes=READ)
async def list_commits(
    api: Api, *, repository: Repository, ref: Ref | None = None, path: str | None = None, limit: Limit = 100
) -> list[Commit]:
    """List commits, newest first.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        ref: Where to begin; by default the default branch.
        path: Only those that touch this file or folder.
        limit: Most commits.

    See https://docs.github.com/rest/commits/commits#list-commits
    """
    query = {"sha": ref, "path": path, "per_page": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/commits", into=Commit, limit=limit, params=query)
