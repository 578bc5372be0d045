"""Made-up text in plain Indonesian, thrown by a seeded generator: nothing here was ever said."""

from __future__ import annotations

import numpy as np

WORDS = """
layanan warga desa kota kabupaten provinsi dinas puskesmas sekolah guru murid ibu anak keluarga
petani nelayan pedagang pasar jalan air sungai hutan sampah listrik rumah sakit bidan perawat obat
gizi stunting imunisasi posyandu antrean loket izin usaha surat akta kelahiran kartu kependudukan
data aplikasi peta laporan anggaran biaya gratis cepat mudah dekat aman adil terbuka jujur terukur
bulan tahun minggu hari jam pagi malam sebelum sesudah sejak sampai setelah ketika karena sehingga
dengan tanpa untuk dari kepada bagi oleh dalam pada antara bersama melalui tentang yang dan atau
tidak sudah belum akan dapat harus ingin perlu masih lebih kurang paling semua setiap banyak
sedikit separuh seluruh beberapa satu dua tiga empat lima sepuluh seratus seribu menurun meningkat
tetap membuka menutup membuat membaca menulis mencatat mengukur mengirim menerima menjemput
mengantar mendaftar menunggu melayani membantu melatih mengajar belajar bekerja berjalan bergabung
menghemat membayar menghitung memeriksa menjaga menanam memanen mengolah menjual membeli petugas
kader relawan kepala lurah camat bupati wali gubernur menteri pemerintah daerah pusat mitra kampus
perusahaan koperasi kelompok pemuda lansia difabel perempuan laki-laki bayi balita remaja jarak
kilometer pulau pesisir gunung lereng lembah perbatasan terpencil kapal perahu sepeda motor mobil
keliling kantor balai ruang meja telepon pesan suara gambar video internet sinyal jaringan mesin
sensor kamera papan kotak formulir berkas salinan tanda tangan cap nomor kode alamat keluhan saran
jawaban janji bukti hasil dampak manfaat sebab akibat masalah penyebab cara langkah tahap rencana
aturan peraturan keputusan kebijakan program kegiatan pelatihan pendampingan pengawasan penilaian
perbaikan perubahan kebiasaan budaya gotong royong musyawarah swadaya kemiskinan kesehatan
pendidikan pangan lingkungan pekerjaan pendapatan tabungan pinjaman bantuan
""".split()  # noqa: SIM905 - a list of 280 strings would fill three pages
TITLES = """
Kelas Perahu|Antre dari Rumah|Jemput Akta|Bank Sampah Pintar|Posyandu Malam|Peta Jalan Rusak
Rumah Tunggu Ibu|Loket Keliling|Sekolah Sungai|Obat Sampai Pulau|Izin Sehari|Kebun Gizi
Pasar Tani Daring|Kartu Lansia|Air Bersih Lereng|Lapor Banjir|Kader Digital|Perpustakaan Perahu
Bidan Siaga|Tabungan Pupuk|Kampung Iklim|Satu Data Desa|Konsultasi Petani|Ambulans Laut
""".replace("\n", "|").strip("|").split("|")  # fmt: skip


class Prose:
    """Sentences thrown once, then drawn from: 1,500 words cost microseconds."""

    def __init__(self, rng: np.random.Generator, sentences: int = 6000) -> None:
        self.rng = rng
        lengths = rng.integers(8, 19, sentences)
        drawn = rng.integers(0, len(WORDS), int(lengths.sum()))
        self.sentences, at = [], 0
        for length in lengths.tolist():
            words = [WORDS[index] for index in drawn[at : at + length].tolist()]
            self.sentences.append(" ".join(words).capitalize() + ".")
            at += length
        self.lengths = lengths

    def text(self, words: int) -> tuple[str, int]:
        """Return sentences of at most `words` words in all, nearly that many, and how many."""
        picks = self.rng.integers(0, len(self.sentences), words // 8 + 1)
        total = np.cumsum(self.lengths[picks])
        kept = max(1, int(np.searchsorted(total, words, side="right")))
        paragraphs = [
            " ".join(self.sentences[pick] for pick in picks[start : min(start + 5, kept)].tolist())
            for start in range(0, kept, 5)
        ]
        return "\n\n".join(paragraphs), int(total[kept - 1])

    def line(self) -> str:
        """Return one sentence."""
        return self.sentences[int(self.rng.integers(0, len(self.sentences)))]

    def title(self, number: int, place: str) -> str:
        """Return a title that no other row has."""
        name = TITLES[int(self.rng.integers(0, len(TITLES)))]
        return f"{name} {place} {number:05}"
