"""What holds for the engine as a whole."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import teladan.engine
from teladan.engine import Infeasible

HOME = Path(teladan.engine.__file__).parent


def test_every_public_name_can_be_had():
    for name in teladan.engine.__all__:
        assert getattr(teladan.engine, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = teladan.engine.nothing


@pytest.mark.parametrize("module", ["teladan.engine", "teladan.engine.errors"])
def test_importing_the_package_or_its_errors_loads_no_numpy(module):
    code = f"import {module}, sys; sys.exit('numpy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=HOME.parents[1], check=False)

    assert done.returncode == 0


def test_the_engine_imports_only_itself_numpy_scipy_ortools_and_the_standard_library():
    allowed = {"numpy", "scipy", "ortools", "teladan", *sys.stdlib_module_names}
    found = set()
    for file in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module)

    assert {name.split(".")[0] for name in found} <= allowed
    assert all(n.startswith("teladan.engine") for n in found if n.startswith("teladan"))


def test_an_infeasible_request_carries_reason_and_witness():
    no = Infeasible("two are too few", {"entries": (1, 2)})

    assert str(no) == no.reason == "two are too few"
    assert no.witness == {"entries": (1, 2)}
    assert Infeasible("because").witness == {}
