"""Files, trees and commits.

Pages: https://docs.gitlab.com/api/repositories/, https://docs.gitlab.com/api/repository_files/,
https://docs.gitlab.com/api/commits/, https://docs.gitlab.com/api/branches/
"""

import base64
import binascii
import hashlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.git.objects import EXECUTABLE, FILE, SUBMODULE, TREE, Leaf
from tieline.sandbox.git.repos import HEADS
from tieline.sandbox.gitlab import shown
from tieline.sandbox.gitlab.memory import Project
from tieline.sandbox.gitlab.wire import (
    Refused,
    commit_at,
    fields,
    gitlab_of,
    missing,
    named,
    one_of,
    page,
    project_of,
    text,
    tree_page,
)
from tieline.sandbox.happening import Record

ACTIONS = ("create", "delete", "move", "update", "chmod")


async def get_project(request: Request) -> Response:
    """GET /projects/:id."""
    return JSONResponse(shown.project(request, project_of(request)))


async def list_tree(request: Request) -> Response:
    """GET /repository/tree. Errors: 404."""
    repo, query = project_of(request), request.query_params
    sha = commit_at(repo, query.get("ref") or "HEAD", "Tree")
    path, below = query.get("path", "").strip("/"), dict(repo.objects.below(repo.objects.commits[sha].tree))
    if path and (path not in below or below[path].mode != TREE):
        raise Refused(404, "404 invalid revision or path Not Found")
    deep = query.get("recursive") in {"true", "1"}
    start = f"{path}/" if path else ""
    chosen = {name: leaf for name, leaf in below.items() if name.startswith(start)}
    entries = [shown.entry(name, leaf) for name, leaf in chosen.items() if deep or "/" not in name.removeprefix(start)]
    return tree_page(request, entries)


async def get_file(request: Request) -> Response:
    """GET and HEAD /repository/files/:path, Base64; HEAD with headers only. Errors: 400 without `ref`, 404."""
    repo, path, ref = project_of(request), named(request, "path"), request.query_params.get("ref")
    if not ref:
        raise missing("ref")
    sha = commit_at(repo, ref)
    leaf = repo.files(sha).get(path)
    if leaf is None or leaf.mode == SUBMODULE:
        raise Refused(404, "404 File Not Found")
    content = repo.objects.blobs[leaf.sha]
    told: Record = {
        "file_name": path.rpartition("/")[2],
        "file_path": path,
        "size": len(content),
        "encoding": "base64",
        "content_sha256": hashlib.sha256(content).hexdigest(),
        "ref": ref,
        "blob_id": leaf.sha,
        "commit_id": sha,
        "last_commit_id": last_touch(repo, sha, path),
        "execute_filemode": leaf.mode == EXECUTABLE,
    }
    if request.method == "HEAD":
        # A name may hold letters that a header cannot.
        kept = {name: value for name, value in told.items() if name not in {"file_name", "file_path", "ref"}}
        return Response(headers={f"x-gitlab-{name.replace('_', '-')}": str(value) for name, value in kept.items()})
    return JSONResponse({**told, "content": base64.b64encode(content).decode()})


def last_touch(repo: Project, sha: str, path: str) -> str:
    """The commit that changed a path last."""
    return next((one for one in repo.objects.history(sha) if repo.touches(one, path)), sha)


async def list_commits(request: Request) -> Response:
    """GET /repository/commits: newest first, of a branch, of a path."""
    repo, query = project_of(request), request.query_params
    start = repo.at(query.get("ref_name") or "HEAD")
    path = query.get("path", "")
    history = repo.objects.history(start) if start else []
    chosen = [sha for sha in history if not path or repo.touches(sha, path)]
    return page(request, [shown.commit(request, repo, sha) for sha in chosen])


async def get_commit(request: Request) -> Response:
    """GET /repository/commits/:sha."""
    repo = project_of(request)
    return JSONResponse(shown.commit(request, repo, commit_at(repo, named(request, "sha"))))


