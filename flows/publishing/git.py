"""A repository of any git server; it has no pull requests."""

from functools import partial

from flows.publishing.repository import Repository

Target = partial(Repository, "git")
