"""Whether the rows of a frame are fit to be written: checks, and a report of what they found."""

from tieline.sync.quality.checks import CHECKS, Check, ForeignKey, OneOf, Pattern, Range, Required, Severity, Unique
from tieline.sync.quality.report import Example, Finding, Report, check

__all__ = [
    "CHECKS",
    "Check",
    "Example",
    "Finding",
    "ForeignKey",
    "OneOf",
    "Pattern",
    "Range",
    "Report",
    "Required",
    "Severity",
    "Unique",
    "check",
]
