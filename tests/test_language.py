"""Indonesian is complete: no string without translation, no text that cannot be translated."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SOURCE = settings.HERE
PO = SOURCE / "locale/id/LC_MESSAGES/django.po"
TEMPLATES = sorted((SOURCE / "templates").rglob("*.html"))
# Names and marks that are the same in both languages.
SAME_EVERYWHERE = {"Teladan", "EN", "ID", "CSV", "JSON", "PDF", "QR", "TOTP", "SHA", "Atom", "WIB"}

needs_gettext = pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")


@needs_gettext
def test_every_string_is_translated(tmp_path):
    copy = tmp_path / "teladan"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "vendor", "data"))
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "-l", "id", "--no-wrap"]
    subprocess.run(command, cwd=copy, env=env, check=True, capture_output=True)
    made = copy / "locale/id/LC_MESSAGES/django.po"
    wanting = subprocess.run(
        ["msgattrib", "--no-wrap", "--no-obsolete", "--untranslated", made],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    fuzzy = subprocess.run(
        ["msgattrib", "--no-wrap", "--no-obsolete", "--only-fuzzy", made],
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    assert strings(wanting.stdout) == []
    assert strings(fuzzy.stdout) == []


def strings(po_text):
    return re.findall(r'^msgid "(.+)"$', po_text, re.M)


@needs_gettext
def test_the_compiled_translations_are_those_of_the_source(tmp_path):
    subprocess.run(["msgfmt", "--check", "-o", tmp_path / "django.mo", PO], check=True)

    with (tmp_path / "django.mo").open("rb") as made, PO.with_suffix(".mo").open("rb") as kept:
        assert gettext.GNUTranslations(made)._catalog == gettext.GNUTranslations(kept)._catalog


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_template_says_nothing_that_cannot_be_translated(template):
    assert untranslated(template.read_text(encoding="utf-8")) == []


def untranslated(text):
    """Words that a reader would see and that no translation tag holds."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", " ", text, flags=re.S)
    text = re.sub(r'<(\w+)[^>]*translate="no".*?</\1>', " ", text, flags=re.S)  # a licence
    text = re.sub(r"{%\s*block wrap\s*%}.*?endblock", " ", text, flags=re.S)  # CSS classes
    text = re.sub(r"{%\s*blocktrans(late)?\b.*?endblocktrans(late)?\s*%}", " ", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S)
    spoken = " ".join(re.findall(r'\b(?:title|alt|placeholder|aria-label|content)="([^"]*)"', text))
    text = re.sub(r"<(script|style|svg|code)\b.*?</\1>", " ", text, flags=re.S)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    text = re.sub(r"&\w+;", " ", text)
    words = re.findall(r"[A-Za-zÀ-ÿ]{2,}", text)
    words += [w for w in re.findall(r"[A-Z][a-z]{3,}", spoken) if w not in {"Bahasa", "Indonesia"}]
    return [word for word in words if word not in SAME_EVERYWHERE | {"Bahasa", "English"}]


def test_an_untranslated_word_would_be_found():
    assert untranslated("<h1>Hello</h1>") == ["Hello"]
    assert untranslated('<a title="Hello there">{{ x }}</a>') == ["Hello"]
    assert untranslated('<h1>{% translate "Hello" %}</h1> <p>{{ word }}</p>') == []


def test_there_are_templates():
    assert len(TEMPLATES) > 10
    assert isinstance(PO, Path)
