"""What a connected system can do and what it can tell us; one module per system."""
