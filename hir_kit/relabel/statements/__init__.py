"""Where an instruction states its constraints, found by what they mean.

`find` reads an instruction (`Page`) and gives the places that speak of a constraint (`sought`);
`owning` says whose each place is. They are made of `sentences` and `demands` (what is asked, and
what is told), `quantities` (numbers with their units) and `wordings` (how a constraint without a
wording of its own is talked about). `cutting` takes statements out, with `clauses`, `adjuncts`
and `inline_lists`, and `pronouns` names again what "it" meant;
`restating` puts weaker goals in their place, as numbers (`renumbering`) or as shorter lists
(`listing`). `examine` says whether a rewritten instruction claims too much, `weaker` whether it
asks for the weaker goals alone, `besides` what a cut took away that it should not have.
"""
