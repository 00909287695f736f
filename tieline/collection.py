"""Loads every block type, so that Prefect knows ours (entry point `prefect.collections`)."""

from tieline import registry

registry.blocks()
