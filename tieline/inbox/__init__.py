"""What came in and what becomes of it: deliveries, the work they ask for, the runs that do it, and what was written."""

#: Whoever runs a batch renews its lease so often before it ends: see `lease_seconds` in the settings.
RENEWALS = 6
