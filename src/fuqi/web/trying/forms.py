"""The form in which a draft is written or sent in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from fuqi.flows.trying.claims import LAST_YEAR
from fuqi.flows.trying.drafts import BENEFITS, MOST_BYTES

TOO_LARGE = f"压缩包太大，没有试算：不超过 {MOST_BYTES // 1_000_000} MB。请只压缩方案文件夹。"
ON_PAGE = "page"
SHOWN_AS = {
    ON_PAGE: "在网页上看",
    "docx": "下载 Word 报告",
    "pdf": "下载 PDF 报告",
    "xlsx": "下载表格（xlsx）",
    "csv": "下载表格（csv）",
    "svg": "下载图片",
}


class TrialForm(forms.Form):
    """A draft: the text of benefits.yaml, or a zip of a scheme's folder; on which year; and how the result is wanted."""

    text = forms.CharField(label="支付规则（benefits.yaml）", required=False, strip=False, widget=forms.Textarea)
    archive = forms.FileField(label="或者上传整个方案的压缩包（zip）", required=False)
    on = forms.ChoiceField(label="用哪一年的费用单")
    in_force = forms.DateField(
        label="带日期的数字，按哪一天有效的算",
        required=False,
        error_messages={"invalid": "请写成 2018-01-01 的样子，或者空着。"},
    )
    form = forms.ChoiceField(label="结果", choices=list(SHOWN_AS.items()), required=False)

    def __init__(self, *args: Any, today: date, period: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = sorted({*range(today.year - 5, today.year + 1), *([period] if period else [])}, reverse=True)
        field = self.fields["on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(LAST_YEAR, "去年（没有费用单的，用最近的一个整年）"), *((str(year), f"{year}年") for year in years)]

    def clean(self) -> dict[str, Any]:
        """Refuse a draft that is neither written nor sent in, and one that is too large."""
        found = super().clean() or {}
        archive = found.get("archive")
        if archive is not None and archive.size > MOST_BYTES:
            self.add_error("archive", TOO_LARGE)
        elif archive is not None and not str(archive.name).lower().endswith(".zip"):
            self.add_error("archive", "请上传压缩包（.zip）。只改支付规则的，直接改下面的文字。")
        elif archive is None and not str(found.get("text") or "").strip():
            self.add_error("text", "草案是空的。请改下面的文字，或者上传压缩包。")
        return found

    def files_of_draft(self) -> dict[str, bytes] | bytes:
        """Return the draft's files, or the bytes of the zip that holds them."""
        archive = self.cleaned_data["archive"]
        if archive is not None:
            data: bytes = archive.read()
            return data
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")
        return {BENEFITS: text.encode()}
