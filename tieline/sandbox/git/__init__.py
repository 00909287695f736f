"""What all simulated code hosts share: git's objects, repositories, and what they begin with."""
