"""Nobody makes this system knock at a door inside."""

import socket
from collections.abc import Callable

import pytest

from webhooks.addresses import AddressRefused, locate

Answers = Callable[..., None]


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> Answers:
    def to(*numbers: str) -> None:
        rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in numbers]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

    return to


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("::7f00:1", "::ffff:0:7f00:1", "64:ff9b:1::7f00:1", "fec0::1", "2001:0:7f00:1::", "4000::1"),
    ],
)
def test_inner_addresses_are_refused_however_they_are_written(resolved: Answers, number: str) -> None:
    resolved(number)
    with pytest.raises(AddressRefused):
        locate("https://example.test/in")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "[::1]", "localhost"])
def test_other_spellings_of_the_inside_are_refused_by_what_they_stand_for(host: str) -> None:
    with pytest.raises(AddressRefused):
        locate(f"https://{host}/in")


def test_a_name_that_turns_inside_after_it_was_looked_up_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(*kind, (next(answers), 443))])

    assert locate("https://example.test/in").address == "93.184.216.34"
    with pytest.raises(AddressRefused):
        locate("https://example.test/in")


def test_one_inner_answer_among_outer_ones_is_refused(resolved: Answers) -> None:
    resolved("93.184.216.34", "127.0.0.1")
    with pytest.raises(AddressRefused):
        locate("https://example.test/in")


def test_the_connection_goes_to_the_address_that_was_checked(resolved: Answers) -> None:
    resolved("93.184.216.34")
    target = locate("https://example.test/in?a=1")
    assert (target.host, target.address, target.port, target.path) == (
        "example.test",
        "93.184.216.34",
        443,
        "/in?a=1",
    )


def test_a_permitted_network_is_open_for_plain_http_and_only_that_one(resolved: Answers) -> None:
    resolved("10.1.2.3")
    assert locate("http://bus.test/", allowed=["10.1.0.0/16"]).address == "10.1.2.3"
    with pytest.raises(AddressRefused):
        locate("http://bus.test/", allowed=["10.2.0.0/16"])
    resolved("93.184.216.34")
    with pytest.raises(AddressRefused, match="https"):
        locate("http://bus.test/", allowed=["10.1.0.0/16"])


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "ftp://example.test/",
            "//example.test",
            "https://",
            "https://u:p@example.test/",
            "javascript:1",
        ),
        *(
            "https://example.test/#part",
            "https://exa mple.test/",
            "https://example.test/\r\nX: y",
            "https://[::1",
        ),
        *("https://example.test:99999/", "https://example.test/" + "a" * 3000, "file:///etc/passwd"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        locate(address)
