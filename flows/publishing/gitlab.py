"""A project at GitLab."""

from functools import partial

from flows.publishing.repository import Repository

Target = partial(Repository, "gitlab")
