"""The documents say what the code does: acts, settings, words, dependencies, links."""

import ast
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from teladan.house.models import Office

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/teladan"
DOCS = ROOT / "docs"
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

# What stands among the acts and is none: a question that others ask too. It writes nothing.
# Guards (`refuse_…`, `demand_…`) need no entry: they say no or nothing.
GUARDS = ("refuse_", "demand_")
QUESTIONS = {
    "awards.amounts_for": "the amounts of weights, for dividing and for the audit",
    "awards.broken_awards": "the audit derives every honour again",
    "awards.broken_pots": "the audit divides every pot again",
    "awards.code_for": "the code of a certificate, for making and for checking it",
    "awards.decisive": "which points of a standing count, for dividing and for its page",
    "awards.honours_of": "the honours of sealed standings, for proclaiming and for the audit",
    "awards.last_stood": "the last round each entry stood in, for proclaiming and its preview",
    "awards.regional_winners": "whose standings share the fund, for dividing and for its page",
    "awards.weights_of": "the weights of a pot, for dividing and for the audit",
    "contest.broken_filings": "the audit compares what was filed with the ledger",
    "contest.content_of": "what is filed, for filing and for comparing with a receipt",
    "contest.receipt_for": "the receipt of a content, for giving and for checking it",
    "contest.seal_digest": "the digest of a seal, for sealing, audit and bundles",
    "forum.bars_cancelling": "what bars cancelling an appointment, for the act and for its page",
    "forum.judgements_missing": "whose judgements are missing, for choosing and for its page",
    "forum.ranked": "the papers of a forum in order, for choosing and for its page",
    "forum.shut_by": "what bars changing a forum, for the acts and for its workroom",
    "matching.computed": "a pairing and what is wrong with it, for proposing and for tests",
    "matching.explained": "the terms of a fit as they are kept, for proposing and for tests",
    "matching.fit_rules": "terms and filters of a fit, for pairing and for explaining",
    "matching.report_of": "what a sceptic may ask of a pairing, for keeping it and for tests",
    "matching.rooms_of": "the places that offers have left, for pairing and for overrides",
    "matching.told_pairs": "the pairs held together and kept apart, for computing a pairing",
    "panel.broken_seals": "the audit counts every sealed round again",
    "panel.differences": "two lists of standings compared, for audit and bundles",
    "panel.inputs_of": "what a round is counted from, for sealing and for the audit",
    "panel.marks_of": "the marks of a round as they count, for sealing and for the audit",
    "panel.rows_of": "stored standings as they are computed, for audit and bundles",
    "panel.standings_from": "the standings of stored inputs, for sealing, audit and bundles",
    "registry.account_of": "the person of an address, for every act that appoints somebody",
    "registry.way_in": "the line of a mail that leads to a desk or to a first password",
    "registry.zone_of": "the time zone of a unit, for new accounts",
    "training.bars_another": "what bars another attempt, for granting one and for its page",
    "training.conflicts_of": "what bars an examiner, for seating one and for its page",
    "training.grade_of": "a grade line by line, for the outcome and for its page",
    "training.last_laboratory_day": "until when short milestones may run",
    "panel.tallies_from": "tallies as they follow from ballots, for keeping them and for the audit",
}
WRITES = {
    *("save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"),
    *("record", "queue"),
}


def read(name):
    return (DOCS / name).read_text(encoding="utf-8")


def homes_of_acts():
    """The modules acts may live in: every stage's acts, and the house's offices and notices."""
    files = [*SOURCE.glob("*/acts.py"), *SOURCE.glob("*/acts/*.py"), *SOURCE.glob("house/*.py")]
    return sorted(path for path in files if path.name != "__init__.py")


def imported(path):
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return importlib.import_module(".".join(("teladan", *parts)))


def stage_of(path):
    return path.relative_to(SOURCE).parts[0]


