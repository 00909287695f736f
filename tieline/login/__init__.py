"""How a person lets us act for them: the login in a browser, and what a block has to say for it."""

from tieline.login.model import CodeFlow, LogsIn, Look

__all__ = ["CodeFlow", "LogsIn", "Look"]
