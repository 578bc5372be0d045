"""What strangers type to verify something, made readable; nothing here saves."""

from __future__ import annotations

import re

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.contest.acts import RECEIPT_ALPHABET

CODE_LENGTH = 16
BUNDLE_LIMIT = 4 * 1024 * 1024


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Four groups of four, as on the certificate or the receipt."),
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    digest = forms.CharField(
        label=gettext_lazy("Hash"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Only for a receipt: the 64 signs that stand on it."),
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        letters = re.sub(r"[\s\W_]", "", self.cleaned_data["code"]).upper()
        strange = sorted(set(letters) - set(RECEIPT_ALPHABET))
        if strange:
            raise forms.ValidationError(
                _("No code holds %(signs)s. I, O, 0 and 1 are left out, as they look alike.")
                % {"signs": ", ".join(strange)},
            )
        if len(letters) != CODE_LENGTH:
            raise forms.ValidationError(
                _("A code has %(right)d letters and digits; this has %(given)d.")
                % {"right": CODE_LENGTH, "given": len(letters)},
            )
        return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))

    def clean_digest(self) -> str:
        digest = re.sub(r"\s", "", self.cleaned_data["digest"]).lower()
        if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise forms.ValidationError(
                _("A hash has 64 signs, 0 to 9 and a to f; this has %(given)d.")
                % {"given": len(digest)},
            )
        return digest


class BundleForm(forms.Form):
    bundle = forms.FileField(
        label=gettext_lazy("Bundle"),
        help_text=gettext_lazy("The file bundle.json of an edition, up to 4 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_bundle(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["bundle"]
        if (upload.size or 0) > BUNDLE_LIMIT:
            raise forms.ValidationError(
                _("%(name)s is larger than 4 MB, so it is not a bundle of this site.")
                % {"name": upload.name},
            )
        return upload
