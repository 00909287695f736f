"""Tie outside systems together with Python and Prefect: what authors of connectors and flows import.

Names are loaded when they are first used, so that `import tieline` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tieline.connector import Connector, Identity, http_connector
    from tieline.credentials import Credentials, HttpCredentials
    from tieline.dispatch.items import each, settle
    from tieline.errors import ConfigError, ConnectorError, NotFound, TielineError
    from tieline.model import Input, Model
    from tieline.transport.api import Api, segment
    from tieline.transport.rules import HttpRules
    from tieline.webhooks import Webhook

_HOME = {
    "Api": "transport.api",
    "ConfigError": "errors",
    "Connector": "connector",
    "ConnectorError": "errors",
    "Credentials": "credentials",
    "HttpCredentials": "credentials",
    "HttpRules": "transport.rules",
    "Identity": "connector",
    "Input": "model",
    "Model": "model",
    "NotFound": "errors",
    "TielineError": "errors",
    "Webhook": "webhooks",
    "each": "dispatch.items",
    "http_connector": "connector",
    "segment": "transport.api",
    "settle": "dispatch.items",
}

__all__ = [
    "Api",
    "ConfigError",
    "Connector",
    "ConnectorError",
    "Credentials",
    "HttpCredentials",
    "HttpRules",
    "Identity",
    "Input",
    "Model",
    "NotFound",
    "TielineError",
    "Webhook",
    "each",
    "http_connector",
    "segment",
    "settle",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'tieline' has no attribute {name!r}")
    return getattr(import_module(f"tieline.{_HOME[name]}"), name)
