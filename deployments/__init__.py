"""When a flow runs, and with which connections; one module per scenario."""
