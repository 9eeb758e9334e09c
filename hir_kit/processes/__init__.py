"""One pool of worker processes, for whoever has tasks. It knows neither dumps nor rewards.

wire      how messages go from process to process
progress  how far a worker is, seen from outside
worker    one worker: python -m hir_kit.processes.worker
process   its process, as the pool sees it
crew      several of them, and what becomes of a task whose process is lost
pool      tasks in, outcomes out
"""
