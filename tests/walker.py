"""A person at the web client: reads pages, fills the forms that stand on them, follows links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client


@dataclass
class Form:
    """A form as it stands on a page, with everything a browser would send."""

    action: str
    method: str
    fields: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)

    def knows(self, name):
        return name in self.fields or name in self.options


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.links, self.heading = [], [], ""
        self._form = self._select = self._area = self._button = self._option = None
        self._by_id, self._text, self._in = {}, "", ""

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        form = self._by_id.get(at.get("form")) or self._form
        name, value = at.get("name"), at.get("value", "")
        if tag == "form":
            self._form = Form(at.get("action", ""), at.get("method", "get").lower())
            self.forms.append(self._form)
            if "id" in at:
                self._by_id[at["id"]] = self._form
        elif tag == "a":
            self._in, self._text = "a", ""
            self.links.append([at.get("href", ""), ""])
        elif tag == "h1":
            self._in, self._text = "h1", ""
        elif form is None or "disabled" in at:
            return
        elif tag == "input" and name:
            kind = at.get("type", "text")
            if kind in {"checkbox", "radio"}:
                form.options.setdefault(name, []).append(at.get("value", "on"))
                if "checked" in at:
                    form.fields.setdefault(name, []).append(at.get("value", "on"))
            elif kind == "file":
                form.options.setdefault(name, [])
            elif kind in {"submit", "image"}:
                form.buttons.append([name, value, value])
            else:
                form.fields[name] = value or ""
        elif tag == "select" and name:
            self._select = (form, name, "multiple" in at)
            form.options[name] = []
        elif tag == "option" and self._select:
            self._option = [at.get("value"), "selected" in at, ""]
        elif tag == "textarea" and name:
            self._area, form.fields[name] = (form, name), ""
        elif tag == "button":
            self._button = [name, value, ""]
            form.buttons.append(self._button)
            if name:
                form.options.setdefault(name, []).append(value)

    def handle_data(self, data):
        if self._area:
            owner, name = self._area
            owner.fields[name] += data
        if self._button:
            self._button[2] += data
        if self._option:
            self._option[2] += data
        if self._in == "a":
            self.links[-1][1] += data
        if self._in == "h1":
            self.heading += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "option" and self._option:
            self._choose(*self._option)
            self._option = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            owner, name = self._area
            # A browser drops the first line break of a text area.
            owner.fields[name] = owner.fields[name].removeprefix("\n")
            self._area = None
        elif tag == "button":
            self._button = None
        elif tag in {"a", "h1"}:
            self._in = ""

    def _choose(self, value, selected, text):
        form, name, many = self._select
        value = " ".join(text.split()) if value is None else value
        if selected or not (form.options[name] or many):
            form.fields[name] = [*(form.fields.get(name, []) if many else []), value]
        form.options[name].append(value)


class Walker:
    """Walks the site as one person; every answer must be a page, never an error."""

    def __init__(self, person=None):
        self.client = Client(enforce_csrf_checks=True)
        self.person = person

    def open(self, address, status=200):
        if self.person:  # anew each time: between two steps weeks may have passed
            self.client.force_login(self.person)
        return self._arrive(self.client.get(address, follow=True), address, status)

    def follow(self, words):
        """Follow the first link with these words."""
        href = next((h for h, text in self.read.links if words in " ".join(text.split())), None)
        known = sorted({" ".join(text.split()) for _h, text in self.read.links})
        assert href, f"no link says {words!r} on {self.address}: {known}"
        return self.open(urljoin(self.address, href))

    def follow_or_open(self, address):
        """Stay where a form for the address stands, or go there."""
        here = any(urlsplit(form.action).path == address for form in self.read.forms)
        return self if here else self.open(address)

    def submit(self, action="", status=200, **values):
        """Fill and send the form whose action ends so and that knows every field given."""
        names = {name.replace("__", "-") for name in values}
        form = next(
            (
                form
                for form in self.read.forms
                if form.method == "post"
                and urlsplit(form.action).path.endswith(action)
                and "language" not in {b[0] for b in form.buttons}
                and "logout" not in form.action
                and all(form.knows(name) for name in names)
            ),
            None,
        )
        known = [(form.action, sorted({*form.fields, *form.options})) for form in self.read.forms]
        assert form, f"no form for {action or self.address} with {sorted(names)}: {known}"
        data = dict(form.fields)
        for name, value in values.items():
            data[name.replace("__", "-")] = value
        target = urljoin(self.address, form.action or "")
        return self._arrive(self.client.post(target, data, follow=True), target, status)

    def _arrive(self, response, address, status):
        path = response.redirect_chain[-1][0] if response.redirect_chain else address
        self.address, self.response = path, response
        self.body = b"" if response.streaming else response.content
        self.page = self.body.decode(errors="replace")
        self.read = _Reader()
        self.read.feed(self.page)
        said = " ".join(self.read.heading.split())
        assert response.status_code == status, f"{address}: {response.status_code}, {said}"
        return self

    def sees(self, *words):
        for word in words:
            assert word in self.page, f"{word!r} is not on {self.address}"
        return self
