"""What it costs to take in webhooks, and to act upon them; see `benchmarks/webhooks/`. Prints JSON.


python -m benchmarks.bench_webhooks
"""

from __future__ import annotations

import json
import os

os.environ |= {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
# What is measured must not depend on where the user's own Prefect points.
os.environ.pop("PREFECT_API_URL", None)

from benchmarks.webhooks import acks, end_to_end


def main() -> None:
    """Measure and print."""
    found = acks.measure()
    more, seen = end_to_end.measure()
    figures = [one.to_json() for one in (*acks.figures(found), *more)]
    print(json.dumps({"figures": figures, "acks": found, "end_to_end": seen}, indent=2))


if __name__ == "__main__":
    main()
