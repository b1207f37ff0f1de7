"""Others verify what we sign, with a library of theirs."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from standardwebhooks import Webhook

from engine.vault import KeyLost, Vault
from webhooks.signing import headers, new_secret


def test_a_message_verifies_under_the_new_key_and_the_old_one() -> None:
    new, old, body = new_secret(), new_secret(), '{"说": "你好"}'.encode()
    found = headers(uuid4(), datetime.now(UTC), body, [new, old])

    for key in (new, old):
        Webhook(key).verify(body.decode(), found)
    with pytest.raises(Exception, match="matching signature"):
        Webhook(new_secret()).verify(body.decode(), found)
    with pytest.raises(Exception, match="matching signature"):
        Webhook(new).verify(body.decode() + " ", found)


def test_a_key_at_rest_is_unreadable_without_the_secret_of_the_installation() -> None:
    key = new_secret()
    locked = Vault("s" * 40, "webhook keys").lock(key)

    assert key not in locked
    assert Vault("s" * 40, "webhook keys").unlock(locked) == key
    with pytest.raises(KeyLost):
        Vault("t" * 40, "webhook keys").unlock(locked)
