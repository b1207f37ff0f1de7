"""Where we may knock: an address is resolved once, every answer must be public, and the connection goes to that answer."""

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from engine.errors import InvalidInput

Network = Collection[str]
NAT64 = IPv6Network("64:ff9b::/96")
ASSIGNED = IPv6Network("2000::/3")
"""All that the world's network hands out of IPv6; beside it are sites of old, and IPv4 in other dresses."""
LONGEST = 2_000


class AddressRefused(InvalidInput):
    """An address that nobody may make this system call."""

    code = "address.refused"


@dataclass(frozen=True)
class Target:
    """Where to connect: the host as it was named (for TLS and the Host header) and the address it had when asked."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def require_form(address: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address; nothing is resolved. Raises AddressRefused."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
        parts = urlsplit("")
    if len(address) > LONGEST or parts.scheme not in ("http", "https") or not host:
        raise AddressRefused(f"地址应为 https:// 开头的完整网址,实际为“{address[:80]}”;请核对后重填。")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("地址里不能带账号、密码或 # 后的部分;签名密钥由系统生成,不写在地址里。")
    if any(ord(one) <= 0x20 or ord(one) == 0x7F for one in address):
        raise AddressRefused("地址里不能有空格或控制字符;请核对后重填。")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def locate(address: str, *, allowed: Network = ()) -> Target:
    """Resolve an address and return where to connect. Raises AddressRefused.

    allowed: private networks (CIDR) the administrator of the site permits; plain http is permitted there only. Every
    address the name stands for must be permitted: one bad answer among good ones is a trick.
    """
    scheme, host, port, path = require_form(address)
    answers, is_inside = _answers(host, port, allowed)
    if scheme == "http" and not is_inside:
        raise AddressRefused(
            "对外发送必须使用 https:// 地址;请对方系统开通 https。", code="address.not_https"
        )
    return Target(scheme, host, port, path, answers[0])


def resolve(host: str, port: int, *, allowed: Network = ()) -> str:
    """Return the address of a host that speaks something else than HTTP. Raises AddressRefused, as `locate`."""
    return _answers(host, port, allowed)[0][0]


def _answers(host: str, port: int, allowed: Network) -> tuple[list[str], bool]:
    """Return the permitted addresses of a host, and whether all of them are in networks of the site's own."""
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise AddressRefused(
            f"找不到主机“{host}”;请核对地址,或请网络管理员检查域名解析。", code="address.unknown_host"
        ) from error
    answers = sorted(found)
    numbers = [_plain(ip_address(one.partition("%")[0])) for one in answers]
    inside = [any(one in ip_network(net) for net in allowed) for one in numbers]
    if not all(near or _is_outside(one) for one, near in zip(numbers, inside, strict=True)):
        raise AddressRefused(
            f"“{host}”指向内部网络,系统不向那里发送;确需发送时请系统管理员把该网段写入 BIHUAN_WEBHOOK_NETWORKS。"
        )
    return answers, all(inside)


def _is_outside(number: IPv4Address | IPv6Address) -> bool:
    is_assigned = isinstance(number, IPv4Address) or number in ASSIGNED
    return is_assigned and number.is_global and not number.is_multicast


def _plain(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address carries, if it does: it is there that a packet would go."""
    if isinstance(number, IPv4Address):
        return number
    if number in NAT64:
        return IPv4Address(int(number) & 0xFFFF_FFFF)
    return number.ipv4_mapped or number.sixtofour or number
