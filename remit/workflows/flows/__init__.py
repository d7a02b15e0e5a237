"""The only door to Prefect: a private server where none is named, and the flows.

Importing this package imports nothing of Prefect. `executor.PrefectExecutor` is the entry.
"""
