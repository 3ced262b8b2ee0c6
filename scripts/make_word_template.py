"""Make the Word template of the self-assessment anew, in the layout of official papers (GB/T 9704-2012).

What is filled in stands in braces; whoever edits the template in Word or WPS keeps them.
Run: `python scripts/make_word_template.py`.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TARGET = Path(__file__).resolve().parents[1] / "src" / "fuqi" / "reports" / "templates" / "self-assessment.docx"

SONG, HEI, KAI, TITLE, NUMBER = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
OTHER_NAMES = {SONG: "FangSong", HEI: "SimHei", KAI: "KaiTi", TITLE: "宋体", NUMBER: "SimSun"}
"""What stands in for a font where it is not installed."""


def main() -> None:
    """Write the template."""
    document = Document()
    lay_out(document)
    make_styles(document)
    head_and_foot(document)
    body(document)
    appendix_of_sources(document)
    appendix_of_untreated(document)
    appendix_of_unconfirmed(document)
    name_fonts(document)
    about(document)
    out = io.BytesIO()
    document.save(out)
    TARGET.write_bytes(timeless(out.getvalue()))
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


def lay_out(document: Any) -> None:
    """Set paper and margins: A4, 156 mm × 225 mm of text."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    document.settings.odd_and_even_pages_header_footer = True


