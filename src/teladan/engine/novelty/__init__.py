"""What is new, what is imitated, and how far it was changed."""

from teladan.engine.novelty.index import Index
from teladan.engine.novelty.likeness import Likeness
from teladan.engine.novelty.writer import Busy

__all__ = ["Busy", "Index", "Likeness"]
