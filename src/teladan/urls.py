"""The map of the house: every address on one screen, in the order of an innovation's life."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

from teladan import desk
from teladan.awards import views as awards
from teladan.contest import views as contest
from teladan.forum import views as forum
from teladan.library import views as library
from teladan.matching import views as matching
from teladan.panel import views as panel
from teladan.registry import views as registry
from teladan.training import views as training
from teladan.visits import views as visits


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
    # Matching
    path("matching/", matching.matching, name="matching"),
    path("matching/coverage/", matching.coverage, name="coverage"),
    path("needs/new/", matching.need_new, name="need-new"),
    path("needs/<int:pk>/", matching.need, name="need"),
    path("offers/new/", matching.offer_new, name="offer-new"),
    path("offers/<int:pk>/withdraw/", matching.offer_withdraw, name="offer-withdraw"),
    path("pairings/", matching.pairings, name="pairings"),
    path("pairings/<int:pk>/", matching.pairing, name="pairing"),
    path("pairings/<int:pk>/override/", matching.override, name="override"),
    path("overrides/<int:pk>/lift/", matching.override_lift, name="override-lift"),
    path("proposals/<int:pk>/", matching.proposal, name="proposal"),
    path("agreements/<int:pk>/", matching.agreement, name="agreement"),
    path("agreements/<int:pk>/do/", matching.agreement_do, name="agreement-do"),
    path("agreements/<int:pk>/files/<int:file>/", matching.agreement_file, name="agreement-file"),
    # Visits
    path("visits/", visits.visits, name="visits"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/do/", visits.do, name="visit-do"),
    path("hosts/", visits.hosts, name="hosts"),
    path("hosts/<int:pk>/", visits.host, name="host"),
    path("hosts/<int:pk>/rules/", visits.reception, name="reception"),
    path("hosts/<int:pk>/ask/", visits.ask, name="visit-ask"),
    # Training
    path("training/", training.training, name="training"),
    path("training/home/", training.trained_elsewhere, name="trained-elsewhere"),
    path("training/cohorts/new/", training.cohort_new, name="cohort-new"),
    path("training/cohorts/<int:pk>/", training.cohort, name="cohort"),
    path("training/cohorts/<int:pk>/enrol/", training.enrol, name="enrol"),
    path("training/cohorts/<int:pk>/visit/", training.cohort_visit, name="cohort-visit"),
    path("training/cohorts/<int:pk>/report.csv", training.cohort_report, name="cohort-report"),
    path("participants/<int:pk>/", training.participant, name="participant"),
    path("participants/<int:pk>/seat/", training.seat, name="seat-guide"),
    path("participants/<int:pk>/diagnosis/", training.diagnosis, name="diagnosis"),
    path("participants/<int:pk>/agree/", training.agree_area, name="agree-area"),
    path("participants/<int:pk>/project/", training.project, name="project"),
    path("participants/<int:pk>/project/row/", training.project_row, name="project-row"),
    path("participants/<int:pk>/project/strike/", training.project_strike, name="project-strike"),
    path("participants/<int:pk>/guide/", training.guide, name="guide"),
    path("participants/<int:pk>/absorbed/", training.assess, name="assess"),
    path("participants/<int:pk>/seminar/", training.seminar, name="seminar"),
    path("participants/<int:pk>/outcome/", training.conclude, name="conclude"),
    path("participants/<int:pk>/remedial/", training.remedial, name="remedial"),
    path("participants/<int:pk>/after/", training.follow_up, name="follow-up"),
    path("participants/<int:pk>/hand-on/", training.hand_on, name="hand-on"),
    path("milestones/<int:pk>/reach/", training.milestone_reach, name="milestone-reach"),
    path("examining/<int:pk>/", training.examine, name="examine"),
    path("examining/<int:pk>/unseat/", training.examiner_unseat, name="examiner-unseat"),
    path("graduates/<str:code>.pdf", training.graduate_certificate, name="graduate-certificate"),
    # Forum
    path("forum/", forum.forums, name="forums"),
    path("forum/new/", forum.forum_new, name="forum-new"),
    path("forum/<slug:slug>/", forum.forum, name="forum"),
    path("forum/<slug:slug>/office/", forum.forum_office, name="forum-office"),
    path("forum/<slug:slug>/papers/new/", forum.paper_new, name="paper-new"),
    path("forum/<slug:slug>/papers/choose/", forum.papers_choose, name="papers-choose"),
    path("forum/<slug:slug>/sessions/new/", forum.session_new, name="session-new"),
    path("forum/<slug:slug>/talks/new/", forum.talk_new, name="talk-new"),
    path("forum/<slug:slug>/booths/new/", forum.booth_new, name="booth-new"),
    path("alumni/", forum.alumni, name="alumni"),
    path("papers/", forum.papers, name="papers"),
    path("papers/<int:pk>/", forum.paper, name="paper"),
    path("papers/<int:pk>/judge/", forum.paper_judge, name="paper-judge"),
    path("papers/<int:pk>/withdraw/", forum.paper_withdraw, name="paper-withdraw"),
    path("booths/<int:pk>/", forum.booth, name="booth"),
    path("booths/<int:pk>/drop/", forum.booth_drop, name="booth-drop"),
    path("appointments/<int:pk>/", forum.appointment, name="appointment"),
    path("appointments/<int:pk>/cancel/", forum.appointment_cancel, name="appointment-cancel"),
    path("themes/<int:pk>/drop/", forum.theme_drop, name="theme-drop"),
    path("referees/<int:pk>/unseat/", forum.referee_unseat, name="referee-unseat"),
    path("sessions/<int:pk>/drop/", forum.session_drop, name="session-drop"),
    path("talks/<int:pk>/drop/", forum.talk_drop, name="talk-drop"),
    # Everybody's own
    path("desk/", desk.desk, name="desk"),
    path("outbox/", desk.outbox, name="outbox"),
    path("ledger/", desk.ledger, name="ledger"),
    path("language/", desk.language, name="language"),
    path("healthz", desk.healthz, name="healthz"),
    address,
    accounts,
]
