"""What really happened: the results of runs, hyperparameters and their changes, the environment.

Plain values from texts that callers read; no network, no clock, no child process. What could not be learned is None.
"""
