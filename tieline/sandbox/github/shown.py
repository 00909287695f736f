"""Records as GitHub's API shows them."""

from typing import Any

from starlette.requests import Request

from tieline.sandbox.git.objects import SUBMODULE, SYMLINK, TREE, Change, Leaf
from tieline.sandbox.git.repos import HEADS
from tieline.sandbox.github.memory import ME, Repo
from tieline.sandbox.happening import Record
from tieline.sandbox.memory import without_notes

#: The page for people; see `pages`.
HOME = "/repositories"


def place(request: Request | None, repo: Repo) -> str:
    """Where people see a repository."""
    return f"{str(request.base_url).rstrip('/') if request else 'http://sandbox'}{HOME}/{repo.name}"


def repository(request: Request | None, repo: Repo) -> Record:
    """A repository."""
    return {**repo.about, "html_url": place(request, repo)}


def git_commit(repo: Repo, sha: str) -> Record:
    """A commit, as the Git data API shows it."""
    one = repo.objects.commits[sha]
    who = {"name": one.name, "email": one.email, "date": one.at}
    parents = [{"sha": parent} for parent in one.parents]
    made = {"sha": sha, "message": one.message, "author": who, "committer": who}
    return {**made, "tree": {"sha": one.tree}, "parents": parents}


def commit(request: Request, repo: Repo, sha: str) -> Record:
    """A commit, as everything else shows it."""
    inner = git_commit(repo, sha)
    parents = inner.pop("parents")
    link = f"{place(request, repo)}#{sha[:7]}"
    return {"sha": sha, "commit": inner, "author": None, "committer": None, "parents": parents, "html_url": link}


def file(repo: Repo, change: Change) -> Record:
    """A changed file."""
    leaf = change.new or change.old
    assert leaf is not None  # noqa: S101 - a change has one of them
    made: Record = {"sha": leaf.sha, "filename": change.path, "status": change.status}
    if change.previous:
        made["previous_filename"] = change.previous
    diff = repo.difference(change)
    if diff is None:
        return {**made, "additions": 0, "deletions": 0, "changes": 0}
    more, fewer = (sum(line.startswith(sign) for line in diff) for sign in "+-")
    return {**made, "additions": more, "deletions": fewer, "changes": more + fewer, "patch": "\n".join(diff)}


def entry(repo: Repo, path: str, leaf: Leaf) -> Record:
    """Something in a tree."""
    kind = {TREE: "tree", SUBMODULE: "commit"}.get(leaf.mode, "blob")
    made: Record = {"path": path, "mode": leaf.mode.zfill(6), "type": kind, "sha": leaf.sha}
    return {**made, "size": len(repo.objects.blobs[leaf.sha])} if kind == "blob" else made


def kind(leaf: Leaf) -> str:
    """What the contents API calls it."""
    return {TREE: "dir", SUBMODULE: "submodule", SYMLINK: "symlink"}.get(leaf.mode, "file")


def reference(ref: str, sha: str) -> Record:
    """A branch or a tag."""
    return {"ref": ref, "object": {"type": "commit", "sha": sha}}


def issue(request: Request | None, repo: Repo, one: Record) -> Record:
    """An issue; a pull request among them says so."""
    is_pull = "sandbox_head" in one
    link = f"{place(request, repo)}/{'pull' if is_pull else 'issues'}/{one['number']}"
    pull: Record = {"pull_request": {"html_url": link}} if is_pull else {}
    shown = {name: value for name, value in without_notes(one).items() if name not in _ONLY_PULLS}
    return {**shown, "html_url": link, "comments": len(repo.comments.get(one["number"], [])), **pull}


_ONLY_PULLS = {"draft", "merged", "merged_at", "merge_commit_sha"}


def pull(request: Request | None, repo: Repo, one: Record) -> Record:
    """A pull request. A branch that is gone stays where it was seen last."""
    for side in ("head", "base"):
        if one["state"] == "open":
            one[f"sandbox_{side}_sha"] = repo.refs.get(HEADS + one[f"sandbox_{side}"], one[f"sandbox_{side}_sha"])
    ends: Record = {
        side: {
            "ref": one[f"sandbox_{side}"],
            "sha": one[f"sandbox_{side}_sha"],
            "label": f"{repo.name.partition('/')[0]}:{one[f'sandbox_{side}']}",
            "repo": repository(request, repo),
        }
        for side in ("head", "base")
    }
    clean = one["state"] == "open" and not repo.conflicts(ends["base"]["sha"], ends["head"]["sha"])
    link = f"{place(request, repo)}/pull/{one['number']}"
    return {**without_notes(one), **ends, "html_url": link, "mergeable": clean if one["state"] == "open" else None}


def person(name: Any = None) -> Record:
    """An account."""
    return ME if not name else {"login": str(name), "id": 9002, "type": "User"}
