"""What came in and what becomes of it: deliveries, the work they ask for, the runs that do it, and what was written."""

#: Whoever runs a batch renews its lease; after this long in silence it counts as dead.
LEASE_SECONDS = 30.0
