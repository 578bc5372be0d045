"""What the marks say: calibration of readers, chances, places, and where to read next."""

from teladan.engine.ranking.calibration import Calibration, calibrate
from teladan.engine.ranking.places import places
from teladan.engine.ranking.reads import next_reads

__all__ = ["Calibration", "calibrate", "next_reads", "places"]
