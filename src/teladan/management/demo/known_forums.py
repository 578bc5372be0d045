"""Two forums that sources tell of, as facts: no call, no programme, only what was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from teladan.forum.models import Event, Figure, Theme

LIPUTAN_2014 = (
    "Liputan6.com, 24 Maret 2014: para bupati dan wali kota alumni berbagi di kementerian"
)
LIPUTAN_2018 = "Liputan6.com, 22 Oktober 2018: kementerian akan mengumumkan Top 40"
MENPAN = "https://menpan.go.id/site/berita-terkini/kepala-daerah-alumni-harvard-berbagi-inovasi"
BERITALIMA = "https://beritalima.com/menpan-rb-adakan-pemeran-pelayanan-publik-pada-ips-2018"
VIVA = (
    "https://viva.co.id/amp/berita/nasional/"
    "1091303-pameran-layanan-publik-daerah-mana-paling-inovatif"
)
NUSAKINI = (
    "http://nusakini.com/news/"
    "ips-forum-dorong-partisipasi-masyarakat-dalam-perbaikan-pelayanan-publik"
)
AGRARIA = (
    "https://www.majalahagraria.today/berita/lintas-nusantara/7302/"
    "pameran-international-public-service-ips-forum-2018-dibanjiri-pengunjung/"
)
ASH = (
    "https://ash.harvard.edu/news/"
    "communiqu%C3%A9-center-launches-inaugural-executive-education-course-indonesian-officials"
)
FARDI = (
    "http://yosefardi.biz/"
    "peter-sondakhs-rajawali-the-state-bankroll-again-19-regentsmayors-to-harvard"
)
RAJAWALI = "https://www.rajawali.com/transformasi-pemimpin-indonesia-ke-tingkat-yang-lebih-baik/"

# What the sources say: (Indonesian, English, value, citation, year of the cohort it counts).
Told = tuple[str, str, str, str, int | None]
IPS_2018: tuple[Told, ...] = (
    ("Tahap sebelum Top 40", "The round before the Top 40", "Top 90", LIPUTAN_2018, None),
    ("Tahap sebelum Top 40", "The round before the Top 40", "Top 99", NUSAKINI, None),
    ("Hadiah diserahkan oleh (rencana)", "Prizes handed over by (as planned)", "Presiden",
     LIPUTAN_2018, None),
    ("Dibuka oleh", "Opened by", "Wakil Presiden", f"{BERITALIMA}\n{VIVA}", None),
    ("Top 40 menurut jenis instansi", "The Top 40 by kind of institution",
     "kementerian 5, kepolisian 2, provinsi 8, kabupaten 15, kota 10", f"{BERITALIMA}\n{AGRARIA}",
     None),
    ("Bagian acara", "Parts of it", "seminar dan pameran", LIPUTAN_2018, None),
    ("Bagian acara", "Parts of it", "diskusi, pasar inovasi, pameran, penyerahan penghargaan",
     f"{BERITALIMA}\n{AGRARIA}", None),
)  # fmt: skip
ALUMNI_2014: tuple[Told, ...] = (
    ("Makalah terpilih", "Papers chosen", "6 dari 58", LIPUTAN_2014, None),
    ("Makalah terpilih", "Papers chosen", "6 dari 72", MENPAN, None),
    ("Alumni", "Alumni", "58", LIPUTAN_2014, None),
    ("Alumni", "Alumni", "57", MENPAN, None),
    ("Pemilih makalah", "Who chose the papers", "kementerian", LIPUTAN_2014, None),
    ("Pemilih makalah", "Who chose the papers",
     "panel: Prof. Jay Rosengard, tim UGM, dan tim UNDP", MENPAN, None),
    ("Yang memaparkan", "Who presented",
     "Denpasar, Gresik, Belitung Timur, Sumenep, Kulonprogo, Kupang", MENPAN, None),
    ("Lama pelatihan", "Length of the course", "3 minggu", LIPUTAN_2014, None),
    ("Lama pelatihan", "Length of the course", "5 minggu (2013)", RAJAWALI, None),
    ("Kepala daerah, angkatan 2011", "Heads of region, cohort of 2011", "19", ASH, 2011),
    ("Kepala daerah, angkatan 2012", "Heads of region, cohort of 2012", "19", FARDI, 2012),
    ("Kepala daerah, angkatan 2013", "Heads of region, cohort of 2013", "20", RAJAWALI, 2013),
)  # fmt: skip
UNKNOWN_BELOW = (
    "Temanya terbagi dalam subtema; nama subtemanya belum ditemukan pada sumber mana pun."
)


def load_known_forums(now: datetime) -> None:
    """Load the forums that sources tell of: no call, no programme, only what was read."""
    ips = _past(
        now,
        IPS_2018,
        slug="ips-forum-2018",
        name="International Public Service (IPS) Forum 2018",
        umbrella="Memperluas dan memperbaiki pelayanan publik melalui kerja bersama (terjemahan)",
        place="Jakarta Convention Centre (JCC), Jakarta",
        starts=date(2018, 11, 7),
        ends=date(2018, 11, 8),
        citation=f"{LIPUTAN_2018}\n{BERITALIMA}\n{VIVA}",
        uncertain="Jumlah pengunjung, acara per jam, dan nama subtema tidak diketahui.",
    )
    for name in (
        "Memperluas pelayanan (Expanding Service Delivery)",
        "Memperbaiki pelayanan (Improving Service Delivery)",
        "Keterlibatan masyarakat (Public Engagement)",
    ):
        Theme.objects.create(event=ips, name=name, uncertain=UNKNOWN_BELOW)
    _past(
        now,
        ALUMNI_2014,
        slug="forum-alumni-2014",
        name="Forum Bupati/Wali Kota Alumni Harvard 2014",
        umbrella="",
        place="Kementerian PANRB, Jakarta",
        starts=date(2014, 3, 24),
        ends=date(2014, 3, 24),
        citation=f"{LIPUTAN_2014}\n{MENPAN}",
        uncertain=(
            "Angkatan 2011, 2012, dan 2013 berjumlah 19 + 19 + 20 = 58 kepala daerah. Mungkin "
            "karena itu artikelnya menulis 58 makalah, sedangkan kementerian menulis 72."
        ),
    )


def _past(now: datetime, told: tuple[Told, ...], **facts: Any) -> Event:
    event = Event.objects.create(published_at=now, **facts)
    for label_id, label_en, value, citation, year in told:
        Figure.objects.create(
            event=event,
            label_id=label_id,
            label_en=label_en,
            value=value,
            citation=citation,
            cohort_year=year,
        )
    return event
