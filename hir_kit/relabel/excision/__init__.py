"""Cutting constraints' own sentences and list items out of an instruction, or refusing to.

`excise` is the function for sentences that are known, `take_out` for cuts that are. What they are
made of: finding the texts (`locate`, `list_items`, `sentences`, `quotations`, `headers`), cutting
them (`cuts`), and what may not be left behind (`references`).
"""
