"""Files as such: their names, how they are packed, and the rows that they hold."""
