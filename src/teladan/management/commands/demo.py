from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from teladan.house.refusals import Refusal


class Command(BaseCommand):
    requires_system_checks = ()  # it serves no pages
    help = "Load the demo into an empty database, or show the accounts it made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load", "accounts"])
        parser.add_argument("--size", default="full", help="full or small")
        parser.add_argument("--facts-only", action="store_true", help="simulate nothing")
        parser.add_argument("--json", action="store_true", help="print accounts as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "load":
            self.load(options["size"], facts_only=options["facts_only"])
        else:
            self.accounts(as_json=options["json"])

    def load(self, size: str, *, facts_only: bool) -> None:
        from teladan.management.demo.loading import load, load_facts
        from teladan.management.demo.years import SIZES

        if size not in SIZES:
            raise CommandError(f"The demo comes in the sizes {', '.join(SIZES)}.", returncode=2)
        try:
            if facts_only:
                load_facts(timezone.now())
            else:
                load(timezone.now(), size, say=self.stdout.write)
        except Refusal as no:
            raise CommandError(no.reason) from no
        self.stdout.write("loaded")

    def accounts(self, *, as_json: bool) -> None:
        from teladan.management.demo.people import known_accounts

        accounts = known_accounts()
        if as_json:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=1))
            return
        if not accounts:
            raise CommandError("No demo was loaded here: run `teladan demo load` first.")
        for row in accounts:
            password = row["password"] or "(changed since)"
            self.stdout.write(f"{row['office']:<12} {row['email']:<24} {password}")
