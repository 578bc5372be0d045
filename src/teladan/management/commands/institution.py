from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from teladan.house.refusals import Refusal
from teladan.management.commands.appoint import appointer
from teladan.registry.acts import open_institution
from teladan.registry.models import Institution, Region


class Command(BaseCommand):
    help = "Set up an institution, so that a local admin can be appointed to it."
    requires_system_checks = ()  # it serves no pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--kind", default="", help=", ".join(Institution.Kind.values))
        parser.add_argument("--region", default="", help="code of its region, such as 32.71")
        parser.add_argument("--by", default="", help="e-mail of the secretariat who sets it up")

    def handle(self, *_args: Any, **options: Any) -> None:
        kind, code = options["kind"], options["region"].strip()
        if kind not in Institution.Kind.values:
            known = ", ".join(Institution.Kind.values)
            said = f"{kind} is no kind of institution." if kind else "Say its --kind."
            raise CommandError(f"{said} There are: {known}.", returncode=2)
        region = Region.objects.filter(code=code).first() if code else None
        if code and region is None:
            hint = "On an empty site, `teladan demo load --facts-only` loads the regions."
            raise CommandError(f"There is no region {code} here. {hint}", returncode=2)
        by = appointer(options["by"])
        try:
            made = open_institution(
                by=by, name=options["name"], kind=kind, region=region, now=timezone.now()
            )
        except Refusal as no:
            raise CommandError(no.reason, returncode=2) from no
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages), returncode=2) from wrong
        where = f", {made.region}" if made.region else ""
        self.stdout.write(f"{made.name}: {made.get_kind_display()}{where}")
