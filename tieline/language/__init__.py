"""Reading and writing text: an engine that ships with Tieline, and model providers behind the same functions."""
