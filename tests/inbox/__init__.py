"""What came in, and what was written for it."""
