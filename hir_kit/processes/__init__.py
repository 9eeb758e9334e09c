"""Processes that work for this one: started alike, told tasks, ended when they hang."""
