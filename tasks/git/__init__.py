"""Git: files, commits and branches of any repository, over https or ssh."""

from tasks.git.reading import (
    compare_commits,
    find_branch,
    get_commit,
    get_diff,
    get_file,
    get_head,
    list_branches,
    list_commits,
    list_files,
)
from tasks.git.system import connector
from tasks.git.writing import commit_files, create_branch
from tieline.git.model import Branch, ChangedFile, Commit, Comparison, Entry, File

__all__ = [
    "Branch",
    "ChangedFile",
    "Commit",
    "Comparison",
    "Entry",
    "File",
    "commit_files",
    "compare_commits",
    "connector",
    "create_branch",
    "find_branch",
    "get_commit",
    "get_diff",
    "get_file",
    "get_head",
    "list_branches",
    "list_commits",
    "list_files",
]
