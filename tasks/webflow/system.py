"""Where Webflow is, and what a token leads to."""

from blocks.webflow import WebflowCredentials
from tasks.webflow import events
from tasks.webflow.models import Site
from tieline import Api, HttpRules, Identity, http_connector
from tieline.transport.paging import offset

connector = http_connector(
    "webflow",
    block=WebflowCredentials,
    docs="https://developers.webflow.com/data/reference",
    # 60 a minute for the smaller plans, 120 for others; what is over it says for how long. See
    # https://developers.webflow.com/data/reference/rate-limits
    rules=HttpRules(rate="60/minute", paginate=offset(items="items")),
    webhook=events.webhook,
)

connector.event(events.ItemEvent, "collection_item_created", "collection_item_changed", "collection_item_deleted")
connector.event(events.ItemEvent, "collection_item_published", "collection_item_unpublished")
connector.event(events.PageEvent, "page_created", "page_metadata_updated", "page_deleted")
connector.event(events.SitePublish, "site_publish")
connector.event(events.FormSubmission, "form_submission")
connector.event(events.CommentCreated, "comment_created")
connector.event(events.OrderEvent, "ecomm_new_order", "ecomm_order_changed")
connector.event(events.InventoryChanged, "ecomm_inventory_changed")


@connector.health
async def check(api: Api) -> Identity:
    """Which sites the token leads to."""
    sites = await api.get("/sites", into=list[Site], at="sites")
    return Identity(name=", ".join(site.display_name or site.id for site in sites) or "no site")