def make_styles(document: Any) -> None:
    """Make the styles that the paper uses; a county changes fonts here."""
    styles = document.styles
    normal = styles["Normal"]
    dress(normal, SONG, 16)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = True
    normal.element.get_or_add_rPr().append(language())
    paragraph(styles, "Paper Title", TITLE, 22, centred=True, spacing=34)
    paragraph(styles, "Paper Basis", KAI, 10.5, centred=True, spacing=18)
    paragraph(styles, "Paper Warning", HEI, 14, spacing=26)
    paragraph(styles, "Paper Addressee", SONG, 16)
    paragraph(styles, "Paper Text", SONG, 16, indented=True, justified=True)
    last = paragraph(styles, "Paper Last Text", SONG, 16, indented=True, justified=True)
    last.paragraph_format.keep_with_next = last.paragraph_format.keep_together = True
    for level, (font, bold) in enumerate(((HEI, False), (KAI, False), (SONG, True)), 1):
        heading = styles[f"Heading {level}"]
        dress(heading, font, 16, bold=bold)
        shape(heading, indented=True, spacing=28)
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
    paragraph(styles, "Paper Signature", SONG, 16).paragraph_format.right_indent = Pt(32)
    styles["Paper Signature"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph(styles, "Paper Small", SONG, 10.5, spacing=16)
    paragraph(styles, "Paper List", HEI, 12, spacing=24).paragraph_format.keep_with_next = True
    paragraph(styles, "Paper Cell", SONG, 9.5, spacing=13)
    paragraph(styles, "Paper Cell Head", HEI, 9.5, centred=True, spacing=13)
    paragraph(styles, "Paper Mark", HEI, 12, centred=True, spacing=16)
    paragraph(styles, "Paper Page Number", NUMBER, 14, spacing=16)
    note = character(styles, "FigureNumber")
    note.font.superscript = True
    gap = character(styles, "Gap")
    gap.font.underline = True
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", "DDDDDD")):
        shade.set(qn(f"w:{key}"), value)
    gap.element.get_or_add_rPr().append(shade)


def paragraph(styles: Any, name: str, font: str, size: float, **shaped: Any) -> Any:
    """Return a new paragraph style."""
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    style.quick_style = True
    dress(style, font, size)
    shape(style, **shaped)
    return style


def character(styles: Any, name: str) -> Any:
    """Return a new character style."""
    style = styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    style.quick_style = True
    return style


def dress(style: Any, font: str, size: float, *, bold: bool = False) -> None:
    """Set a style's font for Chinese and Latin characters alike, in black, upright."""
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.name = font
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        if key.endswith("Theme"):
            del fonts.attrib[key]
    for key in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{key}"), font)
    color = style.element.get_or_add_rPr().find(qn("w:color"))
    if color is not None:
        style.element.rPr.remove(color)


def shape(style: Any, *, centred: bool = False, indented: bool = False, justified: bool = False, spacing: float = 28) -> None:
    """Set how a style's lines lie."""
    lines = style.paragraph_format
    lines.line_spacing_rule, lines.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(spacing)
    if centred:
        lines.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if justified:
        lines.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if indented:
        lines.first_line_indent = Pt(32)
        indent = style.element.get_or_add_pPr().find(qn("w:ind"))
        indent.set(qn("w:firstLineChars"), "200")


def language() -> Any:
    """Return the mark that text is Chinese."""
    mark = OxmlElement("w:lang")
    for key in ("val", "eastAsia"):
        mark.set(qn(f"w:{key}"), "zh-CN")
    return mark


def head_and_foot(document: Any) -> None:
    """Write the mark of sample data above, the page number at the outer corner below."""
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        line = header.paragraphs[0]
        line.style = document.styles["Paper Mark"]
        line.add_run("{{ sample }}")
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.style = document.styles["Paper Page Number"]
        line.alignment = side
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
        line.add_run("— ")
        field(line, "PAGE")
        line.add_run(" —")


def field(line: Any, instruction: str) -> None:
    """Add a field that Word works out."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("text", "1"), ("end", "")):
        run = line.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)


def body(document: Any) -> None:
    """Write title, basis, addressee, the text's blocks by level, and the signature, which stands on no page alone."""
    add(document, "Paper Title", "{{ title }}")
    add(document, "Paper Basis", "编号{{ number }}　{{ basis }}")
    add(document, "Paper Warning", "{%p for warning in warnings %}")
    boxed(add(document, "Paper Warning", "{{ warning }}"))
    add(document, "Paper Warning", "{%p endfor %}")
    add(document, "Paper Addressee", "{%p if addressee %}")
    add(document, "Paper Addressee", "{{ addressee }}：").paragraph_format.space_before = Pt(14)
    add(document, "Paper Addressee", "{%p endif %}")
    add(document, "Paper Text", "{%p for block in blocks %}")
    texts = (("block.level == 0 and not loop.last", "Paper Text"), ("block.level == 0 and loop.last", "Paper Last Text"))
    headings = tuple((f"block.level == {level}", f"Heading {level}") for level in (1, 2, 3))
    for condition, style in (*headings, *texts):
        add(document, style, f"{{%p if {condition} %}}")
        add(document, style, "{{r block.text }}")
        add(document, style, "{%p endif %}")
    add(document, "Paper Text", "{%p endfor %}")
    office = add(document, "Paper Signature", "{{ office }}")
    office.paragraph_format.space_before, office.paragraph_format.keep_with_next = Pt(28), True
    add(document, "Paper Signature", "").add_run("【待填：成文日期】", style="Gap")


def boxed(line: Any) -> None:
    """Draw a box round a paragraph."""
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "10"), ("space", "5"), ("color", "000000")):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    line._p.get_or_add_pPr().append(borders)


def appendix_of_sources(document: Any) -> None:
    """Write where each figure comes from."""
    appendix(document, "附件1 数据出处与口径")
    add(document, "Paper Small", "下表的数字都出自{{ basis }}。正文里的数字后面所标的编号，就是表中的序号。")
    cells = ["number", "name", "value", "numerator", "denominator"]
    table = grid(document, (10, 22, 24, 20, 20, 60), ("序号", "指标", "数值", "分子", "分母", "怎样计数和依据"), "sources")
    last = row_of(table, [f"{{{{ row.{name} }}}}" for name in cells] + ["{{ row.how }}"])
    for cell in last.cells[2:5]:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    last.cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_to(last.cells[5], document, "依据：{{ row.source }}")
    end(table)


