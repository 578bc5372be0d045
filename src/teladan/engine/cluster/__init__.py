"""The same calls on one core, on several processes, or on a Dask cluster.

A kernel cuts its work into parts that the data decide, never the number of workers, and gives
them to `map`. Answers come back in the order of the parts, so they are the same bits everywhere.
"""

from teladan.engine.cluster.dask import Dask
from teladan.engine.cluster.interface import Cluster, Local, WorkerLost
from teladan.engine.cluster.processes import Processes

__all__ = ["Cluster", "Dask", "Local", "Processes", "WorkerLost"]
