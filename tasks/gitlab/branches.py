"""Projects, branches, commits and what lies between them.

https://docs.gitlab.com/api/branches/, https://docs.gitlab.com/api/commits/, https://docs.gitlab.com/api/repositories/
"""

from tasks.gitlab.models import (
    PAGE,
    READ,
    WRITE,
    Branch,
    BranchInfo,
    Commit,
    Comparison,
    Diff,
    Limit,
    Project,
    ProjectInfo,
    Ref,
    Sha,
    at,
)
from tasks.gitlab.system import connector
from tieline import Api, segment


@connector.action(scopes=READ)
async def get_project(api: Api, *, project: Project) -> ProjectInfo:
    """Fetch a project, with the name of its default branch.

    See https://docs.gitlab.com/api/projects/#get-a-single-project
    """
    return await api.get(at(project), into=ProjectInfo)


@connector.action(scopes=READ)
async def get_branch(api: Api, *, project: Project, branch: Branch) -> BranchInfo:
    """Fetch a branch with its newest commit.

    See https://docs.gitlab.com/api/branches/#get-single-repository-branch
    """
    return await api.get(f"{at(project)}/repository/branches/{segment(branch)}", into=BranchInfo)


@connector.action(scopes=READ)
async def find_branch(api: Api, *, project: Project, branch: Branch) -> BranchInfo | None:
    """Fetch a branch with its newest commit, or nothing if there is none of that name.

    See https://docs.gitlab.com/api/branches/#list-repository-branches
    """
    return await branch_of(api, project, branch)


async def branch_of(api: Api, project: str, branch: str) -> BranchInfo | None:
    """A branch. GitLab lists all whose names begin so, in alphabetical order: the shortest comes first."""
    query = {"search": f"^{branch}", "per_page": PAGE}
    found = await api.get(f"{at(project)}/repository/branches", into=list[BranchInfo], params=query)
    return next((one for one in found if one.name == branch), None)


@connector.action(scopes=WRITE)
async def create_branch(api: Api, *, project: Project, branch: Branch, ref: Ref) -> BranchInfo:
    """Make a branch.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        branch: Its name.
        ref: Where it begins: a branch, a tag or a commit.

    Raises:
        Conflict: There is one of that name.

    See https://docs.gitlab.com/api/branches/#create-repository-branch
    """

    async def made() -> BranchInfo | None:
        there = await branch_of(api, project, branch)
        return there if there is not None and there.commit.id == ref else None

    asked = {"branch": branch, "ref": ref}
    return await api.post(f"{at(project)}/repository/branches", asked, into=BranchInfo, check=made)


@connector.action(scopes=READ)
async def get_commit(api: Api, *, project: Project, ref: Ref) -> Commit:
    """Fetch a commit and what it did to each file.

    See https://docs.gitlab.com/api/commits/#get-a-single-commit, https://docs.gitlab.com/api/commits/#get-commit-diff
    """
    found = await commit_at(api, project, ref)
    path = f"{at(project)}/repository/commits/{found.id}/diff"
    pages = [api.read(page, into=list[Diff]) async for page in api.pages(path, params={"per_page": PAGE})]
    return found.model_copy(update={"diffs": tuple(one for page in pages for one in page)})


async def commit_at(api: Api, project: str, ref: str) -> Commit:
    """The commit that a branch, a tag or a SHA leads to."""
    path = f"{at(project)}/repository/commits/{segment(ref)}"
    return await api.get(path, into=Commit, params={"stats": "false"})


@connector.action(scopes=READ)
async def compare_commits(api: Api, *, project: Project, base: Ref, head: Ref) -> Comparison:
    """Compare two commits: what the head has that the base has not, from their common ancestor on.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        base: A branch, a tag or a commit.
        head: The same.

    See https://docs.gitlab.com/api/repositories/#compare-branches-tags-or-commits
    """
    where = f"{at(project)}/repository"
    # The ends first: between two questions a branch may move.
    old, new = (await commit_at(api, project, base)).id, (await commit_at(api, project, head)).id
    ancestor = await api.get(f"{where}/merge_base", into=Commit, params={"refs[]": [old, new]})
    found = await api.get(f"{where}/compare", into=Comparison, params={"from": old, "to": new})
    return found.model_copy(update={"ancestor": ancestor.id, "diverged": ancestor.id != old})


@connector.action(scopes=READ)
async def list_commits(
    api: Api, *, project: Project, ref: Ref | None = None, path: str | None = None, limit: Limit = 100
) -> list[Commit]:
    """List commits, newest first.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        ref: Where to begin; by default the default branch.
        path: Only those that touch this file or folder.
        limit: Most commits.

    See https://docs.gitlab.com/api/commits/#list-repository-commits
    """
    query = {"ref_name": ref, "path": path, "per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/repository/commits", into=Commit, limit=limit, params=query)


async def last_commit(api: Api, project: str, ref: Sha, path: str) -> str:
    """The SHA of the commit that changed a file last, as GitLab wants to hear it from whoever changes it again."""
    query = {"ref_name": ref, "path": path, "per_page": 1}
    found = await api.get(f"{at(project)}/repository/commits", into=list[Commit], params=query)
    return found[0].id if found else ref
