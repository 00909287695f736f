"""Articles, and their labels and files. What they say is changed in their translations.

https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/
"""

import mimetypes
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_core import to_json

from tasks.zendesk_help_center.models import Article, Attachment, Id, Label, Limit, Locale, home
from tasks.zendesk_help_center.system import PAGE, READ, WRITE, connector, listed
from tieline import Api, ConfigError
from tieline.transport.multipart import File
from tieline.transport.paging import page_number

#: Zendesk gives out no more than the first so many of a search.
FOUND = 1000
_INLINE = {True: "true", False: "false"}


@connector.action(scopes=READ)
async def get_article(api: Api, *, article_id: Id, locale: Locale | None = None) -> Article:
    """Fetch an article.

    Args:
        api: The connection.
        article_id: The article.
        locale: The language; by default the one that it was written in first.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/#show-article
    """
    return await api.get(f"{home(locale)}/articles/{article_id}", into=Article, at="article")


@connector.action(scopes=READ)
async def list_articles(
    api: Api,
    *,
    section_id: Id | None = None,
    category_id: Id | None = None,
    locale: Locale | None = None,
    label_names: list[str] | None = None,
    limit: Limit = 100,
) -> list[Article]:
    """List articles, drafts included where the agent may see them; those in the archive are not there.

    Args:
        api: The connection.
        section_id: Only those of a section.
        category_id: Only those of a category.
        locale: Only those that there are in this language, and as they read in it.
        label_names: Only those with one of these labels.
        limit: Most articles.

    Raises:
        ConfigError: Both a section and a category were given.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/#list-articles
    """
    if section_id is not None and category_id is not None:
        raise ConfigError("Give either a section or a category.", hint="Nothing was sent.")
    inside = f"/sections/{section_id}" if section_id else f"/categories/{category_id}" if category_id else ""
    labels = ",".join(label_names) if label_names else None
    return await listed(api, f"{home(locale)}{inside}/articles", Article, limit, label_names=labels)


