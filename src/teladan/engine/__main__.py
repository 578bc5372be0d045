"""``python -m teladan.engine``: the engine on files."""

import sys

from teladan.engine.commands import main

if __name__ == "__main__":
    sys.exit(main())
