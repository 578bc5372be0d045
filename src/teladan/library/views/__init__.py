"""The public face: what strangers see, search, take away and verify."""

from teladan.library.views.front import about, home
from teladan.library.views.open_data import export_csv, export_json, feed, points
from teladan.library.views.places import region, regions
from teladan.library.views.shelves import innovation, library
from teladan.library.views.verifying import verify

__all__ = [
    "about",
    "export_csv",
    "export_json",
    "feed",
    "home",
    "innovation",
    "library",
    "points",
    "region",
    "regions",
    "verify",
]
