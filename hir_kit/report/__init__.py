"""What a person reads of a run: progress, tables, summaries."""
