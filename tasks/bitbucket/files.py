"""Files: read, list, write many in one commit.

https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/
"""

from collections.abc import Mapping
from pathlib import Path as LocalPath
from typing import Annotated, NamedTuple

from pydantic import Field

from tasks.bitbucket.branches import READ, WRITE, sha_of, there
from tasks.bitbucket.models import (
    PAGE,
    Branch,
    ChangedFile,
    Commit,
    Entry,
    File,
    Path,
    Ref,
    Repository,
    Sha,
    quoted,
    repo,
)
from tasks.bitbucket.system import PAGES, connector
from tieline import Api, segment
from tieline.errors import Conflict, Rejected
from tieline.transport.multipart import File as Part

ARCHIVE_BYTES = 500 * 2**20
#: Folders in folders that are listed at once; Bitbucket gives up (555) where that is too much.
DEPTH = 12
#: The vendor's word where something is not there.
MISSING = "error"
FILE, FOLDER, LINK, EXECUTABLE, SUBMODULE = "commit_file", "commit_directory", "link", "executable", "subrepository"

Files = Annotated[
    dict[str, bytes | None],
    Field(description="The new content by path; None deletes the file. From JSON: texts.", min_length=1),
]


@connector.action(scopes=READ)
async def get_file(api: Api, *, repository: Repository, path: Path, ref: Ref | None = None) -> File:
    """Fetch a file, with its content.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        path: Inside of the repository.
        ref: A branch, a tag or a commit; by default the main branch.

    Raises:
        NotFound: There is no such file, or not at that commit.
        Rejected: It is a folder, a symlink or a submodule.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/#api-repositories-workspace-repo-slug-src-commit-path-get
    """
    quoted(path)
    sha = await sha_of(api, repository, ref)
    where = f"{repo(repository)}/src/{sha}/{quoted(path)}"
    found = await api.get(where, into=Entry, params={"format": "meta"})
    what = _no_file(found)
    if what:
        raise Rejected(f"{path} is {what}, not a file.", hint="See list_files.")
    return File(**found.model_dump(), content=await api.download(where), sha=sha)


@connector.action(scopes=READ)
async def get_entry(api: Api, *, repository: Repository, path: Path, ref: Ref | None = None) -> Entry:
    """Say what is at a path, without its content: a file, a symlink, a submodule or a folder.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        path: Inside of the repository.
        ref: A branch, a tag or a commit; by default the main branch.

    Raises:
        NotFound: There is nothing, or not at that commit.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/#api-repositories-workspace-repo-slug-src-commit-path-get
    """
    quoted(path)
    sha = await sha_of(api, repository, ref)
    return await api.get(f"{repo(repository)}/src/{sha}/{quoted(path)}", into=Entry, params={"format": "meta"})


def _no_file(entry: Entry) -> str:
    if entry.type != FILE:
        return "a folder"
    return "a symlink" if LINK in entry.attributes else "a submodule" if SUBMODULE in entry.attributes else ""


@connector.action(scopes=READ)
async def list_files(api: Api, *, repository: Repository, ref: Ref, folder: str = "") -> list[Entry]:
    """List all files below a folder, symlinks and submodules included.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        ref: A branch, a tag or a commit.
        folder: Where to begin; by default at the top.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/#api-repositories-workspace-repo-slug-src-commit-path-get
    """
    start = f"{quoted(folder)}/" if folder else ""
    sha = await sha_of(api, repository, ref)
    return await _below(api, f"{repo(repository)}/src/{sha}/", start)


async def _below(api: Api, where: str, start: str) -> list[Entry]:
    query = {"max_depth": DEPTH, "pagelen": PAGE}
    found: list[Entry] = []
    async for page in api.pages(f"{where}{start}", params=query):
        found += api.read(page, into=list[Entry], at="values")
    files = [one for one in found if one.type != FOLDER]
    # Git has no empty folders: one of which nothing was told lies too deep.
    told = {one.path.rpartition("/")[0] for one in found}
    for deeper in (one.path for one in found if one.type == FOLDER and one.path not in told):
        files += await _below(api, where, f"{quoted(deeper)}/")
    return files


