"""Timings; never tests."""
