"""Where an instruction states its constraints, found by what they mean.

`find` is the function: from an instruction and the wordings of its constraints to places. What it
is made of: `sentences` and `demands` (what is asked, and what is told), `quantities` (numbers with
their units), `wordings` (how a constraint without a wording of its own is talked about). `examine`
says whether a rewritten instruction claims too much; `cutting` takes statements out.
"""
