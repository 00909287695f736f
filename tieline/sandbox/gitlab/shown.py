"""Records as GitLab's API shows them."""

from starlette.requests import Request

from tieline.sandbox.git.objects import SUBMODULE, TREE, Change, Leaf
from tieline.sandbox.gitlab.memory import Project
from tieline.sandbox.happening import Record
from tieline.sandbox.memory import without_notes

#: The page for people; see `pages`.
HOME = "/projects"
#: Above this GitLab shows no difference: https://docs.gitlab.com/administration/diff_limits/
LARGEST_DIFF = 200 * 1024


def place(request: Request | None, repo: Project) -> str:
    """Where people see a project."""
    return f"{str(request.base_url).rstrip('/') if request else 'http://sandbox'}{HOME}/{repo.name}"


def project(request: Request | None, repo: Project) -> Record:
    """A project. One without a commit has no default branch."""
    empty = {} if repo.refs else {"default_branch": None}
    return {**repo.about, **empty, "web_url": place(request, repo)}


def commit(request: Request | None, repo: Project, sha: str) -> Record:
    """A commit."""
    one = repo.objects.commits[sha]
    who = {
        f"{role}_{what}": value
        for role in ("author", "committer")
        for what, value in (("name", one.name), ("email", one.email))
    }
    dates = {"authored_date": one.at, "committed_date": one.at, "created_at": one.at}
    title = one.message.partition("\n")[0]
    made = {"id": sha, "short_id": sha[:8], "title": title, "message": one.message, "parent_ids": list(one.parents)}
    return {**made, **who, **dates, "web_url": f"{place(request, repo)}/-/commit/{sha}"}


def branch(request: Request, repo: Project, name: str, sha: str) -> Record:
    """A branch."""
    default = name == repo.about["default_branch"]
    return {
        "name": name,
        "commit": commit(request, repo, sha),
        "protected": default,
        "default": default,
        "merged": False,
    }


def entry(path: str, leaf: Leaf) -> Record:
    """Something in a tree."""
    kind = {TREE: "tree", SUBMODULE: "commit"}.get(leaf.mode, "blob")
    return {"id": leaf.sha, "name": path.rpartition("/")[2], "type": kind, "path": path, "mode": leaf.mode.zfill(6)}


def diff(repo: Project, change: Change) -> Record:
    """What was done to a file."""
    before, lines = change.previous or change.path, repo.difference(change)
    text = "".join(f"{line}\n" for line in lines or [])
    if lines is None:
        text = f"Binary files a/{before} and b/{change.path} differ\n"
    large = len(text) > LARGEST_DIFF
    return {
        "old_path": before,
        "new_path": change.path,
        "a_mode": change.old.mode if change.old else "0",
        "b_mode": change.new.mode if change.new else "0",
        "diff": "" if large else text,
        "too_large": large,
        "collapsed": False,
        "new_file": change.status == "added",
        "renamed_file": change.status == "renamed",
        "deleted_file": change.status == "removed",
    }


def merge(request: Request | None, repo: Project, one: Record) -> Record:
    """A merge request."""
    link = f"{place(request, repo)}/merge_requests/{one['iid']}"
    is_open = one["state"] == "opened"
    clashes = is_open and bool(repo.conflicts(*ends(repo, one)))
    status = "draft_status" if one["draft"] else "conflict" if clashes else "mergeable"
    shown = {"has_conflicts": clashes, "detailed_merge_status": status if is_open else "not_open", "web_url": link}
    return {**without_notes(one), **shown}


def ends(repo: Project, one: Record) -> tuple[str, str]:
    """The commits of both branches, target first. A branch that is gone stays where it was seen last."""
    if one["state"] == "opened":
        one["sha"] = repo.branches().get(one["source_branch"], one["sha"])
        one["sandbox_base"] = repo.branches().get(one["target_branch"], one["sandbox_base"])
    return one["sandbox_base"], one["sha"]


def issue(request: Request | None, repo: Project, one: Record) -> Record:
    """An issue."""
    return {**one, "web_url": f"{place(request, repo)}/-/issues/{one['iid']}"}
