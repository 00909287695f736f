"""Files: read, write one, write many in one commit.

https://docs.github.com/rest/repos/contents, https://docs.github.com/rest/git
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path as LocalPath
from typing import Annotated, Any, NamedTuple

from pydantic import Field
from pydantic_core import to_json

from tasks.github.models import (
    Branch,
    Commit,
    Entry,
    File,
    Path,
    Ref,
    Reference,
    Repository,
    Sha,
    Tree,
    Written,
    quoted,
    repo,
)
from tasks.github.system import connector
from tieline import Api, segment
from tieline.errors import Conflict, NotFound, Rejected

READ, WRITE = ("contents:read",), ("contents:write",)
#: Gives a folder as an object too, so that it can be told from a file.
_OBJECT = {"accept": "application/vnd.github.object+json"}
_RAW = {"accept": "application/vnd.github.raw+json"}
#: A text up to this many bytes goes along with the tree; anything else is sent for itself.
INLINE_BYTES = 100_000
ARCHIVE_BYTES = 500 * 2**20
FILE, EXECUTABLE = "100644", "100755"

Files = Annotated[
    dict[str, bytes | None],
    Field(description="The new content by path; None deletes the file. From JSON: texts.", min_length=1),
]


@connector.action(scopes=READ)
async def get_file(api: Api, *, repository: Repository, path: Path, ref: Ref | None = None) -> File:
    """Fetch a file of up to 100 MB, with its content.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        path: Inside of the repository.
        ref: A branch, a tag or a commit; by default the default branch.

    Raises:
        NotFound: There is no such file, or not at that commit.
        Rejected: It is a folder or a submodule.

    See https://docs.github.com/rest/repos/contents#get-repository-content
    """
    where = f"{repo(repository)}/contents/{quoted(path)}"
    found = await api.get(where, into=File, params={"ref": ref}, headers=_OBJECT)
    if found.type not in {"file", "symlink"}:
        raise Rejected(f"{path} is a {found.type}, not a file.", hint="See list_files.")
    if found.type == "symlink" or found.encoding != "none":
        return found
    # Above 1 MB only the bytes themselves are given out.
    raw = await api.send("GET", f"{repo(repository)}/git/blobs/{segment(found.sha)}", headers=_RAW)
    return found.model_copy(update={"content": raw.content})


@connector.action(scopes=READ)
async def list_files(api: Api, *, repository: Repository, ref: Ref, folder: str = "") -> list[Entry]:
    """List all files below a folder, symlinks and submodules included; a tree too large for one answer in pieces.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        ref: A branch, a tag or a commit.
        folder: Where to begin; by default at the top.

    See https://docs.github.com/rest/git/trees#get-a-tree
    """
    where = repo(repository)
    if not folder:
        return await _below(api, where, ref, "")
    quoted(folder)
    return await _below(api, where, await _folder(api, where, ref, folder.split("/")), f"{folder}/")


async def _folder(api: Api, where: str, tree: str, names: list[str]) -> str:
    """The SHA of the tree that a folder is."""
    if not names:
        return tree
    found = await api.get(f"{where}/git/trees/{segment(tree)}", into=Tree)
    sha = next((one.sha for one in found.tree if (one.path, one.type) == (names[0], "tree")), None)
    if sha is None:
        raise NotFound(f"There is no folder {names[0]!r}.", hint="See list_files without a folder.")
    return await _folder(api, where, sha, names[1:])


async def _below(api: Api, where: str, tree: str, prefix: str) -> list[Entry]:
    path = f"{where}/git/trees/{segment(tree)}"
    found = await api.get(path, into=Tree, params={"recursive": 1})
    if not found.truncated:
        return [_under(prefix, one) for one in found.tree if one.type != "tree"]
    entries: list[Entry] = []
    for one in (await api.get(path, into=Tree)).tree:
        below = one.type == "tree"
        entries += await _below(api, where, one.sha, f"{prefix}{one.path}/") if below else [_under(prefix, one)]
    return entries


def _under(prefix: str, entry: Entry) -> Entry:
    return entry.model_copy(update={"path": prefix + entry.path})


@connector.action(scopes=WRITE)
async def create_or_update_file(
    api: Api,
    *,
    repository: Repository,
    path: Path,
    content: bytes,
    message: str,
    branch: Branch | None = None,
    sha: str | None = None,
) -> Written:
    """Write one file, as a commit of its own. It can also make the first commit of an empty repository.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        path: Inside of the repository.
        content: Its bytes; from JSON, its text.
        message: The commit's message.
        branch: Where; by default the default branch.
        sha: The SHA of the file that is replaced, from `get_file`; None where there is none yet.

    Raises:
        Conflict: There is another file by now, or one at all.

    See https://docs.github.com/rest/repos/contents#create-or-update-file-contents
    """
    where = f"{repo(repository)}/contents/{quoted(path)}"

    async def written() -> dict[str, Any] | None:
        found = await api.get(where, into=File, params={"ref": branch}, headers=_OBJECT)
        if found.sha != blob_sha(content):
            return None
        query = {"path": path, "sha": branch, "per_page": 1}
        commits = await api.get(f"{repo(repository)}/commits", into=list[Commit], params=query)
        return {"content": found.model_dump(), "commit": {"sha": commits[0].sha}}

    asked = {"message": message, "content": base64.b64encode(content).decode(), "branch": branch, "sha": sha}
    made = await api.put(where, asked, into=dict[str, dict[str, Any]], repeatable=False, check=written)
    return Written(path=path, sha=made["content"]["sha"], commit=made["commit"]["sha"])


@connector.action(scopes=WRITE)
async def commit_files(
    api: Api,
    *,
    repository: Repository,
    branch: Branch,
    files: Files,
    message: str,
    parent: Sha | None = None,
) -> Commit:
    """Write and delete many files in one commit: all of them, or none. Nobody sees anything until the branch moves.

    The same call again makes no second commit. A file that is there keeps its mode.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        branch: Where; it must be there.
        files: The new content by path; None deletes the file.
        message: The commit's message.
        parent: The commit that must be the branch's newest; by default whatever is.

    Returns:
        The new commit, or the newest one where nothing would change.

    Raises:
        Conflict: The branch has moved meanwhile; nothing was changed.

    See https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-your-git-database
    """
    where, ref = repo(repository), f"heads/{branch}"
    for path in files:
        quoted(path)
    head = (await api.get(f"{where}/git/ref/{segment(ref)}", into=Reference)).sha
    base = await api.get(f"{where}/git/commits/{parent or head}", into=Commit)
    entries = await _changed(api, where, base.tree, files)
    tree = base.tree
    if entries:
        # As bytes, because a null in it means "delete this", and what is None is otherwise left out.
        body, json = to_json({"base_tree": base.tree, "tree": entries}), {"content-type": "application/json"}
        tree = (await api.post(f"{where}/git/trees", into=Tree, content=body, headers=json, repeatable=True)).sha
    if head != base.sha:
        return await _ours(api, where, branch, head, Made(base.sha, tree, message))
    if tree == base.tree:
        return base
    said = {"message": message, "tree": tree, "parents": [base.sha]}
    commit = await api.post(f"{where}/git/commits", said, into=Commit, repeatable=True)
    moved = {"sha": commit.sha, "force": False}
    await api.patch(f"{where}/git/refs/{segment(ref)}", moved, into=Reference, repeatable=True)
    return commit


class Made(NamedTuple):
    """What a commit of ours looks like, whenever it was made."""

    parent: str
    tree: str
    message: str


async def _ours(api: Api, where: str, branch: str, head: str, made: Made) -> Commit:
    """The newest commit, if it is the one that we are asked for: an earlier try has made it."""
    there = await api.get(f"{where}/git/commits/{head}", into=Commit)
    if (there.parents, there.tree, there.message.strip()) != ((made.parent,), made.tree, made.message.strip()):
        hint = "Nothing was changed. Read the files again, and decide then."
        raise Conflict(f"The branch {branch} has moved from {made.parent[:7]} to {head[:7]}.", hint=hint)
    return there


async def _changed(api: Api, where: str, tree: str, files: Mapping[str, bytes | None]) -> list[dict[str, Any]]:
    """The entries that differ from a tree, in the form that makes another of it."""
    there = await _present(api, where, tree, files)
    entries: list[dict[str, Any]] = []
    for path, content in sorted(files.items()):
        old = there.get(path)
        entry = {"path": path, "mode": old.mode if old else FILE, "type": "blob"}
        if content is None:
            entries += [{**entry, "sha": None}] if old else []
        elif old is None or old.sha != blob_sha(content):
            entries.append({**entry, **await _content(api, where, content)})
    return entries


async def _present(api: Api, where: str, tree: str, paths: Iterable[str]) -> dict[str, Entry]:
    """The files of those names that are there; only the folders on the way are read."""
    found = {one.path: one for one in (await api.get(f"{where}/git/trees/{tree}", into=Tree)).tree}
    here: dict[str, Entry] = {}
    below: dict[str, list[str]] = {}
    for path in paths:
        name, deeper, rest = path.partition("/")
        entry = found.get(name)
        if entry is None:
            continue
        if entry.type != "tree" if deeper else entry.mode not in {FILE, EXECUTABLE}:
            what = {"120000": "a symlink", "160000": "a submodule"}.get(entry.mode, f"a {entry.type}")
            raise Rejected(f"{name!r} in {path!r} is {what}; nothing was changed.", hint="Write to another path.")
        if deeper:
            below.setdefault(name, []).append(rest)
        else:
            here[path] = entry
    for name, rests in below.items():
        inner = await _present(api, where, found[name].sha, rests)
        here |= {f"{name}/{path}": entry for path, entry in inner.items()}
    return here


async def _content(api: Api, where: str, content: bytes) -> dict[str, str]:
    """A text along with the tree, because GitHub counts what is written; anything else as a blob of its own."""
    text = content.decode("utf-8", "replace") if len(content) <= INLINE_BYTES and b"\0" not in content else None
    if text is not None and text.encode() == content:
        return {"content": text}
    blob = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
    return {"sha": await api.post(f"{where}/git/blobs", blob, into=str, at="sha", repeatable=True)}


def blob_sha(content: bytes) -> str:
    """What git calls a content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@connector.action(scopes=READ)
async def download_archive(
    api: Api, *, repository: Repository, ref: Ref, file: LocalPath, max_bytes: int = ARCHIVE_BYTES
) -> LocalPath:
    """Fetch all files of a commit as a .tar.gz; it appears on the disk when it is complete.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        ref: A branch, a tag or a commit.
        file: Where it goes; what is there is replaced.
        max_bytes: The largest that is taken.

    Raises:
        BadAnswer: It is larger; nothing is kept.

    See https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar
    """
    # Asked first, because what comes next is taken as it is: a page for a login would look like a file.
    where = repo(repository)
    commit = await api.get(f"{where}/commits/{segment(ref)}", into=Commit, params={"per_page": 1})
    return await api.download_to(f"{where}/tarball/{commit.sha}", file, cap=max_bytes)
