"""How the webhooks of systems are read that have no connector, or whose connector takes it from here: one file each."""
