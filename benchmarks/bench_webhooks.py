"""What it costs to take in webhooks; see `benchmarks/webhooks/`. Prints JSON. Nothing leaves loopback.

python -m benchmarks.bench_webhooks
"""

from __future__ import annotations

import json
import os

os.environ |= {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
# What is measured must not depend on where the user's own Prefect points.
os.environ.pop("PREFECT_API_URL", None)

from benchmarks.webhooks import acks


def main() -> None:
    """Measure and print."""
    found = acks.measure()
    print(json.dumps({"figures": [one.to_json() for one in acks.figures(found)], "acks": found}, indent=2))


if __name__ == "__main__":
    main()
