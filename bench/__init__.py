"""Benchmarks: how much each page costs at 300, 3,000 and 30,000 entries.

`make bench` runs them; README.md here says what is measured and how to read it. They are for
measuring and never fail a build.
"""

import os


def ready() -> None:
    """Set Django up, for a process that measures or seeds."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teladan.settings")
    django.setup()
