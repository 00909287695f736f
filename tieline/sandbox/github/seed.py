"""Fills the simulated GitHub: `acme/app`, a small Python package, and `acme/docs` with a guide."""

from tieline.sandbox.git.seed import AUTHOR, COMMITS, GUIDE, ISSUE
from tieline.sandbox.github.memory import GitHub
from tieline.sandbox.github.talk import new_issue

_WORKFLOW = {".github/workflows/docs.yml": b"name: docs\non: [workflow_dispatch]\njobs: {}\n"}


def populate(github: GitHub) -> None:
    """Two repositories, two commits, an issue."""
    app = github.add("acme/app")
    github.push(github.add("acme/docs"), "main", GUIDE, "docs: how to begin", AUTHOR)
    for message, files in COMMITS:
        github.push(app, "main", {**files, **_WORKFLOW}, message, AUTHOR)
    new_issue(github, app, *ISSUE)
