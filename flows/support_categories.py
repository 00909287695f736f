"""What support tickets are usually about: a default to start from. Companies differ, so bring your own."""

from __future__ import annotations

from pydantic import Field, model_validator

from flows.helpdesks import Level
from tieline import Input
from tieline.language.categories import Category


class PriorityRule(Input):
    """How urgent a category makes a ticket. A ticket is only ever raised."""

    at_least: Level | None = Field(None, description="Every ticket of the category gets at least this.")
    when_urgent: Level | None = Field(None, description="A ticket whose text is urgent gets at least this.")


class TicketCategory(Category):
    """A category of tickets, and what follows from it."""

    tags: tuple[str, ...] = Field((), description="Tags to add; by default the name in lower case with dashes.")
    group: str = Field("", description="Name of the group that handles it, for tickets that nobody has yet.")
    priority: PriorityRule = Field(PriorityRule(), description="How urgent it makes a ticket.")

    @property
    def tags_to_add(self) -> tuple[str, ...]:
        """The tags, or the one made of the name."""
        return self.tags or ("-".join(self.name.lower().split()),)

    @model_validator(mode="after")
    def _whole_tags(self) -> TicketCategory:
        if any(not tag or any(c.isspace() or c == "," for c in tag) for tag in self.tags):
            raise ValueError("a tag must not be empty, and has no spaces or commas")
        return self


DEFAULT_CATEGORIES: tuple[TicketCategory, ...] = (
    TicketCategory(
        name="Billing and payments",
        tags=("billing",),
        description="Invoices, charges and ways to pay.",
        topics=(
            "charged twice for the subscription",
            "invoice is wrong or missing",
            "credit card declined",
            "update the payment method",
            "VAT number or tax on an invoice",
            "purchase order and bank transfer",
            "unexpected amount on my statement",
            "upgrade or change of plan price",
        ),
    ),
    TicketCategory(
        name="Login and account access",
        tags=("account",),
        description="People who cannot get in, and settings of accounts and users.",
        topics=(
            "forgot my password",
            "password reset e-mail does not arrive",
            "two-factor authentication code is not accepted",
            "account is locked",
            "single sign-on fails",
            "change the e-mail address of my account",
            "add or remove a user or an administrator",
            "somebody else logged in to my account",
        ),
    ),
    TicketCategory(
        name="Bugs and errors",
        tags=("bug",),
        description="Something in the product does not work as it should.",
        topics=(
            "the app crashes",
            "error message when I click a button",
            "page stays blank",
            "wrong numbers in a report",
            "export file is broken",
            "stopped working after the update",
            "cannot save my changes",
            "the screen is displayed wrongly in the browser",
        ),
        priority=PriorityRule(when_urgent="high"),
    ),
    TicketCategory(
        name="Shipping and delivery",
        tags=("shipping",),
        description="Where a parcel is, and when it arrives.",
        topics=(
            "parcel has not arrived",
            "tracking has not moved for days",
            "change the delivery address",
            "package was delivered to the wrong place",
            "when will my order ship",
            "customs and import duties",
            "courier left the box outside",
            "only part of the order came",
        ),
    ),
    TicketCategory(
        name="Refunds and returns",
        tags=("refund",),
        description="Money back, and goods sent back or exchanged.",
        topics=(
            "I want my money back",
            "how do I return an item",
            "the item arrived damaged or is the wrong one",
            "exchange for another size",
            "refund has not reached my bank",
            "return label",
            "the product is not as described",
            "warranty replacement",
        ),
    ),
    TicketCategory(
        name="Feature requests",
        tags=("feature",),
        description="Wishes for something that the product cannot do yet.",
        topics=(
            "it would be great if you added",
            "suggestion for an improvement",
            "is dark mode planned",
            "please support another language or format",
            "we miss an option for",
            "on your roadmap",
            "allow us to customize",
            "a wish for the next version",
        ),
    ),
    TicketCategory(
        name="API and integrations",
        tags=("api",),
        description="Programs that talk to the product: the API, webhooks and connections with other systems.",
        topics=(
            "API returns 401 or 403",
            "webhook is not delivered",
            "rate limit of the API",
            "API key or access token",
            "connect with Salesforce, Slack or Zapier",
            "JSON response and endpoint",
            "SDK and client library",
            "sync with our CRM stopped",
        ),
    ),
    TicketCategory(
        name="Performance and outages",
        tags=("outage",),
        description="The service is down or slow for many.",
        topics=(
            "is the service down",
            "the site is very slow",
            "nothing loads for our whole team",
            "requests time out",
            "error 502 or 503",
            "dashboard takes minutes to load",
            "outage in production",
            "high latency since this morning",
        ),
        priority=PriorityRule(at_least="high", when_urgent="urgent"),
    ),
    TicketCategory(
        name="Cancellations",
        tags=("cancel",),
        description="People who want to leave, or not to be renewed.",
        topics=(
            "cancel my subscription",
            "close my account",
            "do not renew our contract",
            "stop the trial before it is charged",
            "delete all my data",
            "we are moving to another provider",
            "downgrade to the free plan",
            "how do I unsubscribe",
        ),
    ),
    TicketCategory(
        name="How-to questions",
        tags=("howto",),
        description="How something is done with the product.",
        topics=(
            "how do I set up",
            "where can I find the setting",
            "is there a guide or tutorial",
            "what does this option mean",
            "import contacts from a spreadsheet",
            "what is the difference between",
            "can you explain how it works",
            "how to share a report with a colleague",
        ),
    ),
)
