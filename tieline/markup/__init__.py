"""Conversions between Markdown and the formats in which systems keep their texts."""
