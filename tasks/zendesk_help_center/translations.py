"""What articles, sections and categories say, language by language: this is where titles and texts are changed.

https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/
"""

from tasks.zendesk_help_center.models import PLURALS, Id, Kind, Limit, Locale, Translation
from tasks.zendesk_help_center.system import PAGE, READ, WRITE, connector, listed
from tieline import Api, segment


@connector.action(scopes=READ)
async def get_translation(api: Api, *, article_id: Id, locale: Locale) -> Translation:
    """Fetch what an article says in one language.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/#show-translation
    """
    path = f"{_translations('article', article_id)}/{segment(locale)}"
    return await api.get(path, into=Translation, at="translation")


@connector.action(scopes=READ)
async def list_translations(
    api: Api, *, source_id: Id, kind: Kind = "article", limit: Limit = 100
) -> list[Translation]:
    """List what something says in all its languages.

    Args:
        api: The connection.
        source_id: The article, the section or the category.
        kind: Which of these it is.
        limit: Most translations.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/#list-translations
    """
    return await listed(api, _translations(kind, source_id), Translation, limit)


@connector.action(scopes=WRITE)
async def create_translation(
    api: Api,
    *,
    source_id: Id,
    locale: Locale,
    title: str,
    body: str = "",
    kind: Kind = "article",
    draft: bool = False,
) -> Translation:
    """Write something in another language; there is one translation for each.

    Args:
        api: The connection.
        source_id: The article, the section or the category.
        locale: A language that the Help Center has.
        title: Its title, or its name.
        body: HTML, or its description.
        kind: Which of the three it is.
        draft: Keep it from readers.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/#create-translation
    """
    path = _translations(kind, source_id)
    translation = {"locale": locale, "title": title, "body": body, "draft": draft}

    async def there() -> Translation | None:
        known = await listed(api, path, Translation, PAGE)
        same = (one for one in known if (one.locale.lower(), one.title) == (locale.lower(), title))
        return next(same, None)

    return await api.post(path, {"translation": translation}, into=Translation, at="translation", check=there)


@connector.action(scopes=WRITE)
async def update_translation(
    api: Api,
    *,
    source_id: Id,
    locale: Locale,
    title: str | None = None,
    body: str | None = None,
    kind: Kind = "article",
    draft: bool | None = None,
    outdated: bool | None = None,
) -> Translation:
    """Change what something says in one language, at once for readers; what is left out stays as it is.

    Args:
        api: The connection.
        source_id: The article, the section or the category.
        locale: The language.
        title: Its title, or its name.
        body: HTML, or its description.
        kind: Which of the three it is.
        draft: True takes it from readers, as it is; there is no draft beside what they see.
        outdated: Whether it lags behind the text that it was translated from.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/#update-translation
    """
    path = f"{_translations(kind, source_id)}/{segment(locale)}"
    translation = {"title": title, "body": body, "draft": draft, "outdated": outdated}
    return await api.put(path, {"translation": translation}, into=Translation, at="translation")


def _translations(kind: Kind, source_id: int) -> str:
    return f"/help_center/{PLURALS[kind]}/{source_id}/translations"
