"""Shopify: orders, products and customers of a shop."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import header, named, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

# https://shopify.dev/docs/api/webhooks
EVENTS = words("""
    app.uninstalled bulk_operations.finish carts.create carts.update checkouts.create checkouts.update
    collections.create collections.delete collections.update customers.create customers.data_request customers.delete
    customers.redact customers.update draft_orders.create draft_orders.update fulfillments.create fulfillments.update
    inventory_levels.update order_transactions.create orders.cancelled orders.create orders.delete orders.edited
    orders.fulfilled orders.paid orders.partially_fulfilled orders.updated products.create products.delete
    products.update refunds.create shop.redact shop.update
""")

webhook = Webhook(
    verify=hmac_sha256("X-Shopify-Hmac-Sha256", encoding="base64"),
    event=named(header("X-Shopify-Topic")),
    named_by="X-Shopify-Topic",
    delivery=numbered(header("X-Shopify-Webhook-Id")),
    facts=Facts(
        who="customer.email|email|contact_email",
        when="updated_at|created_at|processed_at",
        subject="name|title|email|handle",
        link="order_status_url|abandoned_checkout_url",
    ),
    guide="""\
1. In the shop's admin open **Settings → Notifications → Webhooks → Create webhook**; format JSON, URL `{url}`.
2. The secret is shown below the list of webhooks. For webhooks of an app it is the app's **client secret**;
   after a change of that, Shopify signs with the old one for up to an hour: put it into `webhook.more_secrets`.
""",
    caveat="The topic and the number stand in headers, which are not signed, nor is a time: a copy passes again.",
    docs="https://shopify.dev/docs/apps/build/webhooks/verify-deliveries",
)