def appendix_of_untreated(document: Any) -> None:
    """Write who was not treated, and why."""
    appendix(document, "附件2 未救治人员及原因")
    add(document, "Paper Small", "姓名只写第一个字。专管病种的人员只写代号，不写乡镇。")
    add(document, "Paper Small", "{%p for list in untreated %}")
    add(document, "Paper List", "{{ list.name }}：未计入{{ list.number }}")
    add(document, "Paper Small", "{%p if not list.rows %}")
    add(document, "Paper Small", "无。")
    add(document, "Paper Small", "{%p endif %}")
    add(document, "Paper Small", "{%p if list.rows %}")
    table = grid(document, (26, 30, 26, 74), ("编号", "乡镇", "姓名", "原因"), "list.rows")
    last = row_of(table, ["{{ row.who }}", "{{ row.place }}", "{{ row.name }}", "{{ row.reason }}"])
    last.cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    end(table)
    add(document, "Paper Small", "{%p endif %}")
    add(document, "Paper Small", "{%p endfor %}")


def appendix_of_unconfirmed(document: Any) -> None:
    """Write what no official text confirms."""
    appendix(document, "附件3 尚未核实的数字和口径")
    add(document, "Paper Small", "下列内容没有在正式文件里读到，据此算出的金额和比例不是最终口径。")
    add(document, "Paper Small", "{%p if not unconfirmed %}")
    add(document, "Paper Small", "无。")
    add(document, "Paper Small", "{%p endif %}")
    add(document, "Paper Small", "{%p if unconfirmed %}")
    table = grid(document, (12, 84, 60), ("序号", "内容", "所称出处"), "unconfirmed")
    last = row_of(table, ["{{ row.number }}", "{{ row.what }}", "{{ row.source }}"])
    last.cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    end(table)
    add(document, "Paper Small", "{%p endif %}")


def appendix(document: Any, title: str) -> None:
    """Begin an appendix on a new page."""
    heading = add(document, "Heading 1", title)
    heading.paragraph_format.page_break_before = True


def add(document: Any, style: str, text: str) -> Any:
    """Return a new paragraph."""
    return document.add_paragraph(text, style=style)


def add_to(cell: Any, document: Any, text: str) -> None:
    """Add a paragraph to a table's cell."""
    cell.add_paragraph(text, style=document.styles["Paper Cell"])


def grid(document: Any, widths: tuple[int, ...], heads: tuple[str, ...], rows: str) -> Any:
    """Return a new table with a head that is repeated on each page, and the beginning of its rows."""
    table = document.add_table(rows=1, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    narrow(table)
    table._document, table._widths = document, widths
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].style = document.styles["Paper Cell Head"]
        cell.paragraphs[0].add_run(text)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    sized(table.rows[0], widths)
    row_of(table, [f"{{%tr for row in {rows} %}}"] + [""] * (len(widths) - 1))
    return table


def narrow(table: Any) -> None:
    """Leave a millimetre beside the text of cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "57")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)


def row_of(table: Any, texts: list[str]) -> Any:
    """Return a new row that is never split between pages."""
    row = table.add_row()
    sized(row, table._widths)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text in zip(row.cells, texts, strict=True):
        cell.paragraphs[0].style = table._document.styles["Paper Cell"]
        cell.paragraphs[0].add_run(text)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return row


def end(table: Any) -> None:
    """Write the end of a table's rows."""
    row_of(table, ["{%tr endfor %}"] + [""] * (len(table._widths) - 1))


def sized(row: Any, widths: tuple[int, ...]) -> None:
    """Set the widths of a row's cells, in millimetres."""
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)


def name_fonts(document: Any) -> None:
    """Name, for each font, what stands in for it."""
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    fonts = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in OTHER_NAMES.items())
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def about(document: Any) -> None:
    """Say in the file's properties what it is, without a person or an instant."""
    said = document.core_properties
    said.title, said.author, said.last_modified_by, said.comments = "自评报告模板", "", "", ""
    said.language = "zh-CN"


def timeless(data: bytes) -> bytes:
    """Return a zip file whose members do not say when they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            target.writestr(zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0)), source.read(item), zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    main()
