"""Runs over whole dumps: in batches, by worker processes, in order, to be resumed.

batches     how a dump is cut into batches
jobs        what is done with a batch: verifying or relabelling
checkpoint  how far a run is, and what run it is
work        who works on the batches: this process, or a pool of others
ray         the same on the nodes of a Ray cluster
output      a run's output in a file
run         all of it
asked       what judges are to be asked of a dump
answers     what they have answered, kept as it comes
judging     asking them, many questions at a time, in order
"""
