"""Checks in worker processes, so that none of them can stall or end the process that asks.

messages   a job, and how it goes from process to process
process    one worker: python -m hir_kit.rewards.workers.process
pool       several of them, for any number of threads
verifying  the pool, or the asking process itself where there are no workers
"""
