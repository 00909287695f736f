"""Analysis of source code."""
