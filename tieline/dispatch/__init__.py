"""From the inbox to Prefect runs: which events start which flows, in which batches, and what became of them."""

from tieline.dispatch.event import Event
from tieline.dispatch.triggers import Correlate, Debounce, Lane, Trigger

__all__ = ["Correlate", "Debounce", "Event", "Lane", "Trigger"]
