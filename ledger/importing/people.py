"""Plausible people: who works where, by role; the same organisation always gets the same names."""

from collections.abc import Iterator
from hashlib import sha256

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
MIDDLES = "建志国文明海晓玉春秀丽红永德光新立成少永俊佳思雨子"
LASTS = "华军平伟强敏静艳杰娟涛超霞刚辉芳波宁斌玲兰鹏云飞洁慧"

STAFF: dict[str, tuple[tuple[str, int], ...]] = {
    "department": (("preparer", 1), ("unit_head", 1), ("department", 1)),
    "bureau": (
        ("section", 6),
        ("performance", 2),
        ("budget", 2),
        ("social_insurance", 1),
        ("economic_construction", 1),
    ),
    "agency": (("third_party", 2),),
    "panel": (("expert", 5),),
    "government": (("government", 1), ("leading_group", 1)),
    "upper": (("upper_finance", 1),),
}
"""Roles and head counts by kind of organisation; one person holds one role, so preparer and signer differ."""


def staff_of(kind: str, organisation_code: str) -> Iterator[tuple[str, str]]:
    """Yield (role, name) of everybody an organisation of this kind needs; no name twice in one organisation."""
    taken: set[str] = set()
    for role, count in STAFF[kind]:
        for number in range(count):
            name = _name(f"{kind}/{organisation_code}/{role}/{number}", taken)
            taken.add(name)
            yield role, name


def _name(seed: str, taken: set[str]) -> str:
    for attempt in range(100):
        digest = sha256(f"{seed}/{attempt}".encode()).digest()
        middle = MIDDLES[digest[1] % len(MIDDLES)] if digest[3] % 4 else ""
        name = SURNAMES[digest[0] % len(SURNAMES)] + middle + LASTS[digest[2] % len(LASTS)]
        if name not in taken:
            return name
    raise AssertionError("a hundred draws from forty thousand names were all taken")
