"""Files in folders, as the connector sees them."""
