"""What visitors want to learn, what the host answered, and what they learned."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Person
from teladan.visits.models.visiting import Step, Visit


class QuestionQuerySet(models.QuerySet["Question"]):
    def readable(self) -> QuestionQuerySet:
        """Those answered at visits that took place, which everybody may read."""
        held = Step.objects.filter(visit=OuterRef("visit"), kind=Step.Kind.HELD)
        return self.filter(~Q(answer=""), Exists(held))

    def pending(self) -> QuestionQuerySet:
        return self.filter(answer="")


class Question(models.Model):
    """What visitors want to learn, sent beforehand, and what the host answered."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    # Until when the host has promised the answer, while there is none.
    due = models.DateField(_("answer until"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Lesson(models.Model):
    """What one visitor, or the group, learned: what to keep, what to change at home."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="lessons")
    by = models.ForeignKey(Person, models.PROTECT, related_name="lessons")
    of_group = models.BooleanField(default=False)
    learned = models.TextField(_("what was learned"))
    at_home = models.TextField(_("what will be done with it at home"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["-of_group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "by", "of_group"], name="one_lesson_a_person_and_visit"
            ),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(of_group=True), name="one_lesson_of_the_group"
            ),
        ]

    def __str__(self) -> str:
        return self.learned[:60]