@connector.action(scopes=READ)
async def search_articles(
    api: Api,
    *,
    query: str,
    locale: Locale | None = None,
    section_id: Id | None = None,
    category_id: Id | None = None,
    label_names: list[str] | None = None,
    limit: Annotated[int, Field(gt=0, le=FOUND)] = 25,
) -> list[Article]:
    """Search articles, the best match first. A new article may take some minutes until it is found.

    Args:
        api: The connection.
        query: Words, or a phrase in quotation marks.
        locale: The language; by default that of the Help Center.
        section_id: Only in this section.
        category_id: Only in this category.
        label_names: Only those with one of these labels.
        limit: Most articles; Zendesk gives out no more than 1,000.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/search/#search-articles
    """
    params = {"query": query, "locale": locale, "section": section_id, "category": category_id}
    params |= {"label_names": ",".join(label_names) if label_names else None, "per_page": min(limit, PAGE)}
    pages = page_number(items="results", last=FOUND // PAGE)
    path = "/help_center/articles/search"
    return await api.list(path, into=Article, limit=limit, at="results", params=params, paginate=pages)


@connector.action(scopes=WRITE)
async def create_article(
    api: Api,
    *,
    section_id: Id,
    title: str,
    body: str,
    permission_group_id: Id,
    user_segment_id: Id | None,
    locale: Locale | None = None,
    draft: bool = False,
    label_names: list[str] | None = None,
    author_id: Id | None = None,
    notify_subscribers: bool = False,
) -> Article:
    """Write an article; unless it is a draft, it is there for everybody of its user segment at once.

    Args:
        api: The connection.
        section_id: Where it belongs.
        title: One line.
        body: HTML; Zendesk takes unsafe tags and attributes out.
        permission_group_id: Who may edit and publish it; see `list_permission_groups`.
        user_segment_id: Who may see it; None: everybody. See `list_user_segments`.
        locale: Its language; by default that of the Help Center.
        draft: Keep it from readers.
        label_names: Its labels, on plans that have them.
        author_id: By default whose token it is.
        notify_subscribers: Send an e-mail to those who follow the section.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/#create-article
    """
    article = {"title": title, "body": body, "draft": draft, "permission_group_id": permission_group_id}
    more = {"locale": locale, "label_names": label_names, "author_id": author_id}
    given = {name: value for name, value in more.items() if value is not None}
    sent = {**article, "user_segment_id": user_segment_id, **given}
    return await api.post(
        f"{home(locale)}/sections/{section_id}/articles",
        into=Article,
        at="article",
        # As bytes, because a null in it means "everybody", and what is None is otherwise left out.
        content=to_json({"article": sent, "notify_subscribers": notify_subscribers}),
        headers={"content-type": "application/json"},
        repeatable=False,
    )


@connector.action(scopes=WRITE)
async def update_article(
    api: Api,
    *,
    article_id: Id,
    section_id: Id | None = None,
    permission_group_id: Id | None = None,
    user_segment_id: Id | None = None,
    author_id: Id | None = None,
    label_names: list[str] | None = None,
    promoted: bool | None = None,
    comments_disabled: bool | None = None,
) -> Article:
    """Change what is the same in all languages; the title, the text and `draft` are in the translations.

    Args:
        api: The connection.
        article_id: The article.
        section_id: Move it there.
        permission_group_id: Who may edit and publish it.
        user_segment_id: Who may see it.
        author_id: Whose article it is.
        label_names: All labels it shall have; others are taken away.
        promoted: Whether it stands out in its section.
        comments_disabled: Whether readers may not comment on it.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/#update-article
    """
    article = {
        "section_id": section_id,
        "permission_group_id": permission_group_id,
        "user_segment_id": user_segment_id,
        "author_id": author_id,
        "label_names": label_names,
        "promoted": promoted,
        "comments_disabled": comments_disabled,
    }
    return await api.put(f"/help_center/articles/{article_id}", {"article": article}, into=Article, at="article")


@connector.action(kind="delete", scopes=WRITE)
async def archive_article(api: Api, *, article_id: Id) -> None:
    """Take an article from the Help Center; people can restore it there from the archive.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/#archive-article
    """
    await api.delete(f"/help_center/articles/{article_id}", into=type(None))


@connector.action(scopes=READ)
async def list_labels(api: Api, *, article_id: Id, limit: Limit = 100) -> list[Label]:
    """List an article's labels.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/article_labels/#list-article-labels
    """
    return await listed(api, f"/help_center/articles/{article_id}/labels", Label, limit)


@connector.action(scopes=WRITE)
async def add_label(api: Api, *, article_id: Id, name: str) -> Label:
    """Put a label on an article; one that it has already stays as it is.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/article_labels/#create-article-label
    """
    path = f"/help_center/articles/{article_id}/labels"

    async def there() -> Label | None:
        labels = await listed(api, path, Label, PAGE)
        return next((label for label in labels if label.name == name), None)

    return await api.post(path, {"label": {"name": name}}, into=Label, at="label", check=there)


@connector.action(scopes=WRITE)
async def remove_label(api: Api, *, article_id: Id, label_id: Id) -> None:
    """Take a label off an article.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/article_labels/#delete-label-from-article
    """
    await api.delete(f"/help_center/articles/{article_id}/labels/{label_id}", into=type(None))


@connector.action(scopes=READ)
async def list_attachments(api: Api, *, article_id: Id, limit: Limit = 100) -> list[Attachment]:
    """List an article's files.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/article_attachments/#list-article-attachments
    """
    path = f"/help_center/articles/{article_id}/attachments"
    return await listed(api, path, Attachment, limit, at="article_attachments")


@connector.action(scopes=WRITE)
async def upload_attachment(
    api: Api, *, article_id: Id, file: Path | bytes, filename: str = "", inline: bool = False
) -> Attachment:
    """Give an article a file of at most 20 MB.

    Args:
        api: The connection.
        article_id: The article.
        file: Its path, or its bytes.
        filename: Its name in Zendesk; by default that of the path.
        inline: It is for the text, where `content_url` can stand; otherwise it is listed below the article.

    Raises:
        ConfigError: Bytes without a name, or a path that cannot be read.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/article_attachments/#create-article-attachment
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return await api.post(
        f"/help_center/articles/{article_id}/attachments",
        into=Attachment,
        at="article_attachment",
        form={"inline": _INLINE[inline]},
        files={"file": File(name, file, kind)},
        repeatable=False,
    )
