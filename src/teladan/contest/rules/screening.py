"""What keeps an entry out: coded reasons, and the questions asked of a draft before it is filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.contest.rules.rulesets import Rules

# Why a filed entry is not admitted: code -> how it is said to the unit.
SCREENING_REASONS = {
    "age-below-minimum": gettext_lazy("In use for less time than the rules ask for"),
    "form-incomplete": gettext_lazy("The form is not complete"),
    "answers-careless": gettext_lazy("The answers are there, but do not answer the questions"),
    "title-repeated": gettext_lazy("Another entry has the same title"),
    "not-eligible": gettext_lazy("Not eligible: honoured before in a way that bars it"),
    "evidence-missing": gettext_lazy("Evidence is missing or does not support the answers"),
}


def lacking(
    rule: Rules,
    *,
    words: Mapping[str, int],
    category: str,
    started: date | None,
    twin: bool,
    honours: Sequence[str],
) -> Iterator[tuple[str, str, str]]:
    """Say what keeps a draft from being filed: code, place, words for it.

    Asked of facts that were read before, so that a board of many drafts asks the database once,
    not once a draft. `words` counts those of each answer, `twin`
    says whether a filed entry has this title, `honours` are the codes of what it won before.
    """
    for aspect in rule.aspects:
        count = words.get(aspect.code, 0)
        if not count:
            yield "form-incomplete", aspect.code, _("Not answered yet.")
        elif count > aspect.words:
            over = _("%(words)d words; the limit is %(limit)d. Shorten it.")
            yield "too-long", aspect.code, over % {"words": count, "limit": aspect.words}
    if not category:
        yield "form-incomplete", "category", _("Choose a category.")
    limit = rule.youngest_start()
    if started is None:
        missing = _("Say since when the innovation has been in use.")
        yield "age-below-minimum", "started", missing
    elif started > limit:
        young = _("In use since %(start)s; the rules ask for use since %(limit)s or before.")
        yield "age-below-minimum", "started", young % {"start": started, "limit": limit}
    if twin:
        yield "title-repeated", "title", _("Another entry of this edition has this title.")
    barring = [level for level in honours if level in rule.barred]
    barring += [level for level in rule.barred_twice if list(honours).count(level) > 1]
    if barring:
        why = _("The rules bar innovations honoured before: %(honours)s.")
        yield "not-eligible", "title", why % {"honours": ", ".join(barring)}
