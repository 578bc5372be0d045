"""Loading the demo: facts as they are, then three simulated editions along one clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F

from teladan.contest import acts as contest
from teladan.contest.models import Edition
from teladan.contest.rules import parse
from teladan.house.ledger import record
from teladan.house.models import Ledger, Notice, Office, Person
from teladan.house.offices import CAPITAL
from teladan.house.refusals import Refusal
from teladan.management.demo import entries, facts, ours, rounds, years
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.entries import Places, Year
from teladan.management.demo.forum import load_known_forums, plan_forum
from teladan.management.demo.matching import life_of_matching
from teladan.management.demo.people import People, keep_passwords, make_people, seat_locals
from teladan.management.demo.training import plan_training
from teladan.management.demo.visits import life_of_visits, load_known_visits
from teladan.registry.models import Innovation, Region

SEED = 20181107
HISTORY = timedelta(days=600)
Say = Callable[[str], None]


def is_empty() -> bool:
    """Say whether there is nothing here yet."""
    tables = (Region, Person, Edition, Ledger)
    return not any(table._default_manager.exists() for table in tables)


@transaction.atomic
def load(now: datetime, size: str = "full", say: Say = lambda _line: None) -> None:
    """Load the demo into an empty database, all or nothing. Refuses `not-empty`."""
    chosen = years.SIZES[size]
    say("loading regions, figures and results")
    results, index_awards = _facts(now)
    begins = now - HISTORY
    starts = begins.astimezone(CAPITAL).date()
    people = make_people((chosen.evaluators, chosen.panelists), begins, starts)
    places = entries.make_places(chosen.institutions)
    real = results.of_year("2018", {"top40", "top99"})[: chosen.running_real]
    homes = list({found.institution_id: found.institution for found in real}.values())
    seat_locals(people, places.institutions, places.units, homes, begins, starts)
    record(by=None, act="demo.prepare", about="demo", now=begins, seed=SEED, size=size)
    say("simulating three editions of the competition, and what comes after the prize")
    demo = Demo(chosen, now, Agenda(), people, places)
    demo.plan_the_one_that_is_over()
    demo.plan_the_one_being_marked(real)
    demo.plan_the_one_that_is_open()
    demo.agenda.live(life_of_matching(people, places, now))
    demo.agenda.live(life_of_visits(people, places, now))
    plan_training(people, places, demo.agenda, now)
    plan_forum(people, places, demo.agenda, now)
    demo.agenda.run()
    # What was let go in the past arrived in the past: nobody gets mail from the demo's history.
    Notice.objects.released().update(sent_at=F("released_at"))
    load_known_visits()
    load_known_forums(now)
    facts.record_import(results, index_awards, now)
    transaction.on_commit(lambda: keep_passwords(people))


@transaction.atomic
def load_facts(now: datetime) -> None:
    """Load the shipped facts alone: a site's beginning. Refuses `not-empty`."""
    results, index_awards = _facts(now)
    load_known_visits()
    load_known_forums(now)
    facts.record_import(results, index_awards, now)


def _facts(now: datetime) -> tuple[facts.Results, int]:
    if not is_empty():
        raise Refusal("not-empty", "There is data here already; this needs an empty database.")
    facts.load_regions()
    facts.load_indicators()
    return facts.Results(now), facts.load_index_awards()


@dataclass
class Demo:
    """The three editions, planned one after the other and lived through together."""

    size: years.Size
    now: datetime
    agenda: Agenda
    people: People
    places: Places

    def plan_the_one_that_is_over(self) -> None:
        """2017: filed, marked twice, sealed twice, proclaimed, and its fund divided."""
        rules = years.over(self.size, self.now)
        opens = parse(rules).opens

        def announced(now: datetime) -> None:
            year = self._announce(2017, rules, now)
            numbers = range(1, self.size.over - 2)
            self._plan_entries(year, numbers, "2017-", [], never_filed=0)
            mine = opens + timedelta(days=2)
            self.agenda.at(mine, lambda at: ours.in_the_edition_that_is_over(year, self.places, at))
            self._plan_screening(year, self.size.over_refused)
            told = year.edition.rule.closes + timedelta(days=3)
            self.agenda.at(told, lambda at: rounds.let_mail_go(year, at))
            rounds.plan_to_the_end(year, ours.GOOD)

        self.agenda.at(opens - timedelta(days=20), announced)

    def plan_the_one_being_marked(self, real: list[Innovation]) -> None:
        """2018: screened and assigned; readers are at work, some of them behind."""
        rules = years.running(self.size, self.now)
        opens = parse(rules).opens

        def announced(now: datetime) -> None:
            year = self._announce(2018, rules, now)
            last = self.size.running + self.size.running_drafts
            never = self.size.running_drafts
            self._plan_entries(year, range(1, last), "", real, never_filed=never)
            mine = opens + timedelta(days=4)
            self.agenda.at(mine, lambda at: ours.in_the_edition_being_marked(year, self.places, at))
            self._plan_screening(year, self.size.running_refused)
            rounds.plan_first(year, until=self.now)

        self.agenda.at(opens - timedelta(days=20), announced)

    def plan_the_one_that_is_open(self) -> None:
        """2019: takes entries today; drafts at every stage."""
        rules = years.opened(self.size, self.now)
        opens = parse(rules).opens

        def announced(now: datetime) -> None:
            year = self._announce(2019, rules, now)
            numbers = range(1, self.size.opened + 1)
            begun = self.size.opened * 2 // 3
            self._plan_entries(year, numbers, "2019-", [], never_filed=begun, until=self.now)
            ours.in_the_edition_that_is_open(year, self.places, self.now)

        self.agenda.at(opens - timedelta(days=10), announced)

    def _announce(self, number: int, rules: years.Rules, now: datetime) -> Year:
        edition = contest.announce(
            by=self.people.of[Office.SECRETARIAT],
            slug=f"kipp-{number}",
            name=f"KIPP {number} (model)",
            year=number,
            rules=rules,
            theme="Simulasi: data contoh untuk dicoba",
            simulated=True,
            now=now,
        )
        # The same dice each time, and no secret is thrown with them.
        dice = Random(SEED + number)  # noqa: S311
        return Year(edition, self.people, dice, self.agenda, rounds.severities(self.people, SEED))

    def _plan_entries(
        self,
        year: Year,
        numbers: range,
        prefix: str,
        real: list[Innovation],
        never_filed: int,
        until: datetime | None = None,
    ) -> None:
        categories = year.edition.rule.categories
        ideas = [
            *entries.ideas_named_after(real, categories),
            *entries.simulated_ideas(self.places, numbers, categories, prefix, year.dice),
        ]

        def drafted(now: datetime) -> None:
            drafts = entries.draft(year, ideas, now)
            entries.file_all(year, drafts[: len(drafts) - never_filed], until)

        self.agenda.at(year.edition.rule.opens + timedelta(days=1), drafted)

    def _plan_screening(self, year: Year, refused: int) -> None:
        begins = year.edition.rule.closes + timedelta(hours=9)
        self.agenda.at(begins, lambda now: entries.screen_all(year, refused, now))
        shunned = self.places.institutions[3]
        self.agenda.at(
            begins + timedelta(days=3), lambda now: rounds.enlist_everybody(year, shunned, now)
        )
