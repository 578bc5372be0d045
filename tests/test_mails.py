"""What mails may tell of: each model that an act names must know who may see its rows."""

import ast
import inspect

from django.apps import apps

from tests.test_docs import SOURCE, calls_in

MODELS = {model.__name__: model for model in apps.get_app_config("teladan").get_models()}


def told_of():
    """Yield (where, model or None) for every `about` that is handed to `queue` or to a teller.

    A model is known by the annotation of the name in its function, or else by the name itself, as
    names follow their models throughout: `talk.paper` is a Paper.
    """
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts or path.name == "notices.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                yield from within(function, path.relative_to(SOURCE))


def within(function, path):
    arguments = [*function.args.args, *function.args.kwonlyargs]
    typed = {one.arg: one.annotation for one in arguments if one.annotation}
    for called, call in calls_in(function):
        for keyword in call.keywords:
            if called != "queue" or keyword.arg != "about":
                continue
            value = keyword.value
            name = value.attr if isinstance(value, ast.Attribute) else ast.unparse(value)
            note = typed.get(name) if isinstance(value, ast.Name) else None
            names = ast.unparse(note).split(" | ") if note else [name.title().replace("_", "")]
            for each in names:
                yield f"{path}:{call.lineno} {each}", MODELS.get(each)


def test_every_model_that_a_mail_tells_of_knows_who_may_see_it():
    found = dict(told_of())
    models = {model.__name__ for model in found.values() if model}
    assert [where for where, model in found.items() if model is None] == []
    assert {"Appointment", "Booth", "Entry", "Paper", "Participant", "Project", "Proposal",
            "Visit"} <= models  # fmt: skip
    for where, model in found.items():
        asked = getattr(model._default_manager.all(), "visible_to", None)
        assert asked, f"{where} has no visible_to: its mails cannot be sent"
        assert list(inspect.signature(asked).parameters) == ["person", "now"], where
