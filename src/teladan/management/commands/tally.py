from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from teladan.contest.models import Entry, Round, Seal
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.offices import CAPITAL
from teladan.house.refusals import Refusal
from teladan.panel.acts import rows_of, tally


class Command(BaseCommand):
    help = "Count a round; nothing is kept unless --seal is given."
    requires_system_checks = ()  # it serves no pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", help="a round: its key, or EDITION/NUMBER (kipp-2018/1)")
        parser.add_argument("--seal", action="store_true", help="close the round for ever")
        parser.add_argument("--by", default="", help="e-mail of the secretariat who seals")
        parser.add_argument("--order", default="", help="keys of tied entries, winners first")
        parser.add_argument("--because", default="", help="why the plenary decided so")
        parser.add_argument("--json", action="store_true", help="print the standings as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        sieve, seal = find_round(options["round"]), options["seal"]
        by = find_secretariat(options["by"], needed=seal)
        try:
            order = [int(key) for key in options["order"].split(",") if key.strip()]
        except ValueError as no:
            raise CommandError("--order takes keys of entries: 12,15", returncode=2) from no
        try:
            # A dry run is the act itself, taken back: it refuses whatever sealing would refuse.
            with transaction.atomic():
                sealed = tally(
                    by=by,
                    sieve=sieve,
                    now=timezone.now(),
                    order=order,
                    because=options["because"],
                )
                self.show(sealed, as_json=options["json"])
                transaction.set_rollback(not seal)
        except Refusal as no:
            raise CommandError(no.reason) from no
        if not options["json"]:
            self.stdout.write("sealed" if seal else "dry run: nothing was kept (--seal keeps it)")

    def show(self, sealed: Seal, *, as_json: bool) -> None:
        rows = rows_of(sealed.pk)
        titles = dict(Entry.objects.filter(standings__seal=sealed).values_list("pk", "title"))
        if as_json:
            named = [{**row, "title": titles[row["entry"]]} for row in rows]
            self.stdout.write(json.dumps(named, ensure_ascii=False, indent=1))
            return
        self.stdout.write("place      raw  adjusted    95% range  chance  stands  entry")
        for row in rows:
            stands = "yes" if row["stood"] else ""
            self.stdout.write(
                f"{row['place']:>5} {row['raw']:>8} {row['adjusted']:>9}"
                f"    {row['low']:>4} - {row['high']:<4} {row['chance']:>7}  {stands:<6}"
                f"  {row['entry']} {titles[row['entry']]}"
            )


def find_round(named: str) -> Round:
    slug, _slash, number = named.rpartition("/")
    rounds = Round.objects.select_related("edition")
    found = None
    if slug and number.isdecimal():
        found = rounds.filter(edition__slug=slug, number=number).first()
    elif named.isdecimal():
        found = rounds.filter(pk=named).first()
    if found is None:
        known = ", ".join(f"{each.edition.slug}/{each.number}" for each in rounds.order_by("pk"))
        raise CommandError(
            f"There is no round {named}. There are: {known or 'none'}.", returncode=2
        )
    return found


def find_secretariat(email: str, *, needed: bool) -> Person:
    """Return who counts: the person named, or for a dry run whoever holds the office."""
    if email:
        person = Person.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"Nobody here has the e-mail {email}.", returncode=2)
        return person
    if needed:
        raise CommandError("Say who seals: --by E-MAIL of the secretariat.", returncode=2)
    today = timezone.now().astimezone(CAPITAL).date()
    running = OfficeTerm.objects.running(today).filter(office=Office.SECRETARIAT)
    term = running.filter(person__is_active=True).select_related("person").first()
    if term is None:
        raise CommandError("Nobody holds the office of secretariat today.")
    return term.person
