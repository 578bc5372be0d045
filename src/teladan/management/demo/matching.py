"""Matching: simulated needs and offers of the demo's institutions, paired, agreed and confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL
from teladan.management.demo.entries import Places
from teladan.management.demo.people import People
from teladan.matching import acts
from teladan.matching.models import Offer, Proposal
from teladan.matching.rules import FitRules
from teladan.registry.models import Innovation, Institution

# Theme of each need, in turn, and what hurts; nothing is said about a real region.
HURTS = (
    ("health", "Simulasi: warga dusun jauh menunggu berminggu-minggu untuk diperiksa."),
    ("licensing", "Simulasi: izin usaha kecil memerlukan lima kunjungan."),
    ("papers", "Simulasi: satu dari sepuluh bayi belum punya akta."),
    ("poverty", "Simulasi: data keluarga miskin berbeda di tiap dinas."),
)


def life_of_matching(people: People, places: Places, now: datetime) -> Iterator[datetime]:
    """State needs, offer help, pair; carry one pair to an agreement, leave others to be answered.

    Bima's institution both needs and offers, so that its desk holds an answer to give.
    """
    bima, clerk = people.of[Office.LOCAL_ADMIN], people.clerk
    joko = people.of[Office.MATCHMAKER]
    home, others = places.institutions[0], places.institutions[1:]
    began = now - timedelta(days=60)

    def admin(of: Institution) -> Person:
        return bima if of.pk == home.pk else clerk

    year = now.astimezone(CAPITAL).year
    yield began
    helping = list(
        Innovation.objects.public()
        .filter(institution__in=places.institutions, simulated=True)
        .select_related("institution")
        .order_by("pk")
    )
    for number, innovation in enumerate(helping):
        acts.offer_help(
            by=admin(innovation.institution),
            innovation=innovation,
            theme=HURTS[number % len(HURTS)][0],
            year=year,
            capacity=2,
            conditions="Simulasi: dua petugas dan satu kendaraan.",
            simulated=True,
            now=began,
        )
    stated = began + timedelta(days=5)
    yield stated
    offered = list(Offer.objects.order_by("pk").values_list("theme", flat=True))
    for number, institution in enumerate([home, *others]):
        # Bima's own need is one that somebody else offers to help with.
        theme, problem = HURTS[(number + 1) % len(HURTS)]
        acts.state_need(
            by=admin(institution),
            institution=institution,
            theme=theme if theme in offered or number else offered[-1],
            problem=problem,
            target_group="Simulasi: warga yang paling jauh dari kantor",
            constraints="",
            readiness={"leader": True, "team": number % 2 == 0, "budget": number % 3 == 0},
            simulated=True,
            now=stated,
        )
    paired = began + timedelta(days=10)
    yield paired
    acts.propose(by=joko, year=year, rules=FitRules(), now=paired)
    rows = Proposal.objects.select_related("need__institution", "offer__institution")
    first = rows.exclude(need__institution=home).exclude(offer__institution=home).first()
    if first is None:
        return
    then = began + timedelta(days=20)
    yield then
    # The clerk serves both sides: each call answers for the side that has not answered yet.
    for _side in ("adopter", "source"):
        acts.reply(by=clerk, proposal=first, accepted=True, reason="", now=then)
    yield then + timedelta(days=5)
    agreement = acts.agree(
        by=joko,
        proposal=first,
        topic=f"Simulasi: meniru {first.offer.innovation.title}"[:200],
        starts=then.date(),
        ends=then.date() + timedelta(days=547),
        adopter_role="Simulasi: menyiapkan tim dan satu wilayah uji coba.",
        source_role="Simulasi: melatih tim dan membuka catatannya.",
        now=then + timedelta(days=5),
    )
    yield then + timedelta(days=20)
    acts.advance(
        by=clerk,
        agreement=agreement,
        stage="understand",
        told="Simulasi: tim membaca catatan dan berkunjung sekali.",
        upload=None,
        now=then + timedelta(days=20),
    )