def public_functions(path):
    module = imported(path)
    for name, found in vars(module).items():
        ours = inspect.isfunction(found) and found.__module__ == module.__name__
        if ours and not name.startswith("_"):
            yield name, found


def acts():
    """stage.name -> function, for whatever `@act` made an act."""
    return {
        f"{stage_of(path)}.{name}": found
        for path in homes_of_acts()
        for name, found in public_functions(path)
        if getattr(found, "is_act", False)
    }


def calls_in(node):
    """Yield name and call for every call below a node, of functions and of methods."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            called = call.func
            if isinstance(called, ast.Name):
                yield called.id, call
            elif isinstance(called, ast.Attribute):
                yield called.attr, call


def tree_of(function):
    return ast.parse(inspect.getsource(inspect.unwrap(function)))


# --- acts ------------------------------------------------------------------------------------


def test_the_story_names_every_act_and_no_other():
    told = set(
        re.findall(
            r"`((?:house|registry|contest|panel|awards|library|matching|visits|training|forum)"
            r"\.[a-z_]+)`",
            read("story.md"),
        )
    )

    assert len(acts()) > 20
    assert set(acts()) - told == set(), "acts that docs/story.md forgets"
    assert told - set(acts()) == set(), "acts that docs/story.md makes up"


@pytest.mark.parametrize("name", sorted(acts()))
def test_an_act_records_itself_under_its_own_name(name):
    labels = {
        keyword.value.value
        for called, call in calls_in(tree_of(acts()[name]))
        if called == "record"
        for keyword in call.keywords
        if keyword.arg == "act" and isinstance(keyword.value, ast.Constant)
    }

    assert name in labels, f'{name} has no record(act="{name}", …) of its own'


def no_acts():
    """stage.name -> function, for whatever else is public among a stage's acts."""
    return {
        f"{stage_of(path)}.{name}": found
        for path in homes_of_acts()
        if stage_of(path) != "house"
        for name, found in public_functions(path)
        if not getattr(found, "is_act", False)
    }


def test_whatever_is_public_among_the_acts_is_an_act_a_guard_or_a_known_question():
    others = {name for name in no_acts() if not name.partition(".")[2].startswith(GUARDS)}

    assert others - set(QUESTIONS) == set(), "acts without @act, or questions to explain"
    assert set(QUESTIONS) - others == set(), "questions that nobody can ask any more"


@pytest.mark.parametrize("name", sorted(no_acts()))
def test_what_is_no_act_writes_nothing(name):
    assert {called for called, _call in calls_in(tree_of(no_acts()[name]))} & WRITES == set()


def test_acts_live_among_the_acts():
    strays = []
    for path in sorted(SOURCE.rglob("*.py")):
        if path in homes_of_acts():
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
                strays += [f"{path.relative_to(SOURCE)}: {node.name}"] if "act" in names else []

    assert strays == []


def test_pages_and_forms_write_nothing():
    files = [
        *SOURCE.glob("*/views.py"),
        *SOURCE.glob("*/views/*.py"),
        *SOURCE.glob("*/forms.py"),
        *SOURCE.glob("*/forms/*.py"),
        *(SOURCE / "desk").glob("*.py"),
    ]
    wrong = [
        f"{path.relative_to(SOURCE)}:{call.lineno} calls {called}"
        for path in files
        for called, call in calls_in(ast.parse(path.read_text(encoding="utf-8")))
        if called in WRITES
    ]

    assert len(files) > 10
    assert wrong == [], "only acts write"


# --- words -----------------------------------------------------------------------------------


def rows_of(text):
    """The cells of every line of every table, headings and rules left out."""
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cells if not set(row[0]) <= set("-: ") and row[0] != "English"]


def words():
    return [row for row in rows_of(read("vocabulary.md")) if len(row) == 4]


def carriers():
    return {carried for row in words() for carried in re.findall(r"`([^`]+)`", row[2])}


