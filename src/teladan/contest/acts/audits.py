"""The audit of filings: what was handed in is what the receipt and the ledger say."""

from __future__ import annotations

from collections.abc import Iterator

from teladan.contest.models import Filing
from teladan.house.ledger import digest_of
from teladan.house.models import Ledger


def broken_filings() -> Iterator[str]:
    """Name each filing whose content is not what its receipt was given for.

    Whoever changes a content can change its digest with it; the ledger's line cannot follow
    without breaking the chain. A filing that the ledger knows and that is gone is named too.
    """
    lines = Ledger.objects.filter(act="contest.file_entry").order_by("seq")
    known: dict[str, list[object]] = {}
    for about, facts in lines.values_list("about", "facts").iterator(chunk_size=2000):
        known.setdefault(about, []).append(facts.get("digest"))
    for filing in Filing.objects.order_by("pk").iterator(chunk_size=200):
        if digest_of(filing.content) != filing.digest:
            yield f"filing {filing.receipt}: the content was changed after it was filed"
        if known.pop(f"entry:{filing.entry_id}", []) != [filing.digest]:
            yield f"filing {filing.receipt}: the ledger knows another digest than the filing"
    for about in known:
        yield f"filing of {about}: the ledger knows it and it is gone"
