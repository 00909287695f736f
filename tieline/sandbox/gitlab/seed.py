"""Fills the simulated GitLab: `acme/app`, a small Python package, and `acme/docs` with a guide."""

from tieline.sandbox.git.seed import AUTHOR, COMMITS, GUIDE, ISSUE
from tieline.sandbox.gitlab.memory import GitLab
from tieline.sandbox.gitlab.runs import CONFIGURATION
from tieline.sandbox.gitlab.talk import new_issue

_PIPELINE = {CONFIGURATION: b'docs:\n  script: ["true"]\n'}


def populate(gitlab: GitLab) -> None:
    """Two projects, two commits, an issue."""
    app = gitlab.add("acme/app")
    gitlab.push(gitlab.add("acme/docs"), "main", GUIDE, "docs: how to begin", AUTHOR)
    for message, files in COMMITS:
        gitlab.push(app, "main", {**files, **_PIPELINE}, message, AUTHOR)
    new_issue(gitlab, app, *ISSUE)
