"""Read a form out of a page and fill it in as a person would, whatever its fields are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One control of a form."""

    name: str
    kind: str
    value: str = ""
    numeric: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def has(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.fields)

    def filled(self, points: str, words: str) -> dict[str, str]:
        """Give points where numbers are asked and words where words are; leave what is hidden."""
        typed: dict[str, str] = {}
        for each in self.fields:
            if each.kind in {"submit", "button", "checkbox", "file", "csrf"}:
                continue
            if each.kind in {"select", "radio"}:
                offered = [option for option in each.options if option]
                typed[each.name] = offered[len(offered) // 2] if offered else ""
            elif each.kind == "hidden":
                typed[each.name] = each.value
            else:
                typed[each.name] = points if each.numeric else words
        return typed


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self.open = Form(given.get("action", ""), method)
            self.forms.append(self.open)
        elif tag == "option" and self.select:
            self.select.options.append(given.get("value", ""))
        elif self.open and given.get("name") and tag in {"input", "textarea", "select", "button"}:
            self._control(self.open, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text").lower() if tag == "input" else tag
        name = given["name"]
        if name == "csrfmiddlewaretoken":
            return
        if kind == "radio":
            same = [f for f in form.fields if f.name == name]
            if not same:
                form.fields.append(Field(name, "radio"))
            next(f for f in form.fields if f.name == name).options.append(given.get("value", "on"))
            return
        numeric = kind in {"number", "range"} or given.get("inputmode") in {"numeric", "decimal"}
        form.fields.append(Field(name, kind, given.get("value", ""), numeric))
        if tag == "select":
            self.select = form.fields[-1]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None


def forms_in(page: str) -> list[Form]:
    """Return every form of a page in the order in which they stand."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def ballot_in(page: str) -> Form:
    """Return the form that gives marks: it posts, and asks for reasons and for numbers."""
    for form in forms_in(page):
        marks = any(f.numeric or f.kind in {"radio", "select"} for f in form.fields)
        if form.method == "post" and form.has("textarea") and marks:
            return form
    raise LookupError("the page has no form for marks")
