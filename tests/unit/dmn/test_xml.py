"""XML from strangers."""

import pytest

from engine.xml import LONGEST, MOST_ELEMENTS, XmlRejected, parse

LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
REFUSED = {
    "entities": LAUGHS.encode(),
    "a file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a DTD on the net": b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>',
    "entities in UTF-16": LAUGHS.encode("utf-16"),
    "entities in UTF-7": '<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE a+AD4-<a/>'.encode("ascii"),
    "an unknown entity": b"<a>&nbsp;</a>",
    "nothing": b"",
    "no XML": b"hello",
    "half a document": b"<a><b></a>",
    "a wrong encoding": '<?xml version="1.0" encoding="utf-8"?><a>预算</a>'.encode("gb18030"),
    "too much": b"<a>" + b" " * LONGEST + b"</a>",
    "too many elements": b"<a>" + b"<b/>" * (MOST_ELEMENTS + 1) + b"</a>",
    "too deep": b"<a>" * 2_000 + b"</a>" * 2_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_and_broken_xml_is_refused(name: str) -> None:
    with pytest.raises(XmlRejected) as caught:
        parse(REFUSED[name])

    assert caught.value.code.startswith("xml.")


def test_good_xml_is_read_without_comments_and_instructions() -> None:
    root = parse(
        '<?xml version="1.0" encoding="gb18030"?><a 名="值"><!-- x --><?y z?><b/></a>'.encode("gb18030")
    )

    assert [child.tag for child in root] == ["b"]
    assert root.get("名") == "值"
