"""The engine on files, for analysts: no web, no database, no Django."""

from teladan.engine.commands.front import main

__all__ = ["main"]
