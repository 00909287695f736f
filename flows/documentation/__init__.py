"""Documentation of source code: what a push changes, the pages that follow, who agrees, and what is published."""
