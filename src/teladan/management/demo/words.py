"""Sentences of simulated entries and marks: a small grammar of our own, in Indonesian.

Nobody wrote these texts about anything real, and each of them begins by saying so.
"""

from __future__ import annotations

from random import Random

OPENING = "Teks simulasi, bukan laporan siapa pun."
WHO = (
    "warga lanjut usia", "ibu hamil", "pelajar", "petani", "nelayan", "pencari kerja",
    "penyandang disabilitas", "pelaku usaha kecil", "keluarga baru", "pekerja malam",
)  # fmt: skip
WHAT = (
    "antrean loket", "surat keterangan", "rujukan pasien", "izin usaha", "pengaduan jalan rusak",
    "pendataan rumah", "jadwal imunisasi", "pinjaman buku", "bantuan benih", "tagihan air",
)  # fmt: skip
HOW = (
    "kunjungan ke rumah", "satu formulir", "petugas keliling", "pesan singkat",
    "pos layanan di pasar", "jam buka malam", "kartu kendali", "perahu layanan",
    "kader di tiap dusun", "layar nomor panggil",
)  # fmt: skip
BASIS = (
    "peraturan kepala daerah", "keputusan kepala unit", "perjanjian kerja sama",
    "standar pelayanan yang diumumkan",
)  # fmt: skip

# Aspect -> sentences, of which some are taken. {a} and {b} are numbers, {y} is a year.
ANSWERS = {
    "summary": (
        "Unit ini mengurus {what} bagi {who} melalui {how}.",
        "Sebelumnya {who} menunggu {a} hari; kini {b} hari.",
        "Caranya sederhana: {how}, dan hasilnya dicatat setiap pekan.",
        "Yang berubah bagi {who} adalah waktu dan ongkos.",
    ),
    "background": (
        "Pada {y}, {who} menunggu rata-rata {a} hari untuk {what}.",
        "Tujuannya memendekkan waktu itu menjadi {b} hari.",
        "Bila dibiarkan, {who} akan berhenti datang ke loket.",
        "Keluhan tentang {what} tercatat {a} kali dalam setahun.",
    ),
    "novelty": (
        "Yang baru ialah {how}; sebelumnya semua berkas harus diantar.",
        "Gagasan {how} ditiru dari unit lain, lalu diubah agar cocok bagi {who}.",
        "Tidak ada aplikasi baru: yang diubah adalah urutan kerja.",
        "Di tempat lain {what} masih memakai {a} tanda tangan; di sini satu.",
    ),
    "implementation": (
        "Layanan dimulai di {b} kelurahan, lalu diperluas menjadi {a}.",
        "Petugas dilatih dua hari sebelum {how} dijalankan.",
        "Sejak {y} layanan ini berjalan tanpa jeda.",
        "Setiap pekan hasilnya dibahas bersama perwakilan {who}.",
    ),
    "impact": (
        "Waktu tunggu turun dari {a} hari menjadi {b} hari antara {y} dan tahun berikutnya.",
        "Survei unit terhadap {who} menunjukkan kepuasan naik {b} angka.",
        "Pengukuran dilakukan oleh unit sendiri dan belum diperiksa pihak luar.",
        "Ongkos perjalanan {who} berkurang karena {how}.",
        "Dari {a} keluhan setahun tinggal {b}.",
        "Inspektorat memeriksa angka ini satu kali, pada akhir {y}.",
    ),
    "adaptability": (
        "Dua unit tetangga sudah memakai {how} untuk {what}.",
        "Syaratnya hanya {b} petugas dan satu ruang.",
        "Bagian yang boleh diubah ialah jam layanan; yang tetap ialah catatan hasilnya.",
        "Panduan sepuluh halaman dapat diminta oleh daerah lain.",
    ),
    "resources": (
        "Biayanya {a} juta rupiah setahun dari anggaran unit.",
        "Tim terdiri atas {b} petugas dan beberapa kader.",
        "Mitra menyumbang ruang dan waktu, bukan uang.",
        "Alat yang dipakai sudah ada sebelum {how} dimulai.",
    ),
    "sustainability": (
        "Dasarnya {basis}, berlaku sejak {y}.",
        "Anggaran tahun depan sudah masuk rencana kerja.",
        "Bila penggagas pindah, {b} petugas lain dapat melanjutkan.",
        "{how_first} sudah menjadi bagian dari standar layanan.",
    ),
}  # fmt: skip

REASONS = {
    "high": (
        "Simulasi: angka awal dan akhir disebut, lengkap dengan tahunnya.",
        "Simulasi: buktinya jelas dan dapat ditelusuri.",
        "Simulasi: mudah dipakai di tempat lain.",
        "Simulasi: yang berubah bagi warga terlihat nyata.",
    ),
    "middle": (
        "Simulasi: gagasannya baik, buktinya baru sebagian.",
        "Simulasi: langkahnya jelas, ukurannya belum.",
        "Simulasi: sebagian jawaban masih umum.",
        "Simulasi: perlu pembanding sebelum dan sesudah.",
    ),
    "low": (
        "Simulasi: jawabannya mengulang ringkasan.",
        "Simulasi: tidak ada angka awal.",
        "Simulasi: belum jelas siapa yang memakai.",
        "Simulasi: keberlanjutannya bergantung pada satu orang.",
    ),
}


def answer(aspect: str, dice: Random) -> str:
    """Return an answer of three to five sentences that says that it is simulated."""
    bank = ANSWERS.get(aspect, ANSWERS["summary"])
    how, before = dice.choice(HOW), dice.randrange(12, 60)
    values = {
        "who": dice.choice(WHO),
        "what": dice.choice(WHAT),
        "how": how,
        "how_first": how[0].upper() + how[1:],
        "basis": dice.choice(BASIS),
        "a": before,
        "b": dice.randrange(2, 10),
        "y": dice.randrange(2012, 2016),
    }
    taken = dice.sample(bank, k=min(len(bank), dice.randrange(3, 5)))
    return " ".join([OPENING, *(sentence.format(**values) for sentence in taken)])


def summary(dice: Random) -> tuple[str, str]:
    """Return the summary of a simulated innovation in Indonesian and in English."""
    who, what, how = dice.choice(WHO), dice.choice(WHAT), dice.choice(HOW)
    return (
        f"Data simulasi: {what} bagi {who} melalui {how}.",
        "Simulated data: made for the demo, describing nothing real.",
    )


def reason(points: int, dice: Random) -> str:
    """Return why a simulated reader gave these points."""
    level = "high" if points >= 80 else "middle" if points >= 65 else "low"
    return dice.choice(REASONS[level])
