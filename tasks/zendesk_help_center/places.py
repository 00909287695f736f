"""Where articles stand, in which languages, and who may see and edit them."""

from tasks.zendesk_help_center.models import (
    Category,
    Id,
    Limit,
    Locale,
    Locales,
    PermissionGroup,
    Section,
    UserSegment,
    home,
)
from tasks.zendesk_help_center.system import READ, WRITE, connector, listed
from tieline import Api


@connector.action(scopes=READ)
async def list_categories(api: Api, *, locale: Locale | None = None, limit: Limit = 100) -> list[Category]:
    """List categories.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/categories/#list-categories
    """
    return await listed(api, f"{home(locale)}/categories", Category, limit)


@connector.action(scopes=READ)
async def get_category(api: Api, *, category_id: Id, locale: Locale | None = None) -> Category:
    """Fetch a category.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/categories/#show-category
    """
    return await api.get(f"{home(locale)}/categories/{category_id}", into=Category, at="category")


@connector.action(scopes=WRITE)
async def create_category(
    api: Api, *, name: str, description: str = "", locale: Locale | None = None, position: int | None = None
) -> Category:
    """Make a category; that takes an admin of the Help Center.

    Args:
        api: The connection.
        name: One line.
        description: What it is about.
        locale: The language of both; by default that of the Help Center.
        position: Where it stands among the others, from 0.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/categories/#create-category
    """
    category = {"name": name, "description": description, "locale": locale, "position": position}
    path = f"{home(locale)}/categories"
    return await api.post(path, {"category": category}, into=Category, at="category", repeatable=False)


@connector.action(scopes=READ)
async def list_sections(
    api: Api, *, category_id: Id | None = None, locale: Locale | None = None, limit: Limit = 100
) -> list[Section]:
    """List sections.

    Args:
        api: The connection.
        category_id: Only those of this category.
        locale: Only those that there are in this language, and as they read in it.
        limit: Most sections.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/sections/#list-sections
    """
    inside = f"/categories/{category_id}" if category_id else ""
    return await listed(api, f"{home(locale)}{inside}/sections", Section, limit)


@connector.action(scopes=READ)
async def get_section(api: Api, *, section_id: Id, locale: Locale | None = None) -> Section:
    """Fetch a section.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/sections/#show-section
    """
    return await api.get(f"{home(locale)}/sections/{section_id}", into=Section, at="section")


@connector.action(scopes=WRITE)
async def create_section(
    api: Api,
    *,
    category_id: Id,
    name: str,
    description: str = "",
    locale: Locale | None = None,
    position: int | None = None,
    parent_section_id: Id | None = None,
) -> Section:
    """Make a section; that takes an admin of the Help Center.

    Args:
        api: The connection.
        category_id: Where it belongs.
        name: One line.
        description: What it is about.
        locale: The language of both; by default that of the Help Center.
        position: Where it stands among the others, from 0.
        parent_section_id: The section that it is inside of, on plans that have this.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/sections/#create-section
    """
    section = {"name": name, "description": description, "locale": locale, "position": position}
    section |= {"parent_section_id": parent_section_id}
    path = f"{home(locale)}/categories/{category_id}/sections"
    return await api.post(path, {"section": section}, into=Section, at="section", repeatable=False)


@connector.action(scopes=WRITE)
async def move_section(api: Api, *, section_id: Id, category_id: Id) -> Section:
    """Move a section to another category. Its name is changed with `update_translation`.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/sections/#update-section
    """
    section = {"category_id": category_id}
    return await api.put(f"/help_center/sections/{section_id}", {"section": section}, into=Section, at="section")


@connector.action(scopes=READ)
async def get_locales(api: Api) -> Locales:
    """Fetch the languages of the Help Center.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/#list-all-enabled-locales-and-default-locale
    """
    return await api.get("/help_center/locales", into=Locales)


@connector.action(scopes=READ)
async def list_permission_groups(api: Api, *, limit: Limit = 100) -> list[PermissionGroup]:
    """List who may edit and publish: a new article needs one of these.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/permission_groups/#list-permission-groups
    """
    return await listed(api, "/guide/permission_groups", PermissionGroup, limit)


@connector.action(scopes=READ)
async def list_user_segments(api: Api, *, limit: Limit = 100) -> list[UserSegment]:
    """List who may see: a new article is for one of these, or for everybody.

    See https://developer.zendesk.com/api-reference/help_center/help-center-api/user_segments/#list-user-segments
    """
    return await listed(api, "/help_center/user_segments", UserSegment, limit)
