"""Common ground: people and their offices, the ledger, notices and files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

ZONES = [
    ("Asia/Jakarta", "WIB"),
    ("Asia/Makassar", "WITA"),
    ("Asia/Jayapura", "WIT"),
]


class PersonManager(BaseUserManager["Person"]):
    def create_user(
        self, email: str, name: str, password: str | None = None, **more: Any
    ) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do follows from their office terms."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    zone = models.CharField(_("time zone"), max_length=20, choices=ZONES, default=ZONES[0][0])
    home_region = models.ForeignKey(
        "teladan.Region", models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # The terms read once for a request; see house.offices.held.
    known_terms: list[OfficeTerm] | None = None

    def __str__(self) -> str:
        return self.name


class Office(models.TextChoices):
    """Every office that may act. The list is closed; a route names its offices from it."""

    UNIT = "unit", _("Service unit")
    LOCAL_ADMIN = "local-admin", _("Local admin")
    SECRETARIAT = "secretariat", _("Secretariat")
    EVALUATOR = "evaluator", _("Evaluator")
    PANELIST = "panelist", _("Panelist")
    MINISTER = "minister", _("Minister")
    TREASURY = "treasury", _("Treasury")
    AUDITOR = "auditor", _("Auditor")
    MATCHMAKER = "matchmaker", _("Matchmaker")
    HOST = "host", _("Visit desk")
    AGENCY = "agency", _("Training agency")
    PARTICIPANT = "participant", _("Participant")
    MENTOR = "mentor", _("Mentor")
    COACH = "coach", _("Coach")
    EXAMINER = "examiner", _("Examiner")
    ORGANISER = "organiser", _("Forum organiser")
    REFEREE = "referee", _("Forum referee")


class OfficeTermQuerySet(models.QuerySet["OfficeTerm"]):
    def running(self, on: date) -> OfficeTermQuerySet:
        return self.filter(Q(ends=None) | Q(ends__gte=on), starts__lte=on)


class OfficeTerm(models.Model):
    """A person holds an office, perhaps of one institution and unit, from a day to a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="terms")
    office = models.CharField(max_length=20, choices=Office.choices)
    institution = models.ForeignKey(
        "teladan.Institution", models.PROTECT, null=True, blank=True, related_name="terms"
    )
    unit = models.ForeignKey(
        "teladan.Unit", models.PROTECT, null=True, blank=True, related_name="terms"
    )
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = OfficeTermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")),
                name="term_ends_after_it_starts",
                violation_error_message=_("A term cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(office__in=["unit", "local-admin", "host", "agency"])
                | Q(institution__isnull=False),
                name="local_office_names_its_institution",
                violation_error_message=_("This office is held in an institution; name it."),
            ),
            models.CheckConstraint(
                condition=~Q(office="unit") | Q(unit__isnull=False),
                name="unit_office_names_its_unit",
                violation_error_message=_("This office is held in a unit; name it."),
            ),
        ]
        indexes = [models.Index(fields=["person", "starts"], name="term_by_person")]

    def __str__(self) -> str:
        return f"{self.get_office_display()}: {self.person}"


class LedgerQuerySet(models.QuerySet["Ledger"]):
    def update(self, **_kwargs: Any) -> NoReturn:
        raise TypeError("the ledger is append-only")

    def delete(self) -> NoReturn:
        raise TypeError("the ledger is append-only")


class Ledger(models.Model):
    """One line for each act, chained by digest. Written only by house.ledger.record."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=60)
    about = models.CharField(max_length=60, db_index=True)
    facts = models.JSONField(default=dict)
    # A public line changed something that strangers may read; derived indexes follow these.
    public = models.BooleanField(default=False)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["seq"], condition=Q(public=True), name="ledger_public_lines")
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.act} {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("the ledger is append-only")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("the ledger is append-only")


class LedgerHead(models.Model):
    """The end of the chain, one row: locked while a line is added, so lines never fork."""

    seq = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    # The last line that changed a public page: what caches and search follow.
    public_seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.seq)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> NoticeQuerySet:
        return self.filter(sent_at=None, dropped_at=None)

    def released(self) -> NoticeQuerySet:
        return self.waiting().filter(released_at__isnull=False)


class Notice(models.Model):
    """A mail: queued with the act that caused it, sent after commit if it still may be."""

    to = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # "entry:41": what the mail tells of. Read again under the receiver's eyes when sent.
    about = models.CharField(max_length=60, blank=True)
    queued_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sent_at", "dropped_at", "id"], name="notice_waiting")]

    def __str__(self) -> str:
        return self.subject

    def due(self, now: datetime) -> bool:
        return self.sent_at is None and self.dropped_at is None and self.released_at is not None


class Attachment(models.Model):
    """A file somebody handed in: known by its hash, typed by its content, never shown inline."""

    about = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    handed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about", "sha256"],
                name="a_file_is_attached_once",
                violation_error_message=_("This very file is attached already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
