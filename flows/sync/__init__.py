"""What the flows around a sync share: finding it, asking people about it, showing what it does."""
