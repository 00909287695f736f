"""Documents as rows of a sync: where they come from, and pages that hold them."""
