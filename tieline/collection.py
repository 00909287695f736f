"""Loads our block types and our worker type, so that Prefect knows them (entry point `prefect.collections`)."""

from tieline import registry
from tieline.worker.worker import TielineWorker

__all__ = ["TielineWorker"]

registry.blocks()
