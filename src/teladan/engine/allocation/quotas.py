"""Parts of a whole in exact proportion: whole units and what is left over.

A weight is an integer times a power of two, so every quota is a fraction of whole
numbers. Two ways lead to the same answer. `Small` computes the fractions in 64 bits.
Where those don't suffice, `Large` computes each quota to about a hundred bits, knows
how far it may be off, and works out in Python's integers only the few that are too
close to a whole number, or to each other, to be told apart.
"""

import operator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import vector

__all__ = ["Large", "Small", "Weights", "divide", "exact_sum"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Quotas are below 2**62 and known to 2**-103 of themselves: 2**-40 leaves room.
DOUBT = 2.0**-40
CHUNK = 2**20


def exact_sum(x: Ints) -> int:
    """Sum without overflow."""
    return (int((x >> 32).sum()) << 32) + int((x & 0xFFFFFFFF).sum())


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole numbers ``digits * 2**shift`` in exactly the ratios of the weights given."""

    digits: Ints
    shift: Ints

    @property
    def size(self) -> int:
        """How many there are."""
        return self.digits.size

    @property
    def some(self) -> Bools:
        """Who has any weight."""
        return self.digits > 0

    @classmethod
    def of(cls, weights: ArrayLike) -> "Weights":
        """Read weights, or say what is wrong and where."""
        given = np.asarray(weights)
        integral = given.ndim == 1 and given.dtype.kind == "i"
        w: NDArray[np.int64 | np.float64]
        w = given.astype(np.int64) if integral else vector("weights", weights)
        if w.size == 0:
            raise ValueError("weights must have shape (n,) with n > 0, got (0,)")
        if (w < 0).any():
            place = int(np.flatnonzero(w < 0)[0])
            raise ValueError(f"weights[{place}] is {w[place]}, must not be negative")
        if not w.any():
            raise ValueError("weights are all zero")
        if integral:
            return cls(w.astype(np.int64), np.zeros(w.size, dtype=np.int64))
        return cls._of_floats(w.astype(np.float64))

    @classmethod
    def _of_floats(cls, w: Floats) -> "Weights":
        part, power = np.frexp(w)
        digits = np.ldexp(part, 53).astype(np.int64)
        # Powers of two in the digits go to the shift, so that 0.5 and 3.0 stay small.
        zeros = np.maximum(np.frexp((digits & -digits).astype(np.float64))[1] - 1, 0)
        digits >>= zeros
        power = power.astype(np.int64) + zeros
        some = digits > 0
        shift = np.where(some, power - power[some].min(), 0)
        if (np.frexp(digits.astype(np.float64))[1] + shift).max() < 62:
            return cls(np.left_shift(digits, shift), np.zeros_like(shift))
        return cls(digits, shift)

    def take(self, who: Ints) -> "Weights":
        """Return some of them."""
        return Weights(self.digits[who], self.shift[who])

    def sum(self) -> int:
        """Return their exact sum."""
        if not self.shift.any():
            return exact_sum(self.digits)
        total = 0
        for start in range(0, self.size, CHUNK):
            rows = slice(start, start + CHUNK)
            # Sums of a million halves of 31 bits are exact in a float.
            low = np.bincount(self.shift[rows], self.digits[rows] & 0x7FFFFFFF)
            high = np.bincount(self.shift[rows], self.digits[rows] >> 31)
            for power in np.flatnonzero(low + high).tolist():
                total += ((int(high[power]) << 31) + int(low[power])) << power
        return total


def divide(rest: int, weights: Weights) -> "Small | Large":
    """Return the quotas of `rest` in proportion to weights that are not all zero."""
    total = weights.sum()
    if rest < 2**50 and total < 2**60 and not weights.shift.any():
        return Small.of(rest, weights.digits, total)
    return Large.of(rest, weights, total)


@dataclass(frozen=True, slots=True)
class Small:
    """Quotas as whole units and 64-bit remainders of ``rest * w / total``."""

    whole: Ints
    over: Ints
    total: int

    @classmethod
    def of(cls, rest: int, w: Ints, total: int) -> "Small":
        """Divide exactly."""
        whole = (w * (rest / total)).astype(np.int64)
        # The product overflows, but unsigned arithmetic is exact modulo 2**64 and the
        # true remainder is within a few totals of zero, because quotas fit a float.
        spare = w.view(np.uint64) * np.uint64(rest) - whole.view(np.uint64) * np.uint64(total)
        over = spare.view(np.int64)
        step = over // total
        return cls(whole + step, over - step * total, total)

    @property
    def some(self) -> Bools:
        """Which quotas are not whole."""
        return self.over > 0

    def compare(self, units: int, who: Bools) -> int:
        """Return the sign of `units` less the sum of their fractions."""
        exact = units * self.total - exact_sum(self.over[who])
        return (exact > 0) - (exact < 0)

    def largest(self, k: int) -> Ints:
        """Return the positions of the k largest fractions, of equals the earlier."""
        if k == 0:
            return np.zeros(0, dtype=np.int64)
        line = np.partition(self.over, -k)[-k]
        clear = np.flatnonzero(self.over > line)
        return np.concatenate([clear, np.flatnonzero(self.over == line)[: k - clear.size]])


@dataclass(frozen=True, slots=True)
class Large:
    """Quotas as whole units and fractions that may be off by `DOUBT`."""

    whole: Ints
    part: Floats
    some: Bools
    rest: int
    weights: Weights
    total: int

    @classmethod
    def of(cls, rest: int, weights: Weights, total: int) -> "Large":
        """Divide, exactly as far as whole units are concerned."""
        whole, part = _product(weights, rest, total)
        some = weights.some & (rest > 0)
        # A quota below one is not nought if there is any weight: nothing to settle there.
        unsure = np.flatnonzero(((part < DOUBT) & (whole > 0)) | (part > 1 - DOUBT))
        answer = cls(whole, part, some, rest, weights, total)
        units, over, member = answer._settle(unsure)
        whole[unsure] = np.array(units, dtype=np.int64)[member]
        some[unsure] = np.array([x > 0 for x in over], dtype=bool)[member]
        part[unsure] = np.array([x / total for x in over])[member]
        return answer

    def _settle(self, who: Ints) -> tuple[list[int], list[int], Ints]:
        """Work out quotas in Python's integers: each different weight once."""
        if who.size == 0:
            return [0], [0], who
        pairs = np.stack([self.weights.shift[who], self.weights.digits[who]], axis=1)
        different, member = np.unique(pairs, axis=0, return_inverse=True)
        exact = [divmod(self.rest * (d << s), self.total) for s, d in different.tolist()]
        return [q for q, _ in exact], [r for _, r in exact], member.reshape(-1)

    def compare(self, units: int, who: Bools) -> int:
        """Return the sign of `units` less the sum of their fractions."""
        about = units - float(self.part[who].sum())
        if abs(about) > 2 * DOUBT * self.part.size + 2.0**-50 * abs(units):
            return 1 if about > 0 else -1
        _, over, member = self._settle(np.flatnonzero(who))
        times = np.bincount(member, minlength=len(over)).tolist()
        exact: int = units * self.total - sum(map(operator.mul, over, times))
        return (exact > 0) - (exact < 0)

    def largest(self, k: int) -> Ints:
        """Return the positions of the k largest fractions, of equals the earlier."""
        if k == 0:
            return np.zeros(0, dtype=np.int64)
        line = np.partition(self.part, -k)[-k]
        clear = np.flatnonzero(self.part > line + 2 * DOUBT)
        close = np.flatnonzero(np.abs(self.part - line) <= 2 * DOUBT)
        _, over, member = self._settle(close)
        rank = {r: i for i, r in enumerate(sorted(set(over), reverse=True))}
        place = np.array([rank[r] for r in over])
        first = np.argsort(place[member], kind="stable")[: k - clear.size]
        return np.concatenate([clear, close[first]])


def _product(weights: Weights, rest: int, total: int) -> tuple[Ints, Floats]:
    """Return floors and fractions of ``rest * w / total`` to about a hundred bits."""
    # The rate as two floats, scaled by 2**scale so that it is a whole number of 120 bits.
    scale = 120 + total.bit_length() - max(rest.bit_length(), 1)
    rate = (rest << scale) // total
    high = float(rate)
    low = float(rate - int(high))
    top = weights.digits.astype(np.float64)
    tail = (weights.digits - top.astype(np.int64)).astype(np.float64)
    about = top * high
    error = _error(top, high, about) + (top * low + tail * high)
    about = np.ldexp(about, weights.shift - scale)
    error = np.ldexp(error, weights.shift - scale)
    below, under = np.floor(about), np.floor(error)
    part = (about - below) + (error - under)
    carry = part >= 1
    return below.astype(np.int64) + under.astype(np.int64) + carry, part - carry


def _error(x: Floats, y: float, product: Floats) -> Floats:
    """Return ``x * y - product`` without rounding (Dekker's two products)."""
    x_high, y_high = _upper(x), float(_upper(np.array(y)))
    x_low, y_low = x - x_high, y - y_high
    return ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low


def _upper(x: Floats) -> Floats:
    """Return the upper half of the digits (Veltkamp's split)."""
    far = 134217729.0 * x
    answer: Floats = far - (far - x)
    return answer
