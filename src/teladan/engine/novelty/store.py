"""Files that are whole or refused: arrays in one file, and the manifest that names the files."""

import json
import mmap
import os
import struct
import zlib
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = [
    "MANIFEST",
    "ArraysWriter",
    "read_arrays",
    "read_manifest",
    "sync_folder",
    "write_arrays",
    "write_manifest",
]

MANIFEST = "manifest.json"
_FORMAT = 1
_MAGIC = b"TELADAN\x01"
_TAIL = struct.Struct("<QII8s")  # length and checksum of the table, checksum of these, magic
_ALIGN = 64


class ArraysWriter:
    """Write arrays one behind the other into a file that cannot be mistaken for whole.

    The table of the arrays and its checksum come last, after everything else is on disk.

    Parameters
    ----------
    path : Path
        The file; takes the place of one that no commit came to name.
    """

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._file = path.open("xb")
        self._file.write(_MAGIC)
        self._table: dict[str, Any] = {}

    def begin(self, name: str, kind: DTypeLike) -> None:
        """Start the array `name`; what `write` is given belongs to it until the next."""
        self._pad()
        self._now: dict[str, Any] = {
            "kind": np.dtype(kind).str,
            "start": self._file.tell(),
            "bytes": 0,
            "check": 0,
        }
        self._table[name] = self._now

    def write(self, values: NDArray[Any]) -> None:
        """Append to the array begun last."""
        raw = np.ascontiguousarray(values, dtype=self._now["kind"]).view(np.uint8).data
        self._file.write(raw)
        self._now["bytes"] += raw.nbytes
        self._now["check"] = zlib.crc32(raw, self._now["check"])

    def close(self, facts: dict[str, Any]) -> int:
        """Finish the file, wait until it is on disk, and return the checksum of its table."""
        self._pad()
        table = json.dumps({"arrays": self._table, "facts": facts}, sort_keys=True).encode()
        check = zlib.crc32(table)
        head = struct.pack("<QI", len(table), check)
        self._file.write(table + _TAIL.pack(len(table), check, zlib.crc32(head), _MAGIC))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return check

    def _pad(self) -> None:
        self._file.write(b"\0" * (-self._file.tell() % _ALIGN))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if not self._file.closed:
            self._file.close()
            Path(self._file.name).unlink()


def write_arrays(path: Path, arrays: dict[str, NDArray[Any]], facts: dict[str, Any]) -> int:
    """Write arrays that are in memory; return the checksum of the file's table."""
    with ArraysWriter(path) as writer:
        for name, values in arrays.items():
            writer.begin(name, values.dtype)
            writer.write(values)
        return writer.close(facts)


def read_arrays(
    path: Path, check: int, *, verify: bool
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Map the arrays of a file into memory; nothing is read until it is used.

    Parameters
    ----------
    path : Path
    check : int
        Checksum of the table, from the manifest.
    verify : bool
        Read everything now and compare checksums.

    Raises
    ------
    FileNotFoundError
        If the file is gone.
    ValueError
        If it is truncated, changed or not ours; the file is named.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < len(_MAGIC) + _TAIL.size:
            raise ValueError(f"{path} is truncated: {size} bytes")
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length, said, of_tail, magic = _TAIL.unpack_from(data, size - _TAIL.size)
    head = struct.pack("<QI", length, said)
    if magic != _MAGIC or zlib.crc32(head) != of_tail or data[: len(_MAGIC)] != _MAGIC:
        raise ValueError(f"{path} is truncated or corrupt: it does not end as it should")
    table = data[size - _TAIL.size - length : size - _TAIL.size]
    if zlib.crc32(table) != said or said != check:
        raise ValueError(f"{path} is corrupt: the checksum of its table does not fit")
    content = json.loads(table)
    arrays = {}
    for name, entry in content["arrays"].items():
        kind = np.dtype(entry["kind"])
        count = entry["bytes"] // kind.itemsize
        arrays[name] = np.frombuffer(data, kind, count, entry["start"])
        if verify and zlib.crc32(arrays[name].view(np.uint8).data) != entry["check"]:
            raise ValueError(f"{path} is corrupt: the checksum of {name!r} does not fit")
    return arrays, content["facts"]


def read_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """Return the manifest of an index and its text.

    Raises
    ------
    ValueError
        If there is none beside the files of an index, or it is corrupt or of another format.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{path} is missing: {folder} is not an index, or damaged") from None
    except UnicodeDecodeError as wrong:
        raise ValueError(f"{path} is corrupt: {wrong}") from wrong
    return parse_manifest(text, path), text


def parse_manifest(text: str, path: Path) -> dict[str, Any]:
    """Read the text of a manifest."""
    check, _, body = text.partition("\n")
    if check != f"{zlib.crc32(body.encode()):08x}":
        raise ValueError(f"{path} is truncated or corrupt: its checksum does not fit")
    content: dict[str, Any] = json.loads(body)
    if content["format"] != _FORMAT:
        raise ValueError(f"{path} has format {content['format']}, this program reads {_FORMAT}")
    return content


def write_manifest(folder: Path, content: dict[str, Any]) -> str:
    """Replace the manifest: whoever looks sees the old one or the new one. Return its text."""
    body = json.dumps({"format": _FORMAT, **content}, indent=1, sort_keys=True)
    text = f"{zlib.crc32(body.encode()):08x}\n{body}"
    new = folder / f"{MANIFEST}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    # The files that the manifest names must be found before it names them.
    sync_folder(folder)
    new.replace(folder / MANIFEST)
    sync_folder(folder)
    return text


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
