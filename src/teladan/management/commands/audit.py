from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teladan.awards.acts import broken_awards, broken_pots
from teladan.awards.models import Pot
from teladan.contest.acts import broken_filings
from teladan.contest.models import Filing, Seal
from teladan.house.ledger import broken_lines
from teladan.house.models import Ledger
from teladan.panel.acts import broken_seals


class Command(BaseCommand):
    help = "Compute everything again that can be computed again, and name each difference."
    requires_system_checks = ()  # it serves no pages

    def handle(self, *_args: Any, **_options: Any) -> None:
        faults = 0
        for find in (broken_lines, broken_filings, broken_seals, broken_awards, broken_pots):
            for fault in find():
                faults += 1
                self.stdout.write(fault)
        if faults:
            raise CommandError(f"{faults} differences found; they are listed above.")
        counts = (Ledger, Seal, Pot, Filing)
        lines, seals, funds, filings = (table._default_manager.count() for table in counts)
        self.stdout.write(f"{lines} lines, {seals} seals, {funds} funds hold")
        self.stdout.write(f"{filings} filings hold")
