"""Git repositories anywhere, over https or ssh, through the `git` program; nothing is ever checked out.

address     what a repository, a ref and a path may look like
login       the environment that git runs in: the login, and nothing of this machine's own configuration
program     runs it, with limits of time and size
faults      what went wrong, in our words
mirror      what was fetched of a repository, kept in the user's cache folder
repository  what an action sees: reads
writing     one commit of many files, and branches
model       what comes back
"""

from tieline.git.address import address_of, person
from tieline.git.login import Login
from tieline.git.repository import Git, Repository

__all__ = ["Git", "Login", "Repository", "address_of", "person"]
