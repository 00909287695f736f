"""From the inbox to Prefect runs: which events start which flows, in which batches, and what became of them."""

from tieline.dispatch.event import Event
from tieline.dispatch.triggers import LANES, Correlate, Debounce, Lane, Trigger, on_event

__all__ = ["LANES", "Correlate", "Debounce", "Event", "Lane", "Trigger", "on_event"]
