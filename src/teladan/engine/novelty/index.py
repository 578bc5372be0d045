"""An index of texts on disk: add to it, ask it what a text is like."""

from collections.abc import Iterable, Sequence
from itertools import islice
from operator import length_hint
from pathlib import Path
from typing import Any, Self

from teladan.engine.cluster import Cluster, Local
from teladan.engine.cluster.interface import Progress
from teladan.engine.novelty.likeness import Likeness
from teladan.engine.novelty.opening import create, newest, stamp
from teladan.engine.novelty.prints import Digest, digest, runs
from teladan.engine.novelty.shards import Report, answer
from teladan.engine.novelty.store import MANIFEST
from teladan.engine.novelty.view import View
from teladan.engine.novelty.waiting import Waiting, checked
from teladan.engine.novelty.writer import Writer

__all__ = ["Index"]

_COMMIT = 1 << 16  # texts in a commit; a power of 4, so that segments merge evenly
_PART = (1024, 1 << 21)  # texts and characters in one part of the work


class Index:
    """Texts on disk, found again by what they share with another text.

    What an index answers depends on the texts in it and on nothing else: not on the order
    in which they came, not on how many came at once, not on who worked on it.

    One process may write while any number read. A reader sees the last commit: all of it,
    or nothing of it. `add_many` commits every 65,536 texts and at its end; what `add` and
    `remove` were given is committed by `commit`, by `close`, by the next query and after
    65,536 texts. What was committed survives the death of the process and, as far as the
    disk keeps its word, of the machine; what was not is gone, and nothing else with it.
    Leaving a ``with`` block by an exception gives up what was not committed.

    Several threads may ask one object. The files need Linux or macOS (`flock`, and files that
    can be removed while in use).

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> service = (
    ...     "Warga melapor jalan rusak lewat pesan singkat, petugas memeriksa laporan hari itu "
    ...     "juga, lalu dinas menambal lubang paling lama tiga hari kerja setelah pemeriksaan."
    ... )
    >>> with TemporaryDirectory() as folder, Index.open(folder) as index:
    ...     index.add("jalan", service)
    ...     index.add("sampah", "Bank sampah membeli botol plastik bekas dari ibu rumah tangga.")
    ...     [found] = index.query(service.replace("lubang", "kerusakan"))
    >>> found.id, found.copied, round(found.changed, 2)
    ('jalan', 1.0, 0.04)
    """

    def __init__(self, folder: Path, view: View) -> None:
        self._folder = folder
        self._view = view
        self._stamp = stamp(folder)
        self._writer: Writer | None = None
        self._closed = False
        self._waiting = Waiting()

    @classmethod
    def open(cls, path: str | Path, *, verify: bool = True) -> Self:
        """Open an index, or make one where there is none.

        Parameters
        ----------
        path : str or Path
            A folder.
        verify : bool, default True
            Read every file and compare checksums, about a second for a gigabyte. Without
            it, only the sizes and tables of the files are checked.

        Returns
        -------
        Index

        Raises
        ------
        ValueError
            If a file is missing, truncated or corrupt; it is named.
        """
        folder = Path(path)
        if folder.exists() and not folder.is_dir():
            raise ValueError(f"{folder} is a file, must be a folder")
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / MANIFEST).exists():
            create(folder)
        return cls(folder, newest(folder, verify))

    def add(self, id: str, text: str, *, replace: bool = False) -> None:
        """Add one text.

        Parameters
        ----------
        id : str
            Its name.
        text : str
            Fewer than 2**28 characters; may be empty.
        replace : bool, default False
            Whether it may take the place of a text with the same id.

        Raises
        ------
        ValueError
            If the id is known and `replace` is not asked for, or a text is no text.
        Busy
            If somebody else is writing.
        """
        self._write()
        self._waiting.stage(self._view, {checked(id, text): text}, replace)
        if len(self._waiting.texts) >= _COMMIT:
            self.commit()

    def add_many(
        self,
        texts: Iterable[tuple[str, str]],
        *,
        replace: bool = False,
        cluster: Cluster | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Add many texts.

        Parameters
        ----------
        texts : iterable of (id, text)
        replace : bool, default False
            Whether they may take the places of texts with the same id; the last one counts.
        cluster : Cluster, optional
            Where texts are read and compressed; the files are written here.
        progress : callable, optional
            Called with the share done (0 where `texts` has no length). What it raises ends
            the work; commits made until then stay.

        Raises
        ------
        ValueError
            If an id comes twice, or a text is no text. None of the 65,536 texts that were
            to be committed together is added; commits made before stay.
        Busy
            If somebody else is writing.
        """
        self._write()
        self.commit()
        total, done = length_hint(texts, 0), 0
        source = iter(texts)
        while wave := list(islice(source, _COMMIT)):
            named: dict[str, str] = {}
            for id, text in wave:
                if checked(id, text) in named and not replace:
                    raise ValueError(f"id {id!r} comes twice")
                named[id] = text
            self._waiting.stage(self._view, named, replace)
            share = (done / total, len(wave) / total) if total else (0.0, 0.0)
            self._commit(cluster or Local(), Report(progress, *share))
            done += len(wave)
        if progress is not None:
            progress(1.0)

    def remove(self, id: str) -> None:
        """Take a text out.

        Its words stay on disk, unread, until its segment is merged.

        Raises
        ------
        ValueError
            If there is no such text.
        Busy
            If somebody else is writing.
        """
        self._write()
        if not self._waiting.remove(self._view, id):
            raise ValueError(f"id {id!r} is not in the index")

    def commit(self) -> None:
        """Put on disk what `add` and `remove` were given."""
        waiting, before = self._waiting, self._view
        if waiting.texts or waiting.lost:
            try:
                self._commit(Local(), Report(None, 0.0, 0.0))
            except BaseException:
                self._waiting = waiting if self._view is before else Waiting()
                raise

    def query(self, text: str, *, limit: int = 10) -> list[Likeness]:
        """Return what is most like a text: see `query_many`."""
        return self.query_many([text], limit=limit)[0]

    def query_many(
        self,
        texts: Sequence[str],
        *,
        limit: int = 10,
        shards: int = 1,
        cluster: Cluster | None = None,
        progress: Progress | None = None,
    ) -> list[list[Likeness]]:
        """Return for each text what is most like it.

        Parameters
        ----------
        texts : sequence of str
        limit : int, default 10
            Most answers to each. Twice as many candidates by shared fingerprints, and as
            many again by words, are laid beside the text.
        shards : int, default 1
            Ranges of the hashes that are searched apart; changes no answer.
        cluster : Cluster, optional
            Where the index is searched; every worker must see its folder.
        progress : callable, optional
            Called with the share done; what it raises ends the work.

        Returns
        -------
        list of list of Likeness
            For each text the most copied first; equal ones by `changed`, then id.

        Raises
        ------
        ValueError
            If a text is no text, or `limit` or `shards` is below 1.
        """
        for position, text in enumerate(texts):
            checked("", text, f"texts[{position}]")
        for name, value in (("limit", limit), ("shards", shards)):
            if not isinstance(value, int):
                raise ValueError(f"{name} is {value!r}, must be whole")
            if value < 1:
                raise ValueError(f"{name} is {value}, must be at least 1")
        how: dict[str, Any] = {"limit": limit, "shards": shards, "progress": progress}
        self._refresh()
        try:
            return answer(self._view, texts, cluster=cluster or Local(), **how)
        except FileNotFoundError:
            # A worker came to open a file that a merge has just replaced.
            self._refresh()
            return answer(self._view, texts, cluster=cluster or Local(), **how)

    def __len__(self) -> int:
        self._follow()
        return self._view.docs + self._waiting.change()

    def close(self) -> None:
        """Commit, and let others write."""
        if self._closed:
            return
        try:
            self.commit()
        finally:
            self._closed = True
            if self._writer is not None:
                self._writer.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None:
            self._waiting = Waiting()
        self.close()

    def _write(self) -> None:
        if self._closed:
            raise ValueError("the index is closed")
        if self._writer is None:
            writer = Writer(self._folder)
            self._view = writer.begin(self._view)
            self._writer = writer

    def _refresh(self) -> None:
        """See the newest commit, after making one of what waits."""
        self.commit()
        self._follow()

    def _follow(self) -> None:
        if self._closed:
            raise ValueError("the index is closed")
        if self._writer is None and (now := stamp(self._folder)) != self._stamp:
            self._view = newest(self._folder, verify=False, known=self._view)
            self._stamp = now

    def _commit(self, cluster: Cluster, report: Report) -> None:
        self._write()
        waiting, self._waiting = self._waiting, Waiting()
        assert self._writer is not None  # noqa: S101  # _write has seen to it
        ids, texts = list(waiting.texts), list(waiting.texts.values())
        parts = [(texts[a:b],) for a, b in runs(texts, *_PART)]
        digests: list[Digest] = cluster.map(digest, parts, progress=report)
        try:
            self._writer.commit(ids, digests, waiting.lost, report.beat)
        finally:
            # Who is stopped while merging has committed all the same.
            self._view, self._stamp = self._writer.view, stamp(self._folder)
