"""The pages of a code host: repositories, their commits and what is proposed there, with a button to merge it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.git.memory import CodeHost
from tieline.sandbox.git.objects import Change, Leaf
from tieline.sandbox.git.repos import Repo
from tieline.sandbox.happening import Record
from tieline.sandbox.pages import Place, show
from tieline.sandbox.vendor import state_of

SHOWN = 30

R = TypeVar("R", bound=Repo)


class Said(NamedTuple):
    """What somebody said, and when."""

    author: str
    at: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A pull request, a merge request. `state` is open, closed or merged; `head` and `base` are branches."""

    number: int
    title: str
    text: str
    state: str
    author: str
    at: str
    labels: Sequence[str]
    head: str
    base: str
    head_sha: str
    base_sha: str
    mergeable: bool
    comments: Sequence[Said] = ()


class Issue(NamedTuple):
    """An issue. `state` is open or closed."""

    number: int
    title: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Pages(Generic[R]):
    """A code host as people see it.

    `home` is where its pages begin, `word` what it calls a proposal, and `kind` the same in an address. `proposals` and
    `issues` give those of a repository, newest first; `merge` merges a proposal that can be merged, by its number.
    """

    home: str
    word: str
    kind: str
    memory: type[CodeHost[R]]
    proposals: Callable[[R], list[Proposal]]
    issues: Callable[[R], list[Issue]]
    merge: Callable[[Any, R, int], None]

    def routes(self) -> list[Route]:
        """For `Vendor.pages`."""
        one = f"{self.home}/{{name:path}}/{self.kind}/{{number:int}}"
        return [
            Route(self.home, self._first),
            Route(f"{one}/merge", self._merge, methods=["POST"]),
            Route(one, self._proposal),
            Route(f"{self.home}/{{name:path}}/file", self._read),
            Route(f"{self.home}/{{name:path}}/file", self._write, methods=["POST"]),
            Route(f"{self.home}/{{name:path}}", self._repository),
        ]

    def control(self) -> Route:
        """For `Vendor.controls`: somebody pushes."""
        return Route("/push", self._push, methods=["POST"])

    def _host(self, request: Request) -> CodeHost[R]:
        return state_of(request)[self.memory]

    def _find(self, request: Request) -> R:
        found = self._host(request).repos.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found

    def _numbered(self, request: Request) -> tuple[R, Proposal]:
        repo, number = self._find(request), request.path_params["number"]
        found = next((one for one in self.proposals(repo) if one.number == number), None)
        if found is None:
            raise HTTPException(404)
        return repo, found

    def _around(self, request: Request, repo: R) -> dict[str, Any]:
        repos = self._host(request).repos.values()
        places = [Place(f"{self.home}/{one.name}", one.name, len(one.objects.commits)) for one in repos]
        home = f"{self.home}/{repo.name}"
        return {"places": places, "name": repo.name, "home": home, "word": self.word, "kind": self.kind}

    async def _first(self, request: Request) -> Response:
        """GET {home}: goes to the first repository."""
        return RedirectResponse(f"{self.home}/{next(iter(self._host(request).repos))}", 307)

    async def _repository(self, request: Request) -> Response:
        """GET {home}/{name}: its branches, proposals and newest commits."""
        repo = self._find(request)
        branches, wanted = repo.branches(), request.query_params.get("branch", "")
        branch = wanted if wanted in branches else repo.about["default_branch"]
        history = repo.objects.history(branches[branch])[:SHOWN] if branch in branches else []
        shown: dict[str, Any] = {"proposals": self.proposals(repo), "issues": self.issues(repo)}
        shown |= {"branch": branch, "branches": branches, "commits": [_commit(repo, sha) for sha in history]}
        shown["paths"] = sorted(self._files(repo, branch)) if branch in branches else []
        return show(request, "repository.html", **self._around(request, repo), **shown)

    async def _proposal(self, request: Request) -> Response:
        """GET {home}/{name}/{kind}/{number}: what it says, and what it changes."""
        repo, one = self._numbered(request)
        since = repo.objects.merge_base(one.base_sha, one.head_sha)
        files = [_file(repo, change) for change in repo.objects.changes(since, one.head_sha)]
        return show(request, "proposal.html", **self._around(request, repo), proposal=one, files=files)

    def _files(self, repo: R, branch: str) -> dict[str, Leaf]:
        head = repo.branches().get(branch)
        return repo.objects.files(repo.objects.commits[head].tree) if head else {}

    async def _read(self, request: Request) -> Response:
        """GET {home}/{name}/file?path=&branch=: what a file says, to be changed."""
        repo, (path, branch) = self._find(request), _asked(request)
        leaf = self._files(repo, branch).get(path)
        if leaf is None or leaf.sha not in repo.objects.blobs:
            raise HTTPException(404)
        text = repo.objects.blobs[leaf.sha].decode(errors="replace")
        return show(request, "file.html", **self._around(request, repo), file=path, branch=branch, text=text)

    async def _write(self, request: Request) -> Response:
        """POST {home}/{name}/file?path=&branch=: somebody pushes another text."""
        repo, (path, branch) = self._find(request), _asked(request)
        if path not in self._files(repo, branch):
            raise HTTPException(404)
        fields = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
        text = str(fields.get("text", "")).replace("\r\n", "\n")
        message = str(fields.get("message") or f"Change {path}")
        self._host(request).push(repo, branch, {path: text.encode()}, message, "Somebody Looking Around")
        return RedirectResponse(f"{self.home}/{repo.name}?branch={quote(branch)}", 303)

    async def _merge(self, request: Request) -> Response:
        """POST {home}/{name}/{kind}/{number}/merge: somebody presses the button."""
        repo, one = self._numbered(request)
        if one.mergeable:
            self.merge(self._host(request), repo, one.number)
        return RedirectResponse(f"{self.home}/{repo.name}/{self.kind}/{one.number}", 303)

    async def _push(self, request: Request) -> Response:
        """POST /_sandbox/{system}/push: somebody pushes files. Errors: 400.

        {"repository": "acme/app", "branch": "main", "message": "...", "files": {"a.py": "text", "b.py": null}}
        """
        try:
            body = json.loads(await request.body() or b"{}")
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return JSONResponse({"error": "the body must be a JSON object"}, 400)
        host, files = self._host(request), body.get("files")
        repo = host.repos.get(str(body.get("repository", "acme/app")))
        fits = isinstance(files, dict) and files and all(isinstance(one, str | None) for one in files.values())
        if repo is None or not fits or not isinstance(files, dict):
            return JSONResponse({"error": "repository must be one that is there, files texts (or null) by path"}, 400)
        content = {path: None if one is None else one.encode() for path, one in files.items()}
        branch, message = str(body.get("branch", "main")), str(body.get("message", "Change some files"))
        sha = host.push(repo, branch, content, message, str(body.get("name", "Ada Example")))
        return JSONResponse({"sha": sha}, 201)


def _asked(request: Request) -> tuple[str, str]:
    """The path and the branch of an address."""
    return request.query_params.get("path", ""), request.query_params.get("branch", "")


def _commit(repo: Repo, sha: str) -> Record:
    one = repo.objects.commits[sha]
    paths = [change.path for change in repo.changes(sha)]
    return {"sha": sha, "title": one.message.partition("\n")[0], "name": one.name, "at": one.at, "paths": paths}


def _file(repo: Repo, change: Change) -> Record:
    lines = repo.difference(change) or []
    more, fewer = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return {"path": change.path, "status": change.status, "more": more, "fewer": fewer, "text": "\n".join(lines)}
