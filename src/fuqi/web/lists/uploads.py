"""Files that come in through a form: kept in memory until they lie sealed in the workspace, never in a plain temporary file."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from fuqi.flows.arrivals import MOST_BYTES, MOST_TOGETHER, TOO_LARGE, fault_of
from fuqi.web.reasons import ReasonField

__all__ = ["TOO_LARGE", "KeepInMemory", "Undo", "Upload", "is_too_large"]

_A_PIECE = 1024 * 1024


class KeepInMemory(FileUploadHandler):
    """Keeps a file in memory up to the limit; of a larger one nothing but that it was too large."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with an empty file."""
        super().new_file(*args, **kwargs)
        self._kept: io.BytesIO | None = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece."""
        if self._kept is not None and start + len(raw_data) <= MOST_BYTES:
            self._kept.write(raw_data)
        else:
            self._kept = None

    def file_complete(self, file_size: int) -> UploadedFile:
        """Return the file; a file that was too large comes back empty, with its true size."""
        kept = self._kept or io.BytesIO()
        kept.seek(0)
        return InMemoryUploadedFile(kept, self.field_name, self.file_name, self.content_type or "", file_size, self.charset)


def is_too_large(request: HttpRequest) -> bool:
    """Return whether the form says to be larger than all its files may be; then nothing of it is kept."""
    size = str(request.META.get("CONTENT_LENGTH") or "")
    return not size.isdecimal() or int(size) > MOST_TOGETHER + _A_PIECE


class ManyFiles(forms.FileField):
    """One or several files."""

    class Input(forms.ClearableFileInput):
        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files. Raises ValidationError with a sentence for each that cannot be taken."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files:
            raise forms.ValidationError("请选择要上传的文件。", code="required")
        faults = [fault for file in files if (fault := fault_of(str(file.name or ""), file.size or 0))]
        names = [file.name for file in files]
        faults += [f"选中的文件里有两份都叫“{name}”，请只留一份。" for name in sorted({n for n in names if names.count(n) > 1})]
        if faults:
            raise forms.ValidationError(faults)
        return files


class Upload(forms.Form):
    """Lists that are sent in."""

    lists = ManyFiles(label="名单文件")
    replaces = forms.ChoiceField(label="取代哪一份", required=False)
    again = forms.BooleanField(label="以前收到过、后来被取代或撤销的文件，也仍然采用", required=False)

    def __init__(self, *args: Any, in_force: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["replaces"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "同名的一份；没有同名的，就作为新名单"), *((name, name) for name in in_force)]
        field.error_messages["invalid_choice"] = "要取代的那一份现在不生效，请重新选择。"

    def clean(self) -> dict[str, Any]:
        """Refuse several files in the place of one."""
        found = super().clean() or {}
        if found.get("replaces") and len(found.get("lists") or []) > 1:
            self.add_error("replaces", "选了要取代的一份，就一次只上传一个文件。")
        return found


class Undo(forms.Form):
    """Why an import is undone."""

    reason = ReasonField(
        label="撤销的理由（记入日志）",
        min_length=2,
        max_length=150,
        error_messages={
            "required": "请写明为什么撤销，例如：名单发错了。",
            "min_length": "理由要写明白，例如：名单发错了。",
            "max_length": "理由请写在150个字以内。",
        },
    )
