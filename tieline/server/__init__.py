"""The gateway: takes in what vendors send, and says how it is doing."""

from tieline.server.app import Gateway, create_app

__all__ = ["Gateway", "create_app"]
