"""From vendors' own formats of text to Markdown, and back: one module for each format."""
