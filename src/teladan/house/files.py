"""Files: hashed, typed by content, limited in size, always served as downloads."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from teladan.house.models import Attachment, Person
from teladan.house.refusals import Refusal

# What content may be handed in: what it is must be what it says. Ending -> media type.
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "mp4": "video/mp4",
}


def content_kind(head: bytes) -> str:
    """Return the ending that the first bytes show ('' if unknown); never trusts the name."""
    import puremagic

    try:
        found = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    ending = found.lstrip(".").lower()
    if head.startswith(b"PK\x03\x04"):
        ending = "docx" if b"word/" in head else "xlsx" if b"xl/" in head else "zip"
    return {"jfif": "jpg", "jpe": "jpg", "m4v": "mp4"}.get(ending, ending)


def path_of(sha256: str) -> Path:
    """Return where a file of this hash lies; two levels keep folders small."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def keep(
    *, upload: UploadedFile[bytes], about: str, by: Person, now: datetime, note: str = ""
) -> Attachment:
    """Store the upload under its hash and return its row. Called inside an act.

    Refuses `file-empty`, `file-too-large`, `file-type` and `file-twice`. The bytes are written
    before the row: a stored file without a row is harmless, the reverse is not.
    """
    limit, name = settings.FILE_LIMIT, Path(str(upload.name or "file")).name[-200:]
    if not upload.size:
        raise Refusal("file-empty", _("%(name)s is empty. Choose the file again.") % {"name": name})
    if upload.size > limit:
        raise Refusal(
            "file-too-large",
            _("%(name)s has %(size)d MB; one file may have %(limit)d MB. Make it smaller.")
            % {"name": name, "size": -(-upload.size // 2**20), "limit": limit // 2**20},
        )
    data = upload.read()
    kind, said = content_kind(data[: 256 * 1024]), name.rpartition(".")[2].lower()
    if KINDS.get(kind) is None or KINDS.get(kind) != KINDS.get(said):
        raise Refusal(
            "file-type",
            _(
                "%(name)s is not what its name says, or not a kind we take. Hand in one of: "
                "%(kinds)s."
            )
            % {"name": name, "kinds": ", ".join(sorted(KINDS))},
        )
    sha256 = hashlib.sha256(data).hexdigest()
    if Attachment.objects.filter(about=about, sha256=sha256).exists():
        raise Refusal("file-twice", _("%(name)s is attached already.") % {"name": name})
    place = path_of(sha256)
    if not place.exists() or place.stat().st_size != len(data):
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{now.timestamp():.6f}")
        with part.open("wb") as written:
            written.write(data)
            # The row will outlive a power cut, so the bytes must too.
            written.flush()
            os.fsync(written.fileno())
        part.replace(place)
    return Attachment.objects.create(
        about=about,
        name=name,
        note=note,
        kind=KINDS[kind],
        size=len(data),
        sha256=sha256,
        handed_by=by,
        handed_at=now,
    )


def download(attachment: Attachment) -> FileResponse:
    """Answer with the bytes as a download. The caller has checked who may read them."""
    response = FileResponse(
        path_of(attachment.sha256).open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
