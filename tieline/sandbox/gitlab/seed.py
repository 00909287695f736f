"""Fills the simulated GitLab: `acme/app`, a small Python package, and an empty `acme/docs`."""

from tieline.sandbox.git.seed import AUTHOR, COMMITS, ISSUE
from tieline.sandbox.gitlab.memory import GitLab
from tieline.sandbox.gitlab.runs import CONFIGURATION
from tieline.sandbox.gitlab.talk import new_issue

_PIPELINE = {CONFIGURATION: b'docs:\n  script: ["true"]\n'}


def populate(gitlab: GitLab) -> None:
    """Two projects, two commits, an issue."""
    app = gitlab.add("acme/app")
    gitlab.add("acme/docs")
    for message, files in COMMITS:
        gitlab.push(app, "main", {**files, **_PIPELINE}, message, AUTHOR)
    new_issue(gitlab, app, *ISSUE)
