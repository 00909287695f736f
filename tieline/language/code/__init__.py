"""Source code: its symbols, what changed in them and whom that breaks, pages about it. Nothing is imported or run."""

from tieline.language.code.changes import Change, compare
from tieline.language.code.commits import Commit, release_notes
from tieline.language.code.coverage import Coverage, coverage
from tieline.language.code.generate import module_pages
from tieline.language.code.mentions import Mention, mentions
from tieline.language.code.model import LIMITS, Item, Module, Parameter, Problem, Section, Symbol
from tieline.language.code.pages import api_changelog, reference, undocumented, undocumented_table
from tieline.language.code.reading import language_of, read_source, read_sources
from tieline.language.code.rules import Reason
from tieline.language.code.surface import Entry, public_names

__all__ = [
    "LIMITS",
    "Change",
    "Commit",
    "Coverage",
    "Entry",
    "Item",
    "Mention",
    "Module",
    "Parameter",
    "Problem",
    "Reason",
    "Section",
    "Symbol",
    "api_changelog",
    "compare",
    "coverage",
    "language_of",
    "mentions",
    "module_pages",
    "public_names",
    "read_source",
    "read_sources",
    "reference",
    "release_notes",
    "undocumented",
    "undocumented_table",
]
