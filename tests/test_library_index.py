"""The index of the library follows the ledger, whatever happens to its files."""

import json
from pathlib import Path

import pytest
from django.core.files import locks

from teladan.awards.models import Award
from teladan.house.ledger import record
from teladan.house.models import Ledger, LedgerHead
from teladan.library import index
from teladan.library.search import counts, search
from tests import builders
from tests.builders import NOW
from tests.shelves import honoured, page, titles

pytestmark = pytest.mark.django_db


def folders(settings):
    return sorted(path.name for path in Path(settings.SEARCH_ROOT).glob("shape*"))


def test_a_new_public_line_is_caught_up_without_building_anew(settings):
    honoured("Pertama")
    assert search("").total == 1
    built = folders(settings)

    honoured("Kedua")

    assert sorted(titles(search(""))) == ["Kedua", "Pertama"]
    assert folders(settings) == built


def test_a_changed_innovation_is_found_by_its_new_words_only():
    made = honoured("Nama Lama")
    assert search("lama").total == 1
    made.title = "Judul Segar"
    made.save()

    record(by=None, act="library.rename", about=made, now=NOW, public=True)

    assert titles(search("segar")) == ["Judul Segar"]
    assert search("lama").total == 0


def test_a_line_of_an_unknown_kind_builds_anew(settings):
    honoured("Pertama")
    assert search("").total == 1
    built = folders(settings)
    honoured("Dari impor", told=False)

    record(by=None, act="demo.load", about="site:1", now=NOW, public=True)

    assert search("").total == 2
    assert folders(settings) != built
    assert len(folders(settings)) == 1


def test_a_line_that_concerns_no_innovation_changes_no_document(settings, citra):
    honoured()
    assert search("").total == 1
    built = folders(settings)

    builders.edition(citra)

    assert search("").total == 1
    assert folders(settings) == built


def test_another_history_of_the_ledger_is_not_trusted():
    honoured("Dulu")
    assert search("dulu").total == 1
    # As after restoring a backup: as many lines, other lines.
    Award.objects.all().delete()
    Ledger.objects.all()._raw_delete(using="default")
    LedgerHead.objects.all().delete()
    honoured("Sekarang")

    assert titles(search("")) == ["Sekarang"]


def test_while_another_process_writes_the_older_index_answers_and_is_not_kept(settings, client):
    honoured("Pertama")
    page(client, "/library/")
    honoured("Kedua")

    with (Path(settings.SEARCH_ROOT) / "lock").open("a") as handle:
        assert locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB)
        found = search("")
        meanwhile = page(client, "/library/")
        home = page(client, "/")
    assert not found.fresh
    assert "Kedua" not in meanwhile + home
    assert "Pertama" in meanwhile

    assert "Kedua" in page(client, "/library/")
    assert "Kedua" in page(client, "/")


def test_a_writer_left_open_by_another_process_is_no_error(settings):
    import tantivy

    honoured("Pertama")
    assert search("").total == 1
    other = tantivy.Index.open(str(Path(settings.SEARCH_ROOT) / folders(settings)[0]))
    writer = other.writer(20_000_000, 1)
    honoured("Kedua")

    assert search("").total == 1

    writer.wait_merging_threads()
    del writer
    assert search("").total == 2


def break_state(root):
    (root / "state.json").write_text("{")


def break_shape(root):
    state = json.loads((root / "state.json").read_text())
    (root / "state.json").write_text(json.dumps(state | {"shape": 0}))


def break_meta(root):
    next(root.glob("shape*/meta.json")).write_text("nonsense")


def break_terms(root):
    for path in root.glob("shape*/*.term"):
        path.write_bytes(b"xx")


def break_all(root):
    for path in root.rglob("*"):
        if path.is_file():
            path.unlink()


@pytest.mark.parametrize("harm", [break_state, break_shape, break_meta, break_terms, break_all])
def test_a_broken_or_older_index_is_built_anew(settings, harm, monkeypatch):
    honoured()
    assert search("perahu").total == 1
    monkeypatch.setattr(index, "_open", None)

    harm(Path(settings.SEARCH_ROOT))

    assert titles(search("perahu")) == ["Kelas Perahu"]


def test_damage_that_shows_only_while_searching_is_mended(monkeypatch):
    honoured()
    shelf = index.shelf()

    class Broken:
        def __getattr__(self, name):
            raise ValueError("Data corrupted")

    monkeypatch.setattr(index, "_open", index.replace(shelf, searcher=Broken()))

    assert titles(search("perahu")) == ["Kelas Perahu"]
    assert counts().innovations == 1


def test_a_first_build_of_many_rows_goes_on_beside_the_answer(client, monkeypatch):
    honoured()
    monkeypatch.setattr(index, "BIG", 0)
    started = []
    monkeypatch.setattr(index, "_build_beside", lambda: started.append(1))

    found = search("perahu")
    shown = page(client, "/library/")

    assert not found.ready
    assert started
    assert "Kelas Perahu" not in shown
    assert search("perahu", patient=True).total == 1
    assert "Kelas Perahu" in page(client, "/library/")
