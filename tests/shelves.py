"""What stands in the library of the tests, and how its pages are read."""

from teladan.awards.models import Award
from teladan.house.ledger import record
from tests import builders
from tests.builders import NOW


def honoured(title="Kelas Perahu", level="top40", year=2018, at=None, told=True, **more):
    """A public innovation, and the ledger line that says so."""
    made = builders.innovation(title, at, **more)
    Award.objects.create(innovation=made, level=level, year=year, citation="https://pers.id/1")
    if told:
        record(by=None, act="library.enter", about=made, now=NOW, public=True)
    return made


def place(code, name, kind="city"):
    return builders.unit(builders.institution(f"Pemerintah {name}", kind, code), "Dinas")


def titles(results):
    return [hit.title for hit in results.hits]


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return body(response).decode()
