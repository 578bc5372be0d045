from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.house.models import Office
from teladan.registry.models import Institution, Region

COLUMNS = ("name", "email", "office", "institution", "region", "expertise")
LARGEST_LIST = 2 * 1024 * 1024
READING = [
    (str(Office.EVALUATOR), Office.EVALUATOR.label),
    (str(Office.PANELIST), Office.PANELIST.label),
]


class EnlistForm(forms.Form):
    """One reader: the same facts as a line of the list."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    office = forms.ChoiceField(label=gettext_lazy("Office"), choices=READING)
    institution = forms.CharField(
        label=gettext_lazy("Institution"),
        required=False,
        help_text=gettext_lazy("As it is called in the registry."),
        widget=forms.TextInput(attrs={"list": "institutions"}),
    )
    region = forms.CharField(
        label=gettext_lazy("Home region"),
        required=False,
        max_length=5,
        help_text=gettext_lazy("Its code, for example 32.71."),
    )
    expertise = forms.CharField(
        label=gettext_lazy("Fields"),
        required=False,
        help_text=gettext_lazy("Categories of the edition, separated by semicolons."),
    )

    def row(self) -> dict[str, str]:
        return {name: str(self.cleaned_data[name]) for name in COLUMNS}


class ReaderListForm(forms.Form):
    """A list of readers as CSV: chosen as a file first, confirmed as text after the preview."""

    file = forms.FileField(
        label=gettext_lazy("List as CSV"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text")
        if "file" in self.errors or "text" in self.errors:
            return cleaned
        if file is not None and file.size > LARGEST_LIST:
            raise ValidationError({"file": _("The file is larger than 2 MB. Split the list.")})
        try:
            cleaned["text"] = readable(file.read()) if file is not None else text
            cleaned["rows"] = rows_in(cleaned["text"])
            _refuse_unknown(cleaned["rows"])
        except ValidationError as wrong:
            raise ValidationError({"file": wrong.messages}) from wrong
        return cleaned


def readable(data: bytes) -> str:
    """Return the text of a file, or say why it is none."""
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise ValidationError(
            _("Line %(line)d holds a NUL byte: this is not a text file. Save it as CSV (UTF-8).")
            % {"line": line}
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        raise ValidationError(
            _("Line %(line)d is not in UTF-8. Save the file again as CSV (UTF-8).") % {"line": line}
        ) from wrong


def rows_in(text: str) -> list[dict[str, str]]:
    """Read the lines of a list, each with its number, or name every line that is wrong."""
    if not text.strip():
        raise ValidationError(
            _("The file is empty. It needs a heading and a line for each reader.")
        )
    head = text.splitlines()[0]
    # Spreadsheets set to Indonesian write semicolons between the columns.
    mark = ";" if head.count(";") > head.count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[dict[str, str]] = []
    faults: list[str] = []
    try:
        header = [cell.strip().lower() for cell in next(lines)]
        _check_header(header)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                row, wrong = _row(header, cells, lines.line_num)
                rows.append(row)
                faults += wrong
    except csv.Error as broken:
        raise ValidationError(
            _("Line %(line)d cannot be read as CSV (%(why)s).")
            % {"line": lines.line_num, "why": broken}
        ) from broken
    if not rows:
        raise ValidationError(_("There is a heading and no reader below it."))
    faults += _repeated(rows)
    if faults:
        raise ValidationError(faults[:20])
    return rows


def _check_header(header: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    unknown = [name or "(empty)" for name in header if name not in COLUMNS]
    if missing or unknown or len(header) != len(COLUMNS):
        raise ValidationError(
            _(
                "Line 1 must name these columns: %(columns)s. Missing: %(missing)s. "
                "Unknown: %(odd)s."
            )
            % {
                "columns": ", ".join(COLUMNS),
                "missing": ", ".join(missing) or "–",
                "odd": ", ".join(unknown) or "–",
            }
        )


def _row(
    header: Sequence[str], cells: Sequence[str], line: int
) -> tuple[dict[str, str], list[str]]:
    if len(cells) != len(header):
        told = _("Line %(line)d has %(count)d columns instead of %(right)d.")
        return {}, [told % {"line": line, "count": len(cells), "right": len(header)}]
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    row["email"], row["line"] = row["email"].lower(), str(line)
    faults = []
    if not row["name"] or len(row["name"]) > 120:
        faults.append(_("Line %(line)d has no name, or one over 120 characters.") % {"line": line})
    try:
        validate_email(row["email"])
    except ValidationError:
        faults.append(
            _("Line %(line)d: “%(email)s” is no e-mail address.")
            % {"line": line, "email": row["email"]}
        )
    if row["office"] not in {"", *dict(READING)}:
        faults.append(
            _("Line %(line)d: the office must be evaluator or panelist, not “%(office)s”.")
            % {"line": line, "office": row["office"]}
        )
    return row, faults


def _repeated(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Name each line whose person stands in the list already, in the same office."""
    first: dict[tuple[str, str], str] = {}
    faults = []
    for row in rows:
        if not row:
            continue
        key = (row["email"], row["office"] or str(Office.EVALUATOR))
        if key in first:
            faults.append(
                _("Line %(line)s repeats %(email)s of line %(first)s.")
                % {"line": row["line"], "email": row["email"], "first": first[key]}
            )
        first.setdefault(key, row["line"])
    return faults


def _refuse_unknown(rows: Iterable[Mapping[str, str]]) -> None:
    """Name each line whose institution or region the registry does not know."""
    names = {row["institution"] for row in rows} - {""}
    codes = {row["region"] for row in rows} - {""}
    names -= set(Institution.objects.filter(name__in=names).values_list("name", flat=True))
    codes -= set(Region.objects.filter(code__in=codes).values_list("code", flat=True))
    faults = [
        _("Line %(line)s: the registry knows no institution “%(name)s”.")
        % {"line": row["line"], "name": row["institution"]}
        for row in rows
        if row["institution"] in names
    ]
    faults += [
        _("Line %(line)s: there is no region %(code)s.")
        % {"line": row["line"], "code": row["region"]}
        for row in rows
        if row["region"] in codes
    ]
    if faults:
        raise ValidationError(faults[:20])
