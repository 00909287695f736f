"""The whole of it as separate processes: a vendor, the gateway, the dispatcher, the worker, Prefect, and a sink."""
