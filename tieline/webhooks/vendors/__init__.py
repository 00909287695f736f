"""Systems that have no connector yet: one file each says how their webhooks are read."""
