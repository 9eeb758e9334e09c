"""From dumps to groups: the formats, and the instructions that some dumps keep apart."""
