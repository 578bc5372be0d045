"""The map of the house: every address on one screen, in the order of an innovation's life."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

from teladan import desk
from teladan.awards import views as awards
from teladan.contest import views as contest
from teladan.library import views as library
from teladan.panel import views as panel
from teladan.registry import views as registry


def declared(patterns: Iterable[Any], office: str) -> None:
    """Declare who may come to pages that a library brings along."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            declared(pattern.url_patterns, office)
        elif isinstance(pattern, URLPattern):
            pattern.callback.declared = (office,)  # type: ignore[attr-defined]


accounts = path("accounts/", include("allauth.urls"))
# Offices are given to an address: whoever could claim another's would get that one's offices. So
# the page that changes addresses is shut, and its name leads to the page beside it.
address = path("accounts/email/", RedirectView.as_view(pattern_name="mfa_index"))
# django-allauth guards its own pages: signing in is public, the rest asks for a sign-in itself.
declared([address, accounts], "public")

urlpatterns = [
    # The public face
    path("", library.home, name="home"),
    path("about/", library.about, name="about"),
    path("library/", library.library, name="library"),
    path("library/export.csv", library.export_csv, name="library-csv"),
    path("library/export.json", library.export_json, name="library-json"),
    path("library/feed.xml", library.feed, name="feed"),
    path("library/<int:pk>/", library.innovation, name="innovation"),
    path("regions/", library.regions, name="regions"),
    path("regions/points.json", library.points, name="points"),
    path("regions/<str:code>/", library.region, name="region"),
    path("verify/", library.verify, name="verify"),
    # Registry
    path("innovations/new/", registry.register, name="register"),
    path("institution/", registry.institution, name="institution"),
    # Contest
    path("editions/", contest.editions, name="editions"),
    path("editions/new/", contest.announce, name="announce"),
    path("editions/<slug:slug>/", contest.edition, name="edition"),
    path("editions/<slug:slug>/amend/", contest.amend, name="amend"),
    path("editions/<slug:slug>/office/", contest.office, name="office"),
    path("editions/<slug:slug>/entries/", contest.entries, name="entries"),
    path("editions/<slug:slug>/entries.csv", contest.entries_csv, name="entries-csv"),
    path("editions/<slug:slug>/enter/", contest.enter, name="enter"),
    path("board/", contest.board, name="board"),
    path("entries/<int:pk>/", contest.entry, name="entry"),
    path("entries/<int:pk>/save/", contest.save, name="entry-save"),
    path("entries/<int:pk>/files/", contest.attach, name="entry-attach"),
    path("entries/<int:pk>/files/<int:file>/", contest.evidence, name="entry-file"),
    path("entries/<int:pk>/files/<int:file>/remove/", contest.detach, name="entry-detach"),
    path("entries/<int:pk>/send-back/", contest.send_back, name="entry-send-back"),
    path("entries/<int:pk>/endorse/", contest.endorse, name="entry-endorse"),
    path("entries/<int:pk>/file/", contest.file_entry, name="entry-file-it"),
    path("entries/<int:pk>/receipt/", contest.receipt, name="entry-receipt"),
    path("entries/<int:pk>/screen/", contest.screen, name="entry-screen"),
    # Panel
    path("editions/<slug:slug>/readers/", panel.readers, name="readers"),
    path("editions/<slug:slug>/readers/import/", panel.import_readers, name="readers-import"),
    path("readers/<int:pk>/pledge/", panel.pledge, name="pledge"),
    path("ballots/", panel.ballots, name="ballots"),
    path("ballots/<int:pk>/", panel.ballot, name="ballot"),
    path("ballots/<int:pk>/save/", panel.jot, name="ballot-save"),
    path("ballots/<int:pk>/recuse/", panel.recuse, name="recuse"),
    path("rounds/<int:pk>/", panel.round_page, name="round"),
    path("rounds/<int:pk>/assign/", panel.assign, name="assign"),
    path("rounds/<int:pk>/seat/", panel.seat, name="seat"),
    path("rounds/<int:pk>/ranking/", panel.ranking, name="ranking"),
    path("rounds/<int:pk>/seal/", panel.seal, name="seal"),
    path("rounds/<int:pk>/marks.csv", panel.marks_csv, name="marks-csv"),
    # Awards
    path("editions/<slug:slug>/proclaim/", awards.proclaim, name="proclaim"),
    path("editions/<slug:slug>/divide/", awards.divide, name="divide"),
    path("editions/<slug:slug>/results/", awards.results, name="results"),
    path("editions/<slug:slug>/fund/", awards.fund, name="fund"),
    path("editions/<slug:slug>/bundle.json", awards.bundle, name="bundle"),
    path("certificates/<str:code>.pdf", awards.certificate, name="certificate"),
    # Everybody's own
    path("desk/", desk.desk, name="desk"),
    path("outbox/", desk.outbox, name="outbox"),
    path("ledger/", desk.ledger, name="ledger"),
    path("language/", desk.language, name="language"),
    path("healthz", desk.healthz, name="healthz"),
    address,
    accounts,
]
