"""Every example in the documentation of the engine gives what it says."""

import doctest
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import teladan.engine

METHOD = Path(__file__).parents[2] / "docs" / "method.md"
MODULES = [m.name for m in walk_packages(teladan.engine.__path__, "teladan.engine.")]


def test_the_worked_examples_of_the_method_are_right():
    failed, attempted = doctest.testfile(str(METHOD), module_relative=False)

    assert attempted > 30
    assert failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_right(name):
    assert doctest.testmod(import_module(name)).failed == 0


def test_every_public_function_is_explained_in_the_method():
    told = METHOD.read_text()

    functions = [n for n in teladan.engine.__all__ if n[0].islower()]
    assert [name for name in functions if f"`{name}`" not in told] == []
