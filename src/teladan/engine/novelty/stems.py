"""Tala's Porter stemmer for Indonesian, as the Snowball project reads it."""

__all__ = ["stem"]

_VOWELS = frozenset("aeiou")
_NONE, _DI_MENG_TER, _PER, _KE_PENG, _BER = range(5)


def stem(word: str) -> str:
    """Take the affixes off an Indonesian word.

    Particles (-kah, -lah, -pun) go first, then possessives (-ku, -mu, -nya), then
    up to two prefixes and the suffixes -kan, -an and -i that go with them. Every
    step needs more than two syllables, counted by their vowels. An index on disk
    depends on every letter of this: it must never change.

    Parameters
    ----------
    word : str
        One word in lower case.

    Returns
    -------
    str
        The stem; words of other languages mostly pass unchanged.

    References
    ----------
    Tala, F. Z. (2003). *A Study of Stemming Effects on Information Retrieval in
    Bahasa Indonesia*. University of Amsterdam, section 2.2; ambiguous places as
    in the Snowball project's "Indonesian stemming algorithm".

    Examples
    --------
    >>> stem("pelayanannya"), stem("memperbarui"), stem("belajar"), stem("desa")
    ('layan', 'baru', 'ajar', 'desa')
    """
    vowels = sum(letter in _VOWELS for letter in word)
    for endings in (("kah", "lah", "pun"), ("nya", "ku", "mu")):
        if vowels <= 2:
            return word
        for ending in endings:
            if word.endswith(ending):
                word, vowels = word[: -len(ending)], vowels - 1
                break
    if vowels <= 2:
        return word
    first = _first_prefix(word)
    if first is None:
        word, kind, vowels = _second_prefix(word, vowels)
        return _suffix(word, kind)[0] if vowels > 2 else word
    word, kind, melted = first
    vowels -= 1
    if vowels > 2:
        word, removed = _suffix(word, kind)
        if removed and vowels > 3 and not melted:
            word = _second_prefix(word, vowels)[0]
    return word


def _first_prefix(word: str) -> tuple[str, int, bool] | None:
    """Remove di-, ter-, ke-, meN- or peN-; say whether a melted first letter came back."""
    if word.startswith(("di", "ke")):
        return word[2:], _DI_MENG_TER if word[0] == "d" else _KE_PENG, False
    if word.startswith("ter"):
        return word[3:], _DI_MENG_TER, False
    if not word.startswith(("me", "pem", "pen")):
        return None
    kind = _DI_MENG_TER if word[0] == "m" else _KE_PENG
    if word[2:4] == "ng":
        return word[4:], kind, False
    if word[2:4] == "ny" and word[4:5] in _VOWELS:
        return "s" + word[4:], kind, True
    if word[2:3] == "m" and word[3:4] in _VOWELS:
        return "p" + word[3:], kind, True
    return word[3:] if word[2:3] in ("m", "n") else word[2:], kind, False


def _second_prefix(word: str, vowels: int) -> tuple[str, int, int]:
    """Remove per-, pe-, ber-, be- before a consonant and -er-, or the bel- of belajar."""
    if word[:2] not in ("pe", "be"):
        return word, _NONE, vowels
    ber = word[0] == "b"
    if word[2:3] == "r":
        return word[3:], _BER if ber else _PER, vowels - 1
    if word[2:7] == "lajar":
        return word[3:], _BER if ber else _NONE, vowels - 1
    if not ber:
        return word[2:], _PER, vowels - 1
    if word[2:3] and word[2] not in _VOWELS and word[3:5] == "er":
        return word[2:], _BER, vowels - 1
    return word, _NONE, vowels


def _suffix(word: str, kind: int) -> tuple[str, bool]:
    """Remove -kan, -an or -i where the prefix allows it; say whether one went."""
    if word.endswith("kan") and kind not in (_KE_PENG, _PER):
        return word[:-3], True
    if word.endswith("an") and kind != _DI_MENG_TER:
        return word[:-2], True
    if word.endswith("i") and kind <= _PER and not word.endswith("si"):
        return word[:-1], True
    return word, False
