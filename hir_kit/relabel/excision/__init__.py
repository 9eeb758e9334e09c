"""Cutting constraints' own sentences and list items out of an instruction, or refusing to.

`excise` is the strategy's function. What it is made of: finding the texts (`locate`, `list_items`,
`sentences`, `quotations`, `headers`), cutting them (`cuts`), what may not be left behind
(`references`), and whether the rest still asks for the same in other words (`woven`, on
`vocabulary`, `concepts` and `signature`).
"""
