"""From relabelled groups to the rows that trainers read."""
