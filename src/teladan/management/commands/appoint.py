from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.offices import CAPITAL, appoint
from teladan.house.refusals import Refusal
from teladan.management.demo.people import new_password
from teladan.registry.models import Institution, Unit


def appointer(email: str) -> Person | None:
    """Return who acts: nobody while a site is set up, its secretariat afterwards."""
    if email:
        person = Person.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"Nobody here has the e-mail {email}.", returncode=2)
        return person
    today = timezone.now().astimezone(CAPITAL).date()
    if OfficeTerm.objects.running(today).filter(office=Office.SECRETARIAT).exists():
        raise CommandError("This site has a secretariat: say --by whom.", returncode=2)
    return None


class Command(BaseCommand):
    help = "Give a person an office; the first secretariat of a site is appointed by nobody."
    requires_system_checks = ()  # it serves no pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("office", help=", ".join(Office.values))
        parser.add_argument("--name", default="", help="of a person who has no account yet")
        parser.add_argument("--institution", default="", help="its name, for local offices")
        parser.add_argument("--unit", default="", help="its name, for the office of a unit")
        parser.add_argument("--by", default="", help="e-mail of the secretariat who appoints")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        if options["office"] not in Office.values:
            known = ", ".join(Office.values)
            raise CommandError(
                f"{options['office']} is no office. There are: {known}.", returncode=2
            )
        now, password = timezone.now(), ""
        today = now.astimezone(CAPITAL).date()
        by = appointer(options["by"])
        institution, unit = self.place(options["institution"], options["unit"])
        email = options["email"].strip().lower()
        person = Person.objects.filter(email=email).first()
        if person is None:
            if not options["name"].strip():
                raise CommandError(f"{email} has no account yet: give --name.", returncode=2)
            password = new_password()
            person = Person.objects.create_user(email, options["name"].strip(), password)
        try:
            term = appoint(
                by=by,
                person=person,
                office=options["office"],
                starts=today,
                now=now,
                institution_id=institution.pk if institution else None,
                unit_id=unit.pk if unit else None,
            )
        except Refusal as no:
            raise CommandError(no.reason) from no
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages), returncode=2) from wrong
        self.stdout.write(f"{person.name} <{person.email}>: {term.get_office_display()}")
        if password:
            self.stdout.write(f"password, shown this once: {password}")

    def place(self, name: str, unit_name: str) -> tuple[Institution | None, Unit | None]:
        if not name:
            return None, None
        institution = Institution.objects.filter(name=name).first()
        if institution is None:
            hint = "`teladan institution` makes one."
            raise CommandError(f"There is no institution called {name}. {hint}", returncode=2)
        if not unit_name:
            return institution, None
        unit = Unit.objects.filter(institution=institution, name=unit_name).first()
        if unit is None:
            raise CommandError(f"{name} has no unit called {unit_name}.", returncode=2)
        return institution, unit
