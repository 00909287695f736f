"""Files: read, write one, write many in one commit.

https://docs.gitlab.com/api/repository_files/, https://docs.gitlab.com/api/commits/
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path as LocalPath
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import Field

from tasks.gitlab.branches import branch_of, commit_at, last_commit
from tasks.gitlab.models import (
    PAGE,
    READ,
    WRITE,
    Branch,
    BranchInfo,
    Commit,
    Entry,
    File,
    Path,
    Project,
    Ref,
    Sha,
    at,
    inside,
)
from tasks.gitlab.system import connector
from tieline import Api, segment
from tieline.errors import BadAnswer, Conflict, Rejected

ARCHIVE_BYTES = 500 * 2**20
#: The modes that are files.
FILES = ("100644", "100755")

Files = Annotated[
    dict[str, bytes | None],
    Field(description="The new content by path; None deletes the file. From JSON: texts.", min_length=1),
]


@connector.action(scopes=READ)
async def get_file(api: Api, *, project: Project, path: Path, ref: Ref = "HEAD") -> File:
    """Fetch a file with its content.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        path: Inside of the repository.
        ref: A branch, a tag or a commit; by default the default branch.

    Raises:
        NotFound: There is no such file, or not at that commit; it may also be a folder or a submodule.

    See https://docs.gitlab.com/api/repository_files/#get-file-from-repository
    """
    where = f"{at(project)}/repository/files/{segment(inside(path))}"
    return await api.get(where, into=File, params={"ref": ref})


@connector.action(scopes=READ)
async def get_file_size(api: Api, *, project: Project, path: Path, ref: Ref = "HEAD") -> int:
    """Ask how many bytes a file has, without fetching it.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        path: Inside of the repository.
        ref: A branch, a tag or a commit; by default the default branch.

    See https://docs.gitlab.com/api/repository_files/#get-file-metadata-only
    """
    where = f"{at(project)}/repository/files/{segment(inside(path))}"
    said = (await api.send("HEAD", where, params={"ref": ref})).headers.get("x-gitlab-size", "")
    if not said.isdigit():
        raise BadAnswer("It does not say how many bytes the file has.", hint="Does a proxy take X-Gitlab-Size away?")
    return int(said)


@connector.action(scopes=READ)
async def list_files(api: Api, *, project: Project, ref: Ref, folder: str = "") -> list[Entry]:
    """List all files below a folder, symlinks and submodules included.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        ref: A branch, a tag or a commit.
        folder: Where to begin; by default at the top.

    See https://docs.gitlab.com/api/repositories/#list-repository-tree
    """
    entries = await _tree(api, project, ref, folder, recursive=True)
    return [one for one in entries if one.type != "tree"]


async def _tree(api: Api, project: str, ref: str, folder: str, *, recursive: bool) -> list[Entry]:
    path = inside(folder) if folder else None
    query = {"ref": ref, "path": path, "recursive": "true" if recursive else None, "pagination": "keyset"}
    pages = api.pages(f"{at(project)}/repository/tree", params={**query, "per_page": PAGE})
    return [one async for page in pages for one in api.read(page, into=list[Entry])]


@connector.action(scopes=WRITE)
async def create_or_update_file(
    api: Api,
    *,
    project: Project,
    path: Path,
    content: bytes,
    message: str,
    branch: Branch,
    last_commit_id: Sha | None = None,
) -> Commit:
    """Write one file, as a commit of its own. It can also make the first commit of an empty repository.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        path: Inside of the repository.
        content: Its bytes; from JSON, its text.
        message: The commit's message.
        branch: Where.
        last_commit_id: The commit that changed the file last, from `get_file`; None where there is no file yet.

    Raises:
        Conflict: Somebody has changed the file since, or there is one at all.

    See https://docs.gitlab.com/api/commits/#create-a-commit-with-multiple-files-and-actions
    """
    kind = "update" if last_commit_id else "create"
    action = {"action": kind, "file_path": inside(path), "last_commit_id": last_commit_id, **_content(content)}

    async def written() -> Commit | None:
        there = await branch_of(api, project, branch)
        return await _ours(api, project, there.commit, {path: content}, message) if there else None

    asked = {"branch": branch, "commit_message": message, "actions": [action]}
    return await api.post(f"{at(project)}/repository/commits", asked, into=Commit, check=written)


@connector.action(scopes=WRITE)
async def commit_files(
    api: Api,
    *,
    project: Project,
    branch: Branch,
    files: Files,
    message: str,
    parent: Sha | None = None,
) -> Commit:
    """Write and delete many files in one commit: all of them, or none.

    The same call again makes no second commit. A file that is there keeps its mode.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        branch: Where; it must be there.
        files: The new content by path; None deletes the file.
        message: The commit's message.
        parent: The commit that must be the branch's newest; by default whatever is.

    Returns:
        The new commit, or the newest one where nothing would change.

    Raises:
        Conflict: The branch has moved meanwhile, or one of the files was changed; nothing was changed by us.
        Rejected: At a path is something else than a file.

    See https://docs.gitlab.com/api/commits/#create-a-commit-with-multiple-files-and-actions
    """
    for path in files:
        inside(path)
    head = (await api.get(f"{at(project)}/repository/branches/{segment(branch)}", into=BranchInfo)).commit
    base = parent or head.id
    if head.id != base:
        ours = await _ours(api, project, head, files, message) if head.parent_ids == (base,) else None
        if ours is None:
            hint = "Nothing was changed. Read the files again, and decide then."
            raise Conflict(f"The branch {branch} has moved from {base[:7]} to {head.id[:7]}.", hint=hint)
        return ours
    actions = await _actions(api, project, base, files)
    if not actions:
        return head

    async def made() -> Commit | None:
        newest = (await api.get(f"{at(project)}/repository/branches/{segment(branch)}", into=BranchInfo)).commit
        return await _ours(api, project, newest, files, message) if newest.parent_ids == (base,) else None

    for action in actions:
        if action["action"] != "create":
            action["last_commit_id"] = await last_commit(api, project, base, action["file_path"])
    asked = {"branch": branch, "commit_message": message, "actions": actions}
    # The files are guarded, the branch is not: a commit that came in between and touches none of them stays below ours.
    return await api.post(f"{at(project)}/repository/commits", asked, into=Commit, check=made)


async def _ours(
    api: Api, project: str, newest: Commit, files: Mapping[str, bytes | None], message: str
) -> Commit | None:
    """The newest commit, if it is the one that we are asked for: an earlier try has made it."""
    same = newest.message.strip() == message.strip() and not await _actions(api, project, newest.id, files)
    return newest if same else None


async def _actions(api: Api, project: str, ref: str, files: Mapping[str, bytes | None]) -> list[dict[str, Any]]:
    """What has to be done to the files of a commit, so that they are as they shall be."""
    there = await _present(api, project, ref, files)
    actions: list[dict[str, Any]] = []
    for path, content in sorted(files.items()):
        old = there.get(path)
        if content is None:
            actions += [{"action": "delete", "file_path": path}] if old else []
        elif old is None or old.sha != blob_sha(content):
            actions.append({"action": "update" if old else "create", "file_path": path, **_content(content)})
    return actions


async def _present(api: Api, project: str, ref: str, paths: Iterable[str]) -> dict[str, Entry]:
    """What is at those paths; only the folders on the way are read."""
    above = {path: [str(one) for one in reversed(PurePosixPath(path).parents)][1:] for path in paths}
    seen = {one.path: one for one in await _tree(api, project, ref, "", recursive=False)}
    for folder in sorted({one for folders in above.values() for one in folders}):
        if folder in seen and seen[folder].type == "tree":
            seen |= {one.path: one for one in await _tree(api, project, ref, folder, recursive=False)}
    for path, folders in above.items():
        odd = [seen[one] for one in folders if one in seen and seen[one].type != "tree"]
        odd += [seen[path]] if path in seen and seen[path].mode not in FILES else []
        if odd:
            what = {"120000": "a symlink", "160000": "a submodule"}.get(odd[0].mode, f"a {odd[0].type}")
            hint = "Write to another path."
            raise Rejected(f"{odd[0].path!r} in {path!r} is {what}; nothing was changed.", hint=hint)
    return seen


def _content(content: bytes) -> dict[str, str]:
    """A text as it is; anything else as Base64."""
    text = content.decode("utf-8", "replace")
    if text.encode() == content and "\0" not in text:
        return {"content": text, "encoding": "text"}
    return {"content": base64.b64encode(content).decode(), "encoding": "base64"}


def blob_sha(content: bytes) -> str:
    """What git calls a content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@connector.action(scopes=READ)
async def download_archive(
    api: Api, *, project: Project, ref: Ref, file: LocalPath, max_bytes: int = ARCHIVE_BYTES
) -> LocalPath:
    """Fetch all files of a commit as a .tar.gz; it appears on the disk when it is complete.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        ref: A branch, a tag or a commit.
        file: Where it goes; what is there is replaced.
        max_bytes: The largest that is taken.

    Raises:
        BadAnswer: It is larger; nothing is kept.

    See https://docs.gitlab.com/api/repositories/#get-file-archive
    """
    # Asked first, because what comes next is taken as it is: a page for a login would look like a file.
    commit = await commit_at(api, project, ref)
    path = f"{at(project)}/repository/archive.tar.gz"
    return await api.download_to(path, file, params={"sha": commit.id}, cap=max_bytes)
