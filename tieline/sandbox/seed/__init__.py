"""The world that a new sandbox starts with: its customers and agents, what they write, and what that is about.

The same seed gives the same people and texts. Dates count back from the moment of seeding, so that
"new in the last hour" always finds something. Each system has a `seed` beside it that puts them into its own form.
"""

from tieline.sandbox.seed.cast import CATEGORIES

__all__ = ["CATEGORIES"]
