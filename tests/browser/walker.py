"""A person at Chromium with the hands of tests.walker.Walker: the same words, a real browser."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

# A picture of every kind of page that is walked is kept here.
SHOTS = Path(os.environ.get("TELADAN_SHOTS") or Path(__file__).parent / "shots")

# Find the form whose action ends so and that holds every name; mark it, and say what it holds.
FIND = """([action, values]) => {
  const names = Object.keys(values);
  const fixed = (e) => e.type === "hidden" || e.tagName === "BUTTON";
  for (const form of document.querySelectorAll("form[method=post]")) {
    const path = new URL(form.action).pathname;
    const known = new Set([...form.elements].map(e => e.name));
    if (path.includes("logout") || known.has("language") || !path.endsWith(action)) continue;
    if (!names.every(name => known.has(name))) continue;
    const own = (name) => [...form.elements].filter(e => e.name === name);
    const fits = (name) => own(name).some(e => !fixed(e) || e.value === values[name]);
    if (!names.every(fits)) continue;
    form.setAttribute("data-walked", "1");
    for (let up = form.parentElement; up; up = up.parentElement)
      if (up.tagName === "DETAILS") up.open = true;
    for (const fold of form.querySelectorAll("details")) fold.open = true;
    return true;
  }
  return false;
}"""
FORM = "form[data-walked]"


class BrowserWalker:
    """Walks the site in Chromium as one person; axe looks at every page that answers."""

    def __init__(self, make, person=None, looked=None):
        self.make, self.person = make, person
        self.looked = set() if looked is None else looked
        self.at = make(person)

    @property
    def page(self):
        return self.at.page.content()

    def open(self, address, status=200):
        if self.person:  # anew each time: between two steps weeks may have passed
            self.at.sign_in(self.person)
        answer = self.at.page.goto(self.at.server.url + address, wait_until="load")
        assert answer.status == status, f"{address}: {answer.status}"
        return self._look(status)

    def follow_or_open(self, address):
        return self.open(address)

    def follow(self, words):
        """Follow the first link with these words."""
        link = self.at.page.locator("a", has_text=words).first
        assert link.count(), f"no link says {words!r} on {self.at.page.url}"
        return self.open(urlsplit(link.evaluate("e => e.href")).path)

    def submit(self, action="", status=200, **values):
        """Fill and send the form whose action ends so and that knows every field given."""
        page, names = self.at.page, {name.replace("__", "-"): name for name in values}
        path = urlsplit(page.url).path
        # A file is no value that a page could be asked for.
        asked = {n: "" if hasattr(values[k], "read") else values[k] for n, k in names.items()}
        found = page.evaluate(FIND, [action or path, asked])
        found = found or (not action and page.evaluate(FIND, ["", asked]))
        assert found, f"no form for {action or path} with {sorted(names)}"
        button = f"{FORM} button:not([name]), {FORM} button[name=do]"
        for name, key in names.items():
            pressed = self._fill(name, values[key])
            button = pressed or button
        with page.expect_navigation(wait_until="load") as sent:
            page.locator(button).first.click()
        answer = sent.value
        assert answer is None or answer.status == status, f"{page.url}: {answer.status}"
        return self._look(status)

    def _fill(self, name, value):
        """Type, choose or tick; return the button to press where the field is one."""
        page, field = self.at.page, f'{FORM} [name="{name}"]'
        kind = page.locator(field).first.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind.startswith("BUTTON"):
            return f'{field}[value="{value}"]'
        if kind.startswith("SELECT"):
            page.locator(field).select_option(value)
        elif kind in {"INPUT:checkbox", "INPUT:radio"}:
            for each in value if isinstance(value, list) else [value]:
                chosen = page.locator(f'{field}[value="{each}"]')
                (chosen if chosen.count() else page.locator(field)).first.check(force=True)
        elif kind == "INPUT:file":
            file = {"name": value.name, "mimeType": "", "buffer": value.read()}
            page.locator(field).set_input_files(file)
        elif kind == "INPUT:datetime-local":  # a browser leaves out seconds that are none
            page.locator(field).evaluate("(e, value) => { e.value = value }", value)
        elif kind == "INPUT:range":  # the number beside it says the same
            page.locator(f'{field}:not([type="range"])').fill(value)
        elif kind != "INPUT:hidden":
            page.locator(field).first.fill(value)
        return None

    def _look(self, status):
        path = re.sub(r"\d+", "N", urlsplit(self.at.page.url).path)
        if (path, status) not in self.looked:
            self.looked.add((path, status))
            # A page that says no is answered with its status, which the console repeats.
            self.at.check(allow=("the server responded with a status of",))
            SHOTS.mkdir(parents=True, exist_ok=True)
            name = f"{len(self.looked):02}{path.replace('/', '-')}{status}.png"
            self.at.page.screenshot(path=SHOTS / name, full_page=True)
        self.at.complaints.clear()
        return self

    def sees(self, *words):
        page = self.page
        for word in words:
            text = self.at.page.inner_text("main")[:600]
            assert word in page, f"{word!r} is not on {self.at.page.url}: {text}"
        return self
