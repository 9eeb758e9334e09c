"""Decides MulDimIF's constraints, which are English sentences: a grammar reads them."""
