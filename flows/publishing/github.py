"""A repository at GitHub."""

from functools import partial

from flows.publishing.repository import Repository

Target = partial(Repository, "github")
