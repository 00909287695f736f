"""Tie outside systems together with Python and Prefect."""
