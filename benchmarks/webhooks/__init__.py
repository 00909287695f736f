"""What it costs to take in webhooks."""
