"""Small questions to a DMN document: which children, which text, which element."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
FEEL_NAMESPACES = (
    "http://www.omg.org/spec/FEEL/20140401",
    *(f"{namespace.removesuffix('MODEL/')}FEEL/" for namespace in NAMESPACES[1:]),
)
Element = etree._Element


def local_name(element: Element) -> str:
    """Return the tag without its namespace; empty if it is not a DMN element."""
    return _local(str(element.tag))


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    namespace, mark, name = tag.removeprefix("{").rpartition("}")
    return name if mark and namespace in NAMESPACES else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements with one of these names, or all DMN children."""
    for child in element:
        name = local_name(child)
        if name and (not names or name in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """Return the first child with one of these names."""
    return next(children(element, *names), None)


def text_of(element: Element | None) -> str:
    """Return the text of an element's `<text>` child, without surrounding space."""
    found = None if element is None else child(element, "text")
    return (found.text or "").strip() if found is not None else ""


def attribute(element: Element, name: str) -> str:
    """Return an attribute, empty if absent."""
    return str(element.get(name) or "").strip()


def place(element: Element) -> str:
    """Return the id of the nearest element that has one."""
    found: Element | None = element
    while found is not None:
        if attribute(found, "id"):
            return attribute(found, "id")
        found = found.getparent()
    return "-"


def type_name(element: Element) -> str:
    """Return a type reference, as attribute or as child element, without the prefix of FEEL or of the document itself."""
    found = child(element, "typeRef")
    name = ((found.text or "").strip() if found is not None else "") or attribute(element, "typeRef")
    prefix, mark, rest = name.partition(":")
    if not mark:
        return name
    own = attribute(element.getroottree().getroot(), "namespace")
    known = prefix == "feel" or element.nsmap.get(prefix) in (*FEEL_NAMESPACES, own)
    return rest.strip() if known else name


def key_of(element: Element) -> str:
    """Return the id of a drawn element, or its name if it has no id."""
    return attribute(element, "id") or attribute(element, "name")
