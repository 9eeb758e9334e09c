"""A process that runs other people's functions, with the operating system around it.

`client` starts it and asks it; everything else runs inside, and uses the standard library alone.
"""
