"""What came in and what becomes of it: deliveries, the work they ask for, the runs that do it, and what was written."""
