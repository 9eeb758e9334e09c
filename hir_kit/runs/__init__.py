"""Runs over whole dumps: in batches, by worker processes, in order, to be resumed.

parcels    groups as they were read, to be opened where they are worked on
batches    how parcels are cut into batches
jobs       what is done with a batch: verifying or relabelling
messages   how batches and outcomes go from process to process
worker     one worker: python -m hir_kit.runs.worker
handle     one worker, as its pool sees it
pool       several of them, outcomes in order
on_ray     the same on the nodes of a Ray cluster
working    which of these a run takes, or this process
parts      files that grow until a run ends
journal    how far a run is, to go on with it
identity   what a run depends on
filed      a run's output in a file
run        all of it
asked      what judges are to be asked of a dump
answers    what they have answered, kept as it comes
judging    asking them, many questions at a time, in order
"""
