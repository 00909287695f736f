"""The simulated Airtable: `/airtable/v0`, and `/airtable/oauth2/v1` to log in.

Reference: https://airtable.com/developers/web/api/introduction
"""

from starlette.applications import Starlette
from starlette.routing import Route

from tieline.sandbox import consent
from tieline.sandbox.airtable import bases, hooks, records, seed, wire
from tieline.sandbox.airtable.memory import Bases
from tieline.sandbox.vendor import Vendor

_HOOK = "/bases/{base}/webhooks/{webhook}"
ENDPOINTS: dict[tuple[str, str], wire.Handler] = {
    ("GET", "/meta/whoami"): bases.who_am_i,
    ("GET", "/meta/bases"): bases.list_bases,
    ("GET", "/meta/bases/{base}/tables"): bases.show_schema,
    ("POST", "/meta/bases/{base}/tables"): bases.create_table,
    ("POST", "/meta/bases/{base}/tables/{table}/fields"): bases.create_field,
    ("GET", "/bases/{base}/webhooks"): hooks.list_webhooks,
    ("POST", "/bases/{base}/webhooks"): hooks.create_webhook,
    ("DELETE", _HOOK): hooks.delete_webhook,
    ("POST", f"{_HOOK}/enableNotifications"): hooks.switch,
    ("POST", f"{_HOOK}/refresh"): hooks.refresh_webhook,
    ("GET", f"{_HOOK}/payloads"): hooks.read_payloads,
    ("POST", "/{base}/{table}/listRecords"): records.list_records,
    ("GET", "/{base}/{table}/{record}/comments"): records.list_comments,
    ("POST", "/{base}/{table}/{record}/comments"): records.add_comment,
    ("GET", "/{base}/{table}/{record}"): records.get_record,
    ("POST", "/{base}/{table}"): records.create_records,
    ("PATCH", "/{base}/{table}"): records.update_records,
    ("DELETE", "/{base}/{table}"): records.delete_records,
}


def _nothing(_call: wire.Call) -> dict[str, object]:
    raise wire.missing()


_APP = Starlette(
    routes=[
        consent.page("/oauth2/v1/authorize", Bases, wire.DESK),
        Route("/oauth2/v1/token", wire.give_token, methods=["POST"]),
        *(Route(f"/v0{path}", wire.endpoint(handler), methods=[how]) for (how, path), handler in ENDPOINTS.items()),
        Route("/{path:path}", wire.endpoint(_nothing), methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ]
)

vendor = Vendor(
    name="airtable",
    title="Airtable",
    app=_APP,
    memory=Bases,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    hooks=hooks.MANNER,
)
