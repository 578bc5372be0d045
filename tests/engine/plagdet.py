"""Score detected passages against the truth: the measures of Potthast et al. (2010).

Martin Potthast, Benno Stein, Alberto Barrón-Cedeño and Paolo Rosso, "An Evaluation Framework
for Plagiarism Detection", COLING 2010, 997-1005. A case and a detection are sets of
references to characters: those of the suspicious text and those of its source. A detection
speaks for a case if it shares characters with it on both sides; what they share then counts,
in precision beside the detections and in recall beside the cases. Granularity is the number
of detections for each case found. Written from the paper, slowly and plainly.
"""

import math
import xml.etree.ElementTree as Tree
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """A stretch of a suspicious text and the stretch of the source it resembles, in characters."""

    text: str
    start: int
    length: int
    source: str
    source_start: int
    source_length: int
    kind: str = ""

    @property
    def sides(self) -> tuple[tuple[str, int, int], tuple[str, int, int]]:
        here = (self.text, self.start, self.start + self.length)
        there = (self.source, self.source_start, self.source_start + self.source_length)
        return here, there

    @property
    def size(self) -> int:
        return self.length + self.source_length


@dataclass(frozen=True)
class Score:
    """Precision, recall and granularity; `plagdet` joins them, `found` is cases seen at all."""

    precision: float
    recall: float
    granularity: float
    found: float

    @property
    def plagdet(self) -> float:
        both = self.precision + self.recall
        if not both:
            return 0.0
        return 2 * self.precision * self.recall / both / math.log2(1 + self.granularity)


def read(folder: Path) -> list[Case]:
    """Read the cases of every XML file of a folder in the format of PAN-2011."""
    cases = []
    for path in sorted(folder.glob("*.xml")):
        document = Tree.parse(path).getroot()
        for feature in document.iter("feature"):
            if feature.get("name") in ("plagiarism", "detected-plagiarism"):
                cases.append(_case(document.attrib["reference"], feature.attrib))
    return cases


def _case(text: str, feature: dict[str, str]) -> Case:
    return Case(
        text,
        int(feature["this_offset"]),
        int(feature["this_length"]),
        feature["source_reference"],
        int(feature["source_offset"]),
        int(feature["source_length"]),
        feature.get("obfuscation", feature.get("type", "")),
    )


def shared(case: Case, detection: Case) -> list[tuple[str, int, int]]:
    """Return the characters both refer to, or none unless they meet on both sides."""
    common = []
    for (name, start, stop), (other, first, last) in zip(case.sides, detection.sides, strict=True):
        low, high = max(start, first), min(stop, last)
        if name != other or low >= high:
            return []
        common.append((name, low, high))
    return common


def characters(stretches: Iterable[tuple[str, int, int]]) -> int:
    """Count the characters in a union of stretches."""
    total, reached = 0, ("", 0)
    for name, start, stop in sorted(stretches):
        if name != reached[0]:
            reached = (name, 0)
        total += max(0, stop - max(start, reached[1]))
        reached = (name, max(stop, reached[1]))
    return total


def score(cases: Sequence[Case], detections: Sequence[Case], *, micro: bool = False) -> Score:
    """Compare detections with the truth; `micro` counts characters, macro cases and detections."""
    for_case, for_detection = defaultdict(list), defaultdict(list)
    speak = defaultdict(int)
    for c, case in enumerate(cases):
        for d, detection in enumerate(detections):
            common = shared(case, detection)
            if common:
                speak[c] += 1
                for_case[c] += common
                for_detection[d] += common
    granularity = sum(speak.values()) / len(speak) if speak else 1.0
    found = len(speak) / len(cases) if cases else 1.0
    if micro:
        agreed = characters(s for stretches in for_case.values() for s in stretches)
        claimed = characters(side for detection in detections for side in detection.sides)
        true = characters(side for case in cases for side in case.sides)
        precision = agreed / claimed if claimed else 1.0
        recall = agreed / true if true else 1.0
    else:
        parts = [characters(for_detection[d]) / r.size for d, r in enumerate(detections)]
        precision = sum(parts) / len(parts) if parts else 1.0
        parts = [characters(for_case[c]) / s.size for c, s in enumerate(cases)]
        recall = sum(parts) / len(parts) if parts else 1.0
    return Score(precision, recall, granularity, found)
