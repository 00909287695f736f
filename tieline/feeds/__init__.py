"""Feeds: what has changed in a system that does not say so itself, found by looking, and told as events.

A connector declares what it can list (`connector.feed`); `tieline.feeds.look` compares that with what it knew, and
writes what is new into the inbox, in one transaction with the place to go on from.
"""

from tieline.feeds.model import EVENTS, Entry, Feed, FileEvent, Page

__all__ = ["EVENTS", "Entry", "Feed", "FileEvent", "Page"]
