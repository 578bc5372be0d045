"""Teladan: public-sector innovation, from the first idea to the places that adopt it."""

__version__ = "0.1.0.dev0"
