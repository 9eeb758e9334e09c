"""Runs over whole dumps: in batches, by worker processes, in order, to be resumed.

parcels    groups as they were read, to be opened where they are worked on
batches    how parcels are cut into batches
jobs       what is done with a batch: verifying or relabelling
messages   how batches and outcomes go from process to process
worker     one worker: python -m hir_kit.runs.worker
handle     one worker, as its pool sees it
pool       several of them, outcomes in order
"""
