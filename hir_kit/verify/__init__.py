"""From a response and its constraints to verdicts."""
