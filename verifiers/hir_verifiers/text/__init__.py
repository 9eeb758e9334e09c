"""Analyses of a text that need nltk or langdetect: pure functions, one subject a module."""
