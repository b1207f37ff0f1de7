"""The styles of the Word file: the manner of official documents, with Chinese fonts and their other names."""

from typing import Any

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SONG, HEI, KAI, FANG = "宋体", "黑体", "楷体", "仿宋"
OTHER_NAMES = {SONG: "SimSun", HEI: "SimHei", KAI: "KaiTi", FANG: "FangSong"}
WESTERN = "Times New Roman"
CELL, CELL_DENSE, ITEM, ANNEX = "Table Text", "Table Text Dense", "Numbered Item", "Annex Title"
"""Names of our own styles."""

BLACK = RGBColor(0, 0, 0)
CENTRE, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


def dress(word: Word) -> None:
    """Set page and styles. Sizes in points: 二号 22, 三号 16, 四号 14, 五号 10.5, 小五 9."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    _style(word, "Normal", FANG, 16, JUSTIFY, leading=28)
    _style(word, "Body Text", FANG, 16, JUSTIFY, leading=28, indent=32)
    _style(word, "Title", HEI, 22, CENTRE, leading=36, after=24)
    _style(word, "Heading 1", HEI, 16, JUSTIFY, leading=28, indent=32, before=6)
    _style(word, "Heading 2", KAI, 16, JUSTIFY, leading=28, indent=32)
    _style(word, "Caption", HEI, 12, CENTRE, leading=20, before=6, after=3)
    _style(word, "Footer", SONG, 14, CENTRE, leading=18)
    _style(word, ITEM, FANG, 16, JUSTIFY, leading=28, indent=32, own=True)
    _style(word, CELL, SONG, 10.5, LEFT, leading=15, own=True)
    _style(word, CELL_DENSE, SONG, 9, LEFT, leading=13, own=True)
    _style(word, ANNEX, HEI, 16, LEFT, leading=28, after=6, own=True, based_on="Heading 1")
    for name in ("Caption", "Heading 1", "Heading 2"):
        word.styles[name].paragraph_format.keep_with_next = True
    word.styles[ANNEX].paragraph_format.page_break_before = True
    _speak_chinese(word)
    _other_names(word)


def _style(
    word: Word,
    name: str,
    font: str,
    size: float,
    align: WD_ALIGN_PARAGRAPH,
    *,
    leading: float,
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    own: bool = False,
    based_on: str = "Normal",
) -> None:
    if own:
        added: Any = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style, added.quick_style = word.styles[based_on], True
    style: Any = word.styles[name]
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.color.rgb, style.font.name = BLACK, WESTERN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    shape = style.paragraph_format
    shape.alignment, shape.first_line_indent = align, Pt(indent)
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(leading)
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _speak_chinese(word: Word) -> None:
    """Name the language, by which a program chooses Chinese shapes when it lacks a font, and checks spelling."""
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _other_names(word: Word) -> None:
    """Give the fonts their English names, by which systems without the Chinese name find them."""
    part = next(one for one in word.part.package.iter_parts() if one.partname == "/word/fontTable.xml")
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for font, other in OTHER_NAMES.items()
    )
    kept = part.blob.decode("utf-8")
    part._blob = kept.replace("</w:fonts>", f"{entries}</w:fonts>").encode("utf-8")


def page_number(word: Word) -> None:
    """Put `— n —` into the footer."""
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.style = word.styles["Footer"]
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind is None:
            code = OxmlElement("w:instrText")
            code.text = text
        else:
            code = OxmlElement("w:fldChar")
            code.set(qn("w:fldCharType"), kind)
        run._r.append(code)
    paragraph.add_run(" —")
