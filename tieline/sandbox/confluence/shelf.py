"""What people see of the simulated Confluence: pages with labels and comments; and the properties that apps see."""

import json

from tieline.errors import TielineError
from tieline.markup import confluence as markup
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.happening import Record
from tieline.sandbox.shelves import Comment, Document, Shelf

LABELS = "Labels"


def shelf(wiki: Wiki) -> Shelf:
    """The pages of all spaces."""
    there = [page for page in wiki.pages.values() if page["status"] == "current"]
    spaces = ", ".join(space["name"] for space in wiki.spaces.values())
    return Shelf(title=spaces, columns=(LABELS,), documents=[_document(wiki, page) for page in there])


def _document(wiki: Wiki, page: Record) -> Document:
    comments = [one for one in wiki.comments.values() if one["pageId"] == page["id"]]
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
    above = wiki.pages.get(page["parentId"] or "")
    return f"{_folder(wiki, above)} / {above['title']}" if above else str(wiki.spaces[page["spaceId"]]["name"])
