"""The engine's stemmer beside the Snowball project's, which it must equal letter by letter."""

import re
from itertools import product
from pathlib import Path

import pytest
import snowballstemmer

from teladan.engine.novelty.stems import stem

SHARED = Path(__file__).resolve().parents[2] / "shared/data"

ROOTS = """
ajar alih ambil angkat antar arah asuh atas atur awas ayom baca bagi baik bakti bangun bantu baru
bayar beli beri besar bina buat budaya buka bumi cacat cakap catat cegah cepat cipta coba daerah
damping dana dapat darurat datang daya desa didik dukung duli edar elektronik empat evaluasi
gagas ganti gelar gerak giat guna guru hadap hasil hibah hidup hijau hitung ibu ikut informasi
inovasi isi izin jaga jalan jamin jangkau jelas juang jujur kabar kaji kantor kawal kelola kerja
kesan ketahui kirim kompas korban kota koperasi kuat kunci kurang laku lapor latih lahir ledak
lestari lihat lindung lingkungan luas maju makan mandiri manfaat masuk milik minta muat mudah
mulai nasional nelayan nikah nilai nyala nyanyi nyata obat olah orang pakai paham pajak pandang
pangan pantau pasar pasti peduli pegawai pelihara penuh percaya periksa perintah pilih pindah
pokok politik produksi pulih puskesmas rakyat rancang rawat rekam rencana ruang rumah sadar sakit
salur sampah sapa sasar sehat sekolah selenggara sengketa serah siap sidang silaturahmi sinergi
solusi stunting subsidi sungai susun syarat tahu tambah tangan tanggap tani tata tanya tegak
tekan temu tepat terap terima tertib tiba tindak tinggal tuju tular tumbuh tunggu turun uang ubah
ujar ukur ulang undang unggul upaya urus usaha usul wajib wakil warga waris wisata yakin zaman
"""
FIRST = "di- ke- ter- me- mem- men- meng- meny- pe- pem- pen- peng- peny- se-"
SECOND = "per- pe- ber- be- bel- pel-"
LAST = "-kan -an -i -si"
WORN = "-kah -lah -pun -ku -mu -nya -nyalah -kupun"


def forms():
    """Every third root with every prefix, pair of prefixes, suffix and particle."""
    roots, first, second, last, worn = (each.split() for each in (ROOTS, FIRST, SECOND, LAST, WORN))
    fronts = ["", *first, *second, *(a + b for a, b in product(first, second))]
    backs = ["", *last, *worn, *(a + b for a, b in product(last, worn[:6:2]))]
    return {"".join(each).replace("-", "") for each in product(fronts, roots[::3], backs)}


def differences(words):
    theirs = snowballstemmer.stemmer("indonesian")
    return [(w, stem(w), s) for w in sorted(words) if stem(w) != (s := theirs.stemWord(w))]


def test_every_form_of_common_roots_has_the_stem_that_snowball_gives():
    words = forms()
    assert len(words) > 50_000

    assert differences(words) == []


def test_every_short_string_of_telling_letters_has_the_stem_that_snowball_gives():
    # Most are no words: what is asked is that no rule differs, not even where it never applies.
    assert differences("".join(each) for each in product("aemnpbri", repeat=5)) == []


@pytest.mark.parametrize("where", ["text_corpora.csv", "engine/plagiarism"])
def test_every_word_of_shared_texts_has_the_stem_that_snowball_gives(where):
    path = SHARED / where
    files = [path] if path.is_file() else sorted(path.glob("*/*.txt"))
    if not files:
        pytest.skip(f"{where} is not here")
    texts = [file.read_text(encoding="utf-8", errors="replace").casefold() for file in files]

    assert differences({word for text in texts for word in re.findall(r"\w+", text)}) == []
