"""Git's data: blobs, trees, commits, references; and files through the contents API.

Pages: https://docs.github.com/rest/git, https://docs.github.com/rest/repos/contents
"""

import base64
import binascii
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox.git.objects import FILE, MODES, TREE, Leaf
from tieline.sandbox.git.repos import HEADS, NOWHERE
from tieline.sandbox.github import shown
from tieline.sandbox.github.memory import Repo
from tieline.sandbox.github.wire import (
    Refused,
    answer,
    commit_at,
    filled,
    github_of,
    invalid,
    object_body,
    page,
    repo_of,
    text,
)
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import base_url

#: Above this the contents API gives no content, only the raw bytes.
LARGE = 2**20


def _decoded(value: Any) -> bytes:
    """Bytes that came as Base64. Errors: 422."""
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(422, "content is not valid Base64") from None


async def get_contents(request: Request) -> Response:
    """GET /contents/{path}: a file, or what is in a folder."""
    repo, path = repo_of(request), request.path_params["path"].strip("/")
    ref = request.query_params.get("ref") or repo.about["default_branch"]
    tree = commit_at(repo, ref)[1].tree
    raw = "raw" in request.headers.get("accept", "")
    leaf = Leaf(TREE, tree) if not path else dict(repo.objects.below(tree)).get(path)
    if leaf is None:
        raise Refused(404, "Not Found")
    if leaf.mode == TREE:
        entries = [
            _content(request, repo, f"{path}/{name}".strip("/"), one)
            for name, one in repo.objects.trees[leaf.sha].items()
        ]
        whole = {"type": "dir", "path": path, "sha": leaf.sha, "size": 0, "entries": entries}
        return answer(request, whole if "object" in request.headers.get("accept", "") else entries)
    if raw:
        return Response(repo.objects.blobs[leaf.sha], media_type="application/vnd.github.raw+json")
    return answer(request, _content(request, repo, path, leaf, whole=True))


def _content(request: Request, repo: Repo, path: str, leaf: Leaf, *, whole: bool = False) -> Record:
    content = repo.objects.blobs.get(leaf.sha, b"")
    name, kind = path.rpartition("/")[2], shown.kind(leaf)
    made: Record = {"type": kind, "name": name, "path": path, "sha": leaf.sha, "size": len(content)}
    made["html_url"] = f"{shown.place(request, repo)}/blob/{path}"
    if kind == "symlink":
        return {**made, "target": content.decode()}
    if whole and kind == "file":
        small = len(content) <= LARGE
        packed = base64.encodebytes(content).decode() if small else ""
        return {**made, "encoding": "base64" if small else "none", "content": packed}
    return made


async def put_contents(request: Request) -> Response:
    """PUT /contents/{path}. Errors: 409 for another file than the one that `sha` names, 422 without it."""
    repo, path, body = repo_of(request), request.path_params["path"].strip("/"), await object_body(request)
    message, content = text(body, "message"), _decoded(body.get("content"))
    branch = body.get("branch") or repo.about["default_branch"]
    if repo.refs and HEADS + branch not in repo.refs:
        raise Refused(404, f"Branch {branch} not found")
    tree = repo.objects.commits[repo.refs[HEADS + branch]].tree if repo.refs else None
    there = repo.objects.files(tree).get(path) if tree else None
    if there and not body.get("sha"):
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if body.get("sha") and (there is None or there.sha != body["sha"]):
        raise Refused(409, f"{path} does not match {body['sha']}")
    sha = github_of(request).push(repo, branch, {path: content}, message, "Tieline")
    leaf = Leaf(FILE, repo.objects.blob(content))
    made = {"content": _content(request, repo, path, leaf), "commit": shown.git_commit(repo, sha)}
    return answer(request, made, 200 if there else 201)


async def get_tree(request: Request) -> Response:
    """GET /git/trees/{tree}: of a SHA, a branch or a tag; `recursive` with everything below."""
    repo, name = filled(repo_of(request)), request.path_params["tree"]
    tree = name if name in repo.objects.trees else commit_at(repo, name)[1].tree
    every = "recursive" in request.query_params
    entries = repo.objects.below(tree) if every else repo.objects.trees[tree].items()
    listed = [shown.entry(repo, path, leaf) for path, leaf in entries]
    return answer(request, {"sha": tree, "tree": listed, "truncated": False})


