"""A repository at Bitbucket."""

from functools import partial

from flows.publishing.repository import Repository

Target = partial(Repository, "bitbucket")