async def get_diff(request: Request) -> Response:
    """GET /repository/commits/:sha/diff."""
    repo = project_of(request)
    sha = commit_at(repo, named(request, "sha"))
    return page(request, [shown.diff(repo, one) for one in repo.changes(sha)])


async def create_commit(request: Request) -> Response:
    """POST /repository/commits: all actions, or none. Errors: 400.

    Into a branch that is there, or into a new one from `start_branch` or `start_sha`; with those, one that is there
    is refused, unless it is forced.
    """
    repo, body = project_of(request), await fields(request)
    branch, message, actions = text(body, "branch"), text(body, "commit_message"), body.get("actions")
    if not isinstance(actions, list) or not actions or not all(isinstance(one, dict) for one in actions):
        raise missing("actions")
    start = body.get("start_sha") or body.get("start_branch")
    there = repo.refs.get(HEADS + branch)
    if there and start and start != branch and body.get("force") is not True:
        raise Refused(400, f"A branch called '{branch}' already exists. Switch to that branch in order to make changes")
    head = repo.at(str(start)) if start else there
    if head is None and repo.refs:
        raise Refused(400, "You can only create or edit files when you are on a branch")
    files = repo.files(head)
    for action in actions:
        _do(repo, head, files, action)
    gitlab = gitlab_of(request)
    sha = gitlab.commit(repo, repo.objects.write(files), (head,) if head else (), message)
    gitlab.move(repo, HEADS + branch, sha, forced=bool(there and head != there))
    return JSONResponse(shown.commit(request, repo, sha), 201)


def _do(repo: Project, head: str | None, files: dict[str, Leaf], action: Record) -> None:
    """Do one action to the files of the commit to be. Errors: 400."""
    kind, path = one_of(action, "action", ACTIONS) or "", text(action, "file_path")
    if any(part in {"", ".", "..", ".git"} for part in path.split("/")):
        raise Refused(400, "Path cannot include directory traversal")
    source = text(action, "previous_path") if kind == "move" else path
    if kind == "create" and (path in files or any(one.startswith(f"{path}/") for one in files)):
        raise Refused(400, "A file with this name already exists")
    if kind != "create" and source not in files:
        raise Refused(400, "A file with this name doesn't exist")
    known = action.get("last_commit_id")
    if known and head and kind in {"update", "move", "delete"} and last_touch(repo, head, source) != known:
        raise Refused(
            400, f"You are attempting to {kind} a file '{source}' that has changed since you started editing it."
        )
    old = files.pop(source, None)
    if kind == "chmod" and old:
        files[path] = Leaf(EXECUTABLE if action.get("execute_filemode") is True else FILE, old.sha)
    elif kind == "move" and old and action.get("content") is None:
        files[path] = old
    elif kind != "delete":
        files[path] = Leaf(old.mode if old else FILE, repo.objects.blob(_content(action)))


def _content(action: Record) -> bytes:
    given = action.get("content")
    if not isinstance(given, str):
        raise missing("actions[content]")
    if action.get("encoding") != "base64":
        return given.encode()
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "content is not valid Base64") from None


async def compare(request: Request) -> Response:
    """GET /repository/compare: from the merge base on. Errors: 400, 404."""
    repo, query = project_of(request), request.query_params
    for name in ("from", "to"):
        if not query.get(name):
            raise missing(name)
    base, head = commit_at(repo, query["from"]), commit_at(repo, query["to"])
    since = repo.objects.merge_base(base, head)
    theirs = set(repo.objects.history(base))
    ahead = [sha for sha in reversed(repo.objects.history(head)) if sha not in theirs]
    commits = [shown.commit(request, repo, sha) for sha in ahead]
    made = {
        "commit": commits[-1] if commits else None,
        "commits": commits,
        "diffs": [shown.diff(repo, one) for one in repo.objects.changes(since, head)],
        "compare_timeout": False,
        "compare_same_ref": base == head,
        "web_url": f"{shown.place(request, repo)}/-/compare/{base}...{head}",
    }
    return JSONResponse(made)


