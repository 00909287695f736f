"""ReadMe: versions, categories, guides, reference pages, the changelog and search."""

from tasks.readme.branches import (
    create_branch,
    create_category,
    get_branch,
    list_branches,
    list_categories,
    list_pages,
    search,
)
from tasks.readme.changelogs import create_changelog, delete_changelog, get_changelog, list_changelogs, update_changelog
from tasks.readme.models import BranchInfo, Category, Changelog, Content, Found, Listed, Page, Project
from tasks.readme.pages import (
    create_guide,
    create_reference_page,
    delete_guide,
    delete_reference_page,
    get_guide,
    get_reference_page,
    update_guide,
    update_reference_page,
)
from tasks.readme.system import connector

__all__ = [
    "BranchInfo",
    "Category",
    "Changelog",
    "Content",
    "Found",
    "Listed",
    "Page",
    "Project",
    "connector",
    "create_branch",
    "create_category",
    "create_changelog",
    "create_guide",
    "create_reference_page",
    "delete_changelog",
    "delete_guide",
    "delete_reference_page",
    "get_branch",
    "get_changelog",
    "get_guide",
    "get_reference_page",
    "list_branches",
    "list_categories",
    "list_changelogs",
    "list_pages",
    "search",
    "update_changelog",
    "update_guide",
    "update_reference_page",
]
