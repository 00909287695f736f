"""Integration scenarios; one module per scenario."""
