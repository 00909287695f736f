"""A repository with branches, whichever host keeps it."""

import difflib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from tieline.sandbox.git.objects import FILE, Change, Leaf, Objects
from tieline.sandbox.happening import Record

NOWHERE = "0" * 40
"""What a branch points to before it is there, and after it is gone."""
HEADS = "refs/heads/"


@dataclass
class Repo:
    """A repository: `name` is such as acme/app, `about` the host's own record, and `refs` are SHAs by whole name."""

    name: str
    about: Record
    objects: Objects = field(default_factory=Objects)
    refs: dict[str, str] = field(default_factory=dict)

    def at(self, name: str) -> str | None:
        """The commit that a branch, a tag, HEAD or a SHA leads to."""
        branch = self.about["default_branch"] if name == "HEAD" else name
        sha = self.refs.get(HEADS + branch) or self.refs.get(f"refs/tags/{name}") or self.refs.get(f"refs/{name}")
        return sha or (name if name in self.objects.commits else None)

    def branches(self) -> dict[str, str]:
        """The newest commits by branch."""
        return {ref.removeprefix(HEADS): sha for ref, sha in self.refs.items() if ref.startswith(HEADS)}

    def files(self, commit: str | None) -> dict[str, Leaf]:
        """The files of a commit by path."""
        return self.objects.files(self.objects.commits[commit].tree) if commit else {}

    def written(self, commit: str | None, files: Mapping[str, bytes | None]) -> str:
        """The tree of a commit with other contents (None: without the file); who is there keeps its mode."""
        kept = self.files(commit)
        for path, content in files.items():
            if content is None:
                kept.pop(path, None)
            else:
                kept[path] = Leaf(kept[path].mode if path in kept else FILE, self.objects.blob(content))
        return self.objects.write(kept)

    def changes(self, commit: str) -> list[Change]:
        """What a commit did to the files of its first parent."""
        parents = self.objects.commits[commit].parents
        return self.objects.changes(parents[0] if parents else None, commit)

    def touches(self, commit: str, path: str) -> bool:
        """Whether a commit changed a file, or one in a folder."""
        names = (name for one in self.changes(commit) for name in (one.path, one.previous) if name)
        return any(f"{name}/".startswith(f"{path}/") for name in names)

    def difference(self, change: Change) -> list[str] | None:
        """A unified difference without the names; None where one side is no text."""
        old, new = (self._lines(leaf) for leaf in (change.old, change.new))
        return None if old is None or new is None else list(difflib.unified_diff(old, new, lineterm=""))[2:]

    def _lines(self, leaf: Leaf | None) -> list[str] | None:
        content = self.objects.blobs.get(leaf.sha, b"") if leaf else b""
        return None if b"\0" in content else content.decode("utf-8", "replace").splitlines()

    def conflicts(self, base: str, head: str) -> list[str]:
        """Paths that both sides changed since they parted, each in another way."""
        since = self.objects.merge_base(base, head)
        start, ours, theirs = (self.files(sha) for sha in (since, base, head))
        return sorted(
            path
            for path in {*start, *ours, *theirs}
            if ours.get(path) != theirs.get(path) and start.get(path) not in (ours.get(path), theirs.get(path))
        )

    def merged(self, base: str, head: str) -> str:
        """The tree of both; each file is taken from the side that changed it."""
        files = self.files(base)
        for change in self.objects.changes(self.objects.merge_base(base, head), head):
            if change.new:
                files[change.path] = change.new
            for gone in {change.previous, change.path if change.new is None else ""} - {""}:
                files.pop(gone, None)
        return self.objects.write(files)

    def archive(self, commit: str, folder: str) -> bytes:
        """All files of a commit, as a .tar.gz with one folder at the top."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for path, leaf in self.files(commit).items():
                info, content = tarfile.TarInfo(f"{folder}/{path}"), self.objects.blobs.get(leaf.sha, b"")
                info.size, info.mode = len(content), int(leaf.mode[-3:], 8)
                tar.addfile(info, io.BytesIO(content))
        return packed.getvalue()
