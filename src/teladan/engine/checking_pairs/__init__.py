"""Verifying a pairing without trusting whoever made it: imports nothing from `pairing`."""

from teladan.engine.checking_pairs.checking import check_pairing

__all__ = ["check_pairing"]