async def create_tree(request: Request) -> Response:
    """POST /git/trees. Errors: 422."""
    repo, body = filled(repo_of(request)), await object_body(request)
    base, entries = body.get("base_tree"), body.get("tree")
    if base is not None and base not in repo.objects.trees:
        raise Refused(422, "base_tree is not a valid tree")
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise Refused(422, "Invalid tree info")
    files = repo.objects.files(base) if base else {}
    for entry in entries:
        _put(repo, files, entry)
    tree = repo.objects.write(files)
    listed = [shown.entry(repo, path, leaf) for path, leaf in repo.objects.trees[tree].items()]
    return answer(request, {"sha": tree, "tree": listed, "truncated": False}, 201)


def _put(repo: Repo, files: dict[str, Leaf], entry: Record) -> None:
    path, mode = entry.get("path"), entry.get("mode")
    if not isinstance(path, str) or any(part in {"", ".", "..", ".git"} for part in path.split("/")):
        raise Refused(422, "tree.path contains a malformed path component")
    if mode not in MODES:
        raise Refused(422, "Must supply a valid tree.mode")
    if "sha" in entry and entry["sha"] is None:
        if path not in files:
            raise Refused(422, "GitRPC::BadObjectState")
        del files[path]
    elif isinstance(content := entry.get("content"), str):
        files[path] = Leaf(mode, repo.objects.blob(content.encode()))
    elif entry.get("sha") in repo.objects.blobs:
        files[path] = Leaf(mode, entry["sha"])
    else:
        raise Refused(422, f"tree.sha {entry.get('sha')} is not a valid blob")


async def create_blob(request: Request) -> Response:
    """POST /git/blobs."""
    repo, body = filled(repo_of(request)), await object_body(request)
    given = body.get("content")
    if not isinstance(given, str):
        raise invalid("content", "missing_field")
    content = _decoded(given) if body.get("encoding") == "base64" else given.encode()
    return answer(request, {"sha": repo.objects.blob(content)}, 201)


async def get_blob(request: Request) -> Response:
    """GET /git/blobs/{sha}: Base64, or the bytes for those who accept `raw`."""
    repo, sha = repo_of(request), request.path_params["sha"]
    content = repo.objects.blobs.get(sha)
    if content is None:
        raise Refused(404, "Not Found")
    if "raw" in request.headers.get("accept", ""):
        return Response(content, media_type="application/vnd.github.raw+json")
    packed = base64.encodebytes(content).decode()
    return answer(request, {"sha": sha, "size": len(content), "encoding": "base64", "content": packed})


async def get_git_commit(request: Request) -> Response:
    """GET /git/commits/{sha}."""
    repo, sha = repo_of(request), request.path_params["sha"]
    if sha not in repo.objects.commits:
        raise Refused(404, "Not Found")
    return answer(request, shown.git_commit(repo, sha))


