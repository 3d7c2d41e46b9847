"""What scripts/bench measures, and beside whom."""
