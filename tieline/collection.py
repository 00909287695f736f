"""Loads our block types and our worker type, so that Prefect knows them (entry point `prefect.collections`)."""

from prefect.blocks.core import Block

from tieline import registry
from tieline.worker.worker import TielineWorker

__all__ = ["TielineWorker"]

registry.blocks(Block)