async def create_commit(request: Request) -> Response:
    """POST /git/commits. Errors: 422 for a tree or a parent that is none."""
    repo, body = filled(repo_of(request)), await object_body(request)
    message, tree, parents = text(body, "message"), body.get("tree"), body.get("parents", [])
    if tree not in repo.objects.trees:
        raise Refused(422, "Tree SHA does not exist")
    if not isinstance(parents, list) or not all(one in repo.objects.commits for one in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    sha = github_of(request).commit(repo, str(tree), tuple(parents), message)
    return answer(request, shown.git_commit(repo, sha), 201)


async def get_ref(request: Request) -> Response:
    """GET /git/ref/{ref}."""
    repo, ref = filled(repo_of(request)), f"refs/{request.path_params['ref']}"
    if ref not in repo.refs:
        raise Refused(404, "Not Found")
    return answer(request, shown.reference(ref, repo.refs[ref]))


async def matching_refs(request: Request) -> Response:
    """GET /git/matching-refs/{ref}: all that begin so."""
    repo, start = repo_of(request), f"refs/{request.path_params['ref']}"
    return answer(
        request, [shown.reference(ref, sha) for ref, sha in sorted(repo.refs.items()) if ref.startswith(start)]
    )


async def create_ref(request: Request) -> Response:
    """POST /git/refs. Errors: 422."""
    repo, body = filled(repo_of(request)), await object_body(request)
    ref, sha = text(body, "ref"), text(body, "sha")
    if not ref.startswith("refs/") or ref.count("/") < 2:  # noqa: PLR2004 - refs, its kind, its name
        raise Refused(422, "Reference name must start with 'refs' and have at least two slashes.")
    if ref in repo.refs:
        raise Refused(422, "Reference already exists")
    if sha not in repo.objects.commits:
        raise Refused(422, "Object does not exist")
    github_of(request).move(repo, ref, sha)
    return answer(request, shown.reference(ref, sha), 201)


async def update_ref(request: Request) -> Response:
    """PATCH /git/refs/{ref}. Errors: 422 for what is no fast forward, unless it is forced."""
    repo, ref, body = filled(repo_of(request)), f"refs/{request.path_params['ref']}", await object_body(request)
    sha = text(body, "sha")
    if ref not in repo.refs:
        raise Refused(422, "Reference does not exist")
    if sha not in repo.objects.commits:
        raise Refused(422, "Object does not exist")
    ahead = repo.objects.holds(repo.refs[ref], sha)
    if not ahead and body.get("force") is not True:
        raise Refused(422, "Update is not a fast forward")
    github_of(request).move(repo, ref, sha, forced=not ahead)
    return answer(request, shown.reference(ref, sha))


async def delete_ref(request: Request) -> Response:
    """DELETE /git/refs/{ref}. Errors: 422."""
    repo, ref = filled(repo_of(request)), f"refs/{request.path_params['ref']}"
    if ref not in repo.refs:
        raise Refused(422, "Reference does not exist")
    github_of(request).move(repo, ref, None)
    return Response(status_code=204)


async def get_branch(request: Request) -> Response:
    """GET /branches/{branch}."""
    repo, name = repo_of(request), request.path_params["branch"]
    sha = repo.refs.get(HEADS + name, NOWHERE)
    if sha == NOWHERE:
        raise Refused(404, "Branch not found")
    return answer(request, {"name": name, "commit": shown.commit(request, repo, sha), "protected": False})


async def list_branches(request: Request) -> Response:
    """GET /branches."""
    refs = sorted(repo_of(request).refs.items())
    listed = [{"name": ref.removeprefix(HEADS), "commit": {"sha": sha}} for ref, sha in refs if ref.startswith(HEADS)]
    return page(request, listed)


async def archive(request: Request) -> Response:
    """GET /tarball/{ref}: leads to another address, which carries its own permission."""
    repo = repo_of(request)
    sha, _ = commit_at(repo, request.path_params["ref"])
    return RedirectResponse(f"{base_url(request)}/codeload/{repo.name}/{sha}?token=sandbox", 302)


async def codeload(request: Request) -> Response:
    """GET /codeload/{owner}/{repo}/{sha}: the files of a commit in one."""
    repo = repo_of(request)
    sha, _ = commit_at(repo, request.path_params["sha"])
    packed = repo.archive(sha, f"{repo.name.replace('/', '-')}-{sha[:7]}")
    return Response(packed, media_type="application/x-gzip")


_AT = "/repos/{owner}/{repo}"
ROUTES = [
    Route(f"{_AT}/contents/{{path:path}}", get_contents, methods=["GET"]),
    Route(f"{_AT}/contents/{{path:path}}", put_contents, methods=["PUT"]),
    Route(f"{_AT}/git/trees", create_tree, methods=["POST"]),
    Route(f"{_AT}/git/trees/{{tree:path}}", get_tree, methods=["GET"]),
    Route(f"{_AT}/git/blobs", create_blob, methods=["POST"]),
    Route(f"{_AT}/git/blobs/{{sha}}", get_blob, methods=["GET"]),
    Route(f"{_AT}/git/commits", create_commit, methods=["POST"]),
    Route(f"{_AT}/git/commits/{{sha}}", get_git_commit, methods=["GET"]),
    Route(f"{_AT}/git/ref/{{ref:path}}", get_ref, methods=["GET"]),
    Route(f"{_AT}/git/matching-refs/{{ref:path}}", matching_refs, methods=["GET"]),
    Route(f"{_AT}/git/refs", create_ref, methods=["POST"]),
    Route(f"{_AT}/git/refs/{{ref:path}}", update_ref, methods=["PATCH"]),
    Route(f"{_AT}/git/refs/{{ref:path}}", delete_ref, methods=["DELETE"]),
    Route(f"{_AT}/branches", list_branches, methods=["GET"]),
    Route(f"{_AT}/branches/{{branch:path}}", get_branch, methods=["GET"]),
    Route(f"{_AT}/tarball/{{ref:path}}", archive, methods=["GET"]),
]
