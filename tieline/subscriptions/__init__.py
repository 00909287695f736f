"""What vendors were asked to tell us of: made once, kept alive, and missed when it is gone."""

from tieline.subscriptions.model import Subscription, Subscriptions, Wanted

__all__ = ["Subscription", "Subscriptions", "Wanted"]
