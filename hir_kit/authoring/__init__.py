"""For people who write verifiers: their cases, pages and projects."""