@connector.action(kind="write", scopes=WRITE)
async def commit_files(
    api: Api,
    *,
    repository: Repository,
    branch: Branch,
    files: Files,
    message: str,
    parent: Sha | None = None,
) -> Commit:
    """Write and delete many files in one commit: all of them, or none.

    The same call again makes no second commit. A file that is there keeps its mode.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        branch: Where; it must be there.
        files: The new content by path; None deletes the file.
        message: The commit's message.
        parent: The commit that must be the branch's newest; by default whatever is.

    Returns:
        The new commit, or the newest one where nothing would change.

    Raises:
        Conflict: The branch has moved meanwhile; nothing was changed.
        Rejected: A symlink, a submodule or a folder is in the way.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/#api-repositories-workspace-repo-slug-src-post
    """
    for path in files:
        quoted(path)
    where, head = repo(repository), (await there(api, repository, branch)).target
    if parent is not None and head.sha != parent:
        if await _ours(api, where, head, Made(parent, files, message)):
            return head
        hint = "Nothing was changed. Read the files again, and decide then."
        raise Conflict(f"The branch {branch} has moved from {parent[:7]} to {head.sha[:7]}.", hint=hint)
    modes, changed = await _changed(api, where, head.sha, files)
    if not changed:
        return head

    async def made() -> Commit | None:
        return await _after(api, where, branch, head.sha, message)

    gone = [f"/{path}" for path, content in changed.items() if content is None]
    form = {"message": message, "branch": branch, "parents": head.sha, "files": gone or None}
    parts = {f"/{path}": _part(path, content, modes[path]) for path, content in changed.items() if content is not None}
    await api.post(f"{where}/src", form=form, files=parts or None, check=made)
    done = await made()
    if done is None:
        hint = "Look at the branch before you repeat it."
        raise Conflict("The new commit is not on the branch: somebody has moved it meanwhile.", hint=hint)
    return done


def _part(path: str, content: bytes, attributes: tuple[str, ...]) -> Part:
    # Left out, an executable would become a plain file.
    kept = {"x-attributes": EXECUTABLE} if EXECUTABLE in attributes else {}
    return Part(path.rpartition("/")[2], content, attributes=kept)


async def _changed(
    api: Api, where: str, sha: str, files: Mapping[str, bytes | None]
) -> tuple[dict[str, tuple[str, ...]], dict[str, bytes | None]]:
    """The attributes of the files, and those that differ from what is at a commit."""
    modes: dict[str, tuple[str, ...]] = {}
    changed: dict[str, bytes | None] = {}
    for path, content in sorted(files.items()):
        at = f"{where}/src/{sha}/{quoted(path)}"
        found = await api.find(at, into=Entry, missing=MISSING, params={"format": "meta"})
        if found is not None and (what := _no_file(found)):
            raise Rejected(f"{path!r} is {what}; nothing was changed.", hint="Write to another path.")
        modes[path] = found.attributes if found else ()
        if content is None:
            changed |= {path: None} if found else {}
        elif found is None or found.size != len(content) or await api.download(at) != content:
            changed[path] = content
    return modes, changed


class Made(NamedTuple):
    """What a commit of ours looks like, whenever it was made."""

    parent: str
    files: Mapping[str, bytes | None]
    message: str


async def _ours(api: Api, where: str, head: Commit, made: Made) -> bool:
    """Whether the newest commit is the one that we are asked for: an earlier try has made it."""
    if (head.parents, head.message.strip()) != ((made.parent,), made.message.strip()):
        return False
    query = {"pagelen": PAGE}
    stat = await api.list(
        f"{where}/diffstat/{head.sha}", into=ChangedFile, limit=len(made.files) + 1, at="values", params=query
    )
    touched = {path for one in stat for path in (one.old, one.new) if path}
    return touched <= made.files.keys() and not (await _changed(api, where, head.sha, made.files))[1]


async def _after(api: Api, where: str, branch: str, parent: str, message: str) -> Commit | None:
    """The commit of ours that follows another: Bitbucket's answer does not name it."""
    query = {"include": branch, "exclude": parent, "pagelen": PAGE}
    found = await api.list(f"{where}/commits", into=Commit, limit=PAGE, at="values", params=query)
    return next((one for one in found if one.parents == (parent,) and one.message.strip() == message.strip()), None)


@connector.action(scopes=READ)
async def download_archive(
    api: Api, *, repository: Repository, ref: Ref, file: LocalPath, max_bytes: int = ARCHIVE_BYTES
) -> LocalPath:
    """Fetch all files of a commit as a .tar.gz; it appears on the disk when it is complete.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        ref: A branch, a tag or a commit.
        file: Where it goes; what is there is replaced.
        max_bytes: The largest that is taken.

    Raises:
        BadAnswer: It is larger; nothing is kept.

    See https://support.atlassian.com/bitbucket-cloud/kb/how-to-download-repositories-using-the-api
    """
    # Asked first, because what comes next is taken as it is: a page for a login would look like a file.
    sha = (await api.get(f"{repo(repository)}/commit/{await sha_of(api, repository, ref)}", into=Commit)).sha
    workspace, _, name = repository.partition("/")
    address = f"https://{PAGES}/{segment(workspace)}/{segment(name)}/get/{sha}.tar.gz"
    return await api.download_to(address, file, cap=max_bytes)
