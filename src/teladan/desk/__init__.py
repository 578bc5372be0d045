"""My desk: what awaits me, across all stages; and the pages that belong to no stage."""

from teladan.desk.pages import desk, healthz, language, ledger, outbox

__all__ = ["desk", "healthz", "language", "ledger", "outbox"]
