"""Places that documents are taken from: repositories, spaces of Confluence, and what `flows.documents` knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flows import code_hosts, documents
from flows.document_sync.shelf import Entry, Listing, Shelf, mark_of
from flows.documents.place import Item
from flows.places import systems
from tasks import confluence
from tieline.errors import ConfigError, UnknownName

MARKDOWN = ("**/*.md",)
EVERYTHING = ("**",)
#: Most documents of a place.
MOST = 100_000
#: Notion tells edits by the minute: a page that has just been edited may be edited again within the same one.
MINUTES = timedelta(minutes=2)


class Repository:
    """Files of a branch, of one commit. Two calls tell what has changed, one that nothing has.

    Args:
        connection: Such as "github/app".
        place: Such as "acme/docs", "acme/docs@main" or "acme/docs@main:guides".
        globs: Which files, below the folder.
    """

    def __init__(self, connection: str, place: str, globs: Sequence[str]) -> None:
        found = code_hosts.address(place)
        self._host = code_hosts.host(connection, found.repository)
        self._branch = found.branch
        self._globs = [f"{found.folder}/{glob}" if found.folder else glob for glob in globs]
        self._head = ""

    async def look(self, since: str) -> Listing | None:
        """The files at the newest commit."""
        self._head = await self._host.head(self._branch)
        if since == self._head:
            return None
        files = await self._host.files(self._head, self._globs)
        link = self._host.link
        return Listing(
            self._head,
            tuple(
                Entry(id=one.path, file=one.path, version=one.sha, size=one.size, link=link(self._branch, one.path))
                for one in files
                if one.mode in {"file", "executable"}
            ),
        )

    async def fetch(self, entry: Entry) -> bytes:
        """A file as it was at the commit that was looked at."""
        return await self._host.read(self._head, entry.id)


class Space:
    """The pages of a space of Confluence.

    Args:
        connection: The saved block's name.
        key: The space's.
        globs: Which pages: their titles, with `.md` behind.
    """

    def __init__(self, connection: str, key: str, globs: Sequence[str]) -> None:
        self._connection, self._key, self._globs = connection, key, globs

    async def look(self, since: str) -> Listing | None:
        """All pages, without their texts."""
        space = await confluence.find_space(self._connection, key=self._key)
        if space is None:
            raise ConfigError(f"There is no space {self._key!r} that the account may see.", hint="Give its key.")
        pages = await confluence.list_pages(self._connection, space_id=space.id, limit=MOST)
        entries = tuple(_page(one) for one in pages if one.status in {"", "current"})
        return _changed(since, tuple(one for one in entries if code_hosts.matching(one.file, self._globs)))

    async def fetch(self, entry: Entry) -> bytes:
        """The page as Markdown."""
        return (await confluence.get_page(self._connection, page_id=entry.id)).markdown.encode()


class Library:
    """Documents of a place that `flows.documents` knows: folders, Drive, SharePoint, databases of Notion.

    Args:
        connection: Such as "files/handbook".
        place: Of files a folder; else a query in the place's own words, or empty for all.
        globs: Which documents: paths of files, else names.
    """

    def __init__(self, connection: str, place: str, globs: Sequence[str]) -> None:
        self._where, self._globs = documents.place(connection), globs
        self._paths = connection.startswith("files/")
        self._folder = f"{place.strip('/')}/" if self._paths and place.strip("/") else ""
        self._query = "" if self._paths else place
        self._items: dict[str, Item] = {}

    async def look(self, since: str) -> Listing | None:
        """All documents."""
        found = await self._where.find(self._query, MOST)
        items = [await self._where.get(one) if isinstance(one, str) else one for one in found]
        self._items = {one.id: one for one in items if self._counts(one)}
        return _changed(since, tuple(map(_entry, self._items.values())))

    def _counts(self, item: Item) -> bool:
        path = item.id if self._paths else item.file or item.name
        return item.id.startswith(self._folder) and code_hosts.matching(path.removeprefix(self._folder), self._globs)

    async def fetch(self, entry: Entry) -> bytes:
        """Its content."""
        return await self._where.fetch(self._items[entry.id])


def shelf(connection: str, place: str, globs: Sequence[str]) -> Shelf:
    """The place behind a connection.

    Args:
        connection: System and name, such as "github/app".
        place: Where in there; see each of the classes.
        globs: Which documents; empty for Markdown files of repositories and folders, and for all of others.

    Raises:
        ConfigError: It is not written like that.
        UnknownName: Documents cannot be taken from that system.
    """
    system, _, name = connection.partition("/")
    hosts, places = systems(code_hosts.__name__), systems(documents.__name__)
    if system in hosts:
        return Repository(connection, place, globs or MARKDOWN)
    if not name or system not in places:
        if not name:
            raise ConfigError(f"{connection!r} names no connection.", hint='Write system and connection: "github/app".')
        raise UnknownName("source of documents", system, sorted({*hosts, *places}))
    if system == "confluence":
        return Space(name, place, globs or EVERYTHING)
    return Library(connection, place, globs or (MARKDOWN if system == "files" else EVERYTHING))


def _changed(since: str, entries: tuple[Entry, ...]) -> Listing | None:
    mark = mark_of(entries)
    return None if mark and mark == since else Listing(mark, entries)


def _page(page: confluence.Page) -> Entry:
    return Entry(
        id=page.id,
        file=f"{page.title}.md",
        version=str(page.number or ""),
        title=page.title,
        modified=page.version.created_at if page.version else None,
        link=page.link,
    )


def _entry(item: Item) -> Entry:
    return Entry(
        id=item.id,
        file=item.file or item.name,
        version=item.version or _settled(item.updated_at),
        title=item.name.removesuffix(".md") if item.file else "",
        modified=item.updated_at,
        link=item.link,
        size=item.size,
    )


def _settled(at: datetime | None) -> str:
    """A time as a version, once nothing more can happen within what it stands for."""
    return at.isoformat() if at and datetime.now(UTC) - at > MINUTES else ""