def resolved(place):
    """What `stage.Model`, or any place below teladan, stands for; None if it does not exist."""
    stage, *rest = place.split(".")
    for head in (f"teladan.{stage}.models", f"teladan.{stage}"):
        try:
            found = importlib.import_module(head)
        except ModuleNotFoundError:
            continue
        for name in rest:
            if inspect.ismodule(found) and not hasattr(found, name):
                try:
                    found = importlib.import_module(f"{found.__name__}.{name}")
                except ModuleNotFoundError:
                    found = None
            elif name in getattr(found, "__annotations__", {}):
                found = found.__annotations__[name]
            else:
                found = getattr(found, name, None)
            if found is None:
                break
        if found is not None:
            return found
    return None


def test_the_vocabulary_has_every_model_and_every_office():
    known = [resolved(place) for place in carriers()]

    for model in apps.get_app_config("teladan").get_models():
        assert model in known, f"docs/vocabulary.md lacks the model {model.__name__}"
    for office in Office:
        assert office in known, f"docs/vocabulary.md lacks the office {office.name}"


def test_the_vocabulary_names_only_what_exists():
    missing = sorted(place for place in carriers() if resolved(place) is None)

    assert missing == []


def test_a_word_means_one_thing():
    english, indonesian = ([row[column].lower() for row in words()] for column in (0, 1))

    for column in (english, indonesian):
        assert "" not in column
        assert sorted(set(column)) == sorted(column)


def test_the_guide_has_a_page_for_every_office():
    for office in Office:
        assert (DOCS / "panduan" / f"{office.value}.md").exists(), office.value


# --- settings, dependencies, decisions -------------------------------------------------------


def test_every_setting_is_explained_to_operators():
    read_by_us = set()
    for name in ("settings.py", "cli.py"):
        path = SOURCE / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        read_by_us |= set(re.findall(r"\benv\(\s*\"([A-Z][A-Z0-9_]*)\"", text))
        read_by_us |= set(re.findall(r"\bTELADAN_([A-Z][A-Z0-9_]*)", text))
    explained = set(re.findall(r"\bTELADAN_([A-Z][A-Z0-9_]*)", read("operate.md")))

    assert len(read_by_us) > 10
    assert read_by_us - explained == set(), "settings that docs/operate.md forgets"


def requirement_name(line):
    return re.match(r"[A-Za-z0-9._-]+", line).group().lower()


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {requirement_name(line) for line in project["dependencies"]}
    rows = rows_of(read("decisions/0004-dependencies.md"))
    explained = {row[0]: row[1] for row in rows if len(row) == 3 and row[0] != "Package"}

    assert set(explained) == needed
    assert all(explained.values())


def test_a_decision_record_says_why_and_at_what_price():
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    listed = read("decisions/README.md")

    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert re.search(r"^20\d\d-\d\d-\d\d · \w+", text, re.MULTILINE), path.name
        places = [
            text.find(part)
            for part in ("**Context.**", "**Decision.**", "**Price.**", "**Reverse if**")
        ]
        assert places[0] > 0, path.name
        assert places == sorted(places), path.name
        assert f"({path.name})" in listed, path.name


def test_the_changelog_begins_with_this_version():
    from teladan import __version__

    heading = re.search(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert heading.group(1).split()[0].startswith(re.match(r"[\d.]*\d", __version__).group())


# --- links -----------------------------------------------------------------------------------


def anchors(text):
    """The addresses that a reader's browser gives to headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _hash, anchor = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        there = place.exists() and place.is_relative_to(ROOT)
        if there and anchor and place.suffix == ".md":
            there = anchor in anchors(place.read_text(encoding="utf-8"))
        if not there:
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_folder_of_somebodys_machine(path):
    text = path.read_text(encoding="utf-8")
    local = r"(?<![\w./-])/(?:work|root|home|Users)/[\w.-]+|\b[A-Z]:\\|file://"

    assert re.findall(local, text) == []
