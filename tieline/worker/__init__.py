"""The warm worker: a Prefect worker that keeps flows imported, and runs them in a process that is there already.

`worker.py` asks Prefect for runs and hands them out, `children.py` keeps the processes that run them, and `child.py` is
such a process. A child holds all that may hang or leak; the worker itself runs no code of a flow.
"""
