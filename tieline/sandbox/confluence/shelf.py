"""What people see of the simulated Confluence: pages and files with labels and comments; and what apps keep there."""

import json

from tieline.errors import TielineError
from tieline.markup import confluence as markup
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.happening import Record
from tieline.sandbox.shelves import Comment, Document, Shelf

LABELS = "Labels"


def shelf(wiki: Wiki) -> Shelf:
    """The pages of all spaces, and the files on them."""
    there = [page for page in wiki.pages.values() if page["status"] == "current"]
    spaces = ", ".join(space["name"] for space in wiki.spaces.values())
    return Shelf(title=spaces, columns=(LABELS,), documents=[_document(wiki, one) for one in [*there, *wiki.files()]])


def _document(wiki: Wiki, page: Record) -> Document:
    comments = wiki.comments_on(page)
    return Document(
        id=page["id"],
        name=page["title"],
        folder=_folder(wiki, page),
        kind=f"version {page['version']['number']}",
        by=_person(wiki, page["version"]),
        at=page["version"]["createdAt"],
        fields={LABELS: tuple(label["name"] for label in wiki.labels.get(page["id"], []))},
        kept={one["key"]: _json(one["value"]) for one in wiki.properties.get(page["id"], {}).values()},
        text=_text(page),
        comments=[
            Comment(by=_person(wiki, one["version"]), at=one["version"]["createdAt"], text=_text(one))
            for one in comments
        ],
    )


def _text(record: Record) -> str:
    if "sandbox_data" in record:
        return str(record["sandbox_data"].decode(errors="replace")) if record["mediaType"].startswith("text/") else ""
    storage: str = record["body"]["storage"]["value"]
    try:
        return markup.to_markdown(storage)
    except TielineError:  # somebody has stored what is no page
        return storage


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _person(wiki: Wiki, version: Record) -> str:
    return str(wiki.me["displayName"]) if version["authorId"] == wiki.me["accountId"] else "unknown"


def _folder(wiki: Wiki, page: Record) -> str:
    above = wiki.pages.get(page.get("pageId") or page.get("parentId") or "")
    return f"{_folder(wiki, above)} / {above['title']}" if above else str(wiki.spaces[page["spaceId"]]["name"])