async def merge_base(request: Request) -> Response:
    """GET /repository/merge_base. Errors: 400, 404."""
    repo, refs = project_of(request), request.query_params.getlist("refs[]")
    if len(refs) < 2:  # noqa: PLR2004 - two have something in common
        raise Refused(400, "Provide at least 2 refs")
    found: str | None = commit_at(repo, refs[0])
    for ref in refs[1:]:
        found = repo.objects.merge_base(found, commit_at(repo, ref)) if found else None
    if found is None:
        raise Refused(404, "404 Merge Base Not Found")
    return JSONResponse(shown.commit(request, repo, found))


async def archive(request: Request) -> Response:
    """GET /repository/archive.tar.gz."""
    repo = project_of(request)
    sha = commit_at(repo, request.query_params.get("sha") or "HEAD")
    packed = repo.archive(sha, f"{repo.about['name']}-{sha}-{sha}")
    return Response(packed, media_type="application/octet-stream")


async def list_branches(request: Request) -> Response:
    """GET /repository/branches: by name; `search` may begin with `^`."""
    repo, search = project_of(request), request.query_params.get("search", "")
    start, word = search.startswith("^"), search.removeprefix("^")
    chosen = [
        (name, sha)
        for name, sha in sorted(repo.branches().items())
        if (name.startswith(word) if start else word in name)
    ]
    return page(request, [shown.branch(request, repo, name, sha) for name, sha in chosen])


async def get_branch(request: Request) -> Response:
    """GET /repository/branches/:branch. Errors: 404."""
    repo, name = project_of(request), named(request, "branch")
    if name not in repo.branches():
        raise Refused(404, "404 Branch Not Found")
    return JSONResponse(shown.branch(request, repo, name, repo.branches()[name]))


async def create_branch(request: Request) -> Response:
    """POST /repository/branches. Errors: 400."""
    repo, body = project_of(request), await fields(request)
    name, ref = text(body, "branch"), text(body, "ref")
    if name in repo.branches():
        raise Refused(400, "Branch already exists")
    sha = repo.at(ref)
    if sha is None:
        raise Refused(400, f"Invalid reference name: {ref}")
    gitlab_of(request).move(repo, HEADS + name, sha)
    return JSONResponse(shown.branch(request, repo, name, sha), 201)


async def delete_branch(request: Request) -> Response:
    """DELETE /repository/branches/:branch. Errors: 404."""
    repo, name = project_of(request), named(request, "branch")
    if name not in repo.branches():
        raise Refused(404, "404 Branch Not Found")
    gitlab_of(request).move(repo, HEADS + name, None)
    return Response(status_code=204)


_AT = "/projects/{project}"
_GIT = f"{_AT}/repository"
ROUTES = [
    Route(_AT, get_project, methods=["GET"]),
    Route(f"{_GIT}/tree", list_tree, methods=["GET"]),
    Route(f"{_GIT}/files/{{path}}", get_file, methods=["GET", "HEAD"]),
    Route(f"{_GIT}/commits", list_commits, methods=["GET"]),
    Route(f"{_GIT}/commits", create_commit, methods=["POST"]),
    Route(f"{_GIT}/commits/{{sha}}", get_commit, methods=["GET"]),
    Route(f"{_GIT}/commits/{{sha}}/diff", get_diff, methods=["GET"]),
    Route(f"{_GIT}/compare", compare, methods=["GET"]),
    Route(f"{_GIT}/merge_base", merge_base, methods=["GET"]),
    Route(f"{_GIT}/archive.tar.gz", archive, methods=["GET"]),
    Route(f"{_GIT}/branches", list_branches, methods=["GET"]),
    Route(f"{_GIT}/branches", create_branch, methods=["POST"]),
    Route(f"{_GIT}/branches/{{branch}}", get_branch, methods=["GET"]),
    Route(f"{_GIT}/branches/{{branch}}", delete_branch, methods=["DELETE"]),
]
