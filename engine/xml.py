"""Read XML from strangers: no DTD, no entities, no network, bounded size and depth."""

from lxml import etree

from engine.errors import InvalidInput

LONGEST = 5_000_000
MOST_ELEMENTS = 50_000


class XmlRejected(InvalidInput):
    """The file is not well-formed XML, or it holds what we refuse to read."""

    code = "xml.rejected"


def parse(data: bytes) -> etree._Element:
    """Return the root element, without comments and processing instructions. Raises XmlRejected."""
    if len(data) > LONGEST:
        raise XmlRejected(f"XML 文件最大 {LONGEST} 字节，实际 {len(data)} 字节；请拆分", code="xml.too_large")
    if b"<!doctype" in data.replace(b"\0", b"").lower():
        raise XmlRejected("不接受带 DOCTYPE 的 XML；请删除该声明后重新上传", code="xml.doctype")
    reader = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, reader)
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (0, 0)
        text = f"第 {line} 行第 {column} 列不是合法的 XML：{error.msg}；请用建模工具重新导出"
        raise XmlRejected(text, code="xml.syntax", line=line, column=column) from None
    except ValueError:
        raise XmlRejected("XML 的编码声明与内容不符；请存为 UTF-8", code="xml.encoding") from None
    _refuse_entities(root)
    return root


def _refuse_entities(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRejected("不接受带 DOCTYPE 的 XML；请删除该声明后重新上传", code="xml.doctype")
    for count, element in enumerate(root.iter(), 1):
        if count > MOST_ELEMENTS:
            raise XmlRejected(f"XML 最多 {MOST_ELEMENTS} 个元素；请拆分", code="xml.too_large")
        if element.tag is etree.Entity:
            raise XmlRejected("不接受 XML 实体引用；请写出字符本身", code="xml.entity")
