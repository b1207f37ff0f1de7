"""Sign in with the organisation's own service (OpenID Connect): code flow with PKCE, state and nonce, by Authlib.

No transaction is open while the service is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.errors import BihuanError, NotAllowed
from host.settings import Settings

SECONDS = 10
LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
SCOPE = "openid profile"


class ServiceRefused(NotAllowed):
    """The service did not vouch for anybody, or not for somebody we know."""

    code = "oidc.refused"


class ServiceUnreachable(BihuanError):
    """The service does not answer, or not as it should."""

    code = "oidc.unreachable"


@dataclass(frozen=True)
class Departure:
    """What is remembered while somebody is away at the service. address: where he goes."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass
class Service:
    """The sign-in service of the organisation, as the settings name it.

    claim: which claim of its answer is the login of an account; None: accounts are linked by hand only.
    """

    issuer: str
    client_id: str
    client_secret: str
    claim: str | None
    name: str
    _known: dict[str, Any] = field(default_factory=dict)

    def depart(self, back: str) -> Departure:
        """Return where to send a browser, and what to remember of it. back: where the service sends it again."""
        verifier, nonce = generate_token(64), generate_token(32)
        with self._session(back) as session:
            address, state = session.create_authorization_url(
                self._metadata()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Departure(address, state, nonce, verifier)

    def arrive(self, address: str, back: str, departure: Departure) -> Mapping[str, Any]:
        """Return the claims the service makes about who came back. Raises ServiceRefused, ServiceUnreachable.

        address: the whole address it sent the browser to, with code and state.
        """
        try:
            with self._session(back) as session:
                token = session.fetch_token(
                    self._metadata()["token_endpoint"],
                    authorization_response=address,
                    state=departure.state,
                    code_verifier=departure.verifier,
                    timeout=SECONDS,
                )
            return self._claims(token.get("id_token", ""), departure.nonce)
        except (AuthlibBaseError, JoseError) as error:
            raise ServiceRefused(
                f"单位登录没有成功({type(error).__name__});请重新登录,仍不行请联系系统管理员。"
            ) from error
        except requests.RequestException as error:
            raise _unreachable(error) from error

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )

    def _metadata(self) -> Mapping[str, Any]:
        if "metadata" not in self._known:
            found = _read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise ServiceUnreachable(
                    "单位登录服务报出的名称与设置不同;请系统管理员核对 BIHUAN_OIDC_ISSUER。",
                    code="oidc.issuer",
                )
            self._known["metadata"] = found
        known: Mapping[str, Any] = self._known["metadata"]
        return known

    def _claims(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """Check signature, issuer, audience, time and nonce; keys that were changed are read again, once."""
        try:
            token = jwt.decode(id_token, self._keys(), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            self._known.pop("keys", None)
            token = jwt.decode(id_token, self._keys(), algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(token.claims)
        claims: Mapping[str, Any] = token.claims
        return claims

    def _keys(self) -> KeySet:
        if "keys" not in self._known:
            self._known["keys"] = KeySet.import_key_set(cast(Any, _read(self._metadata()["jwks_uri"])))
        keys: KeySet = self._known["keys"]
        return keys


def service_of(settings: Settings) -> Service | None:
    """Return the service the settings name, if they do."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    return Service(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret or "",
        settings.oidc_claim,
        settings.oidc_name,
    )


def _read(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise _unreachable(error) from error
    if not isinstance(found, dict):
        raise _unreachable(ValueError(urlsplit(address).path))
    return found


def _unreachable(error: Exception) -> ServiceUnreachable:
    return ServiceUnreachable(f"单位登录服务没有应答({type(error).__name__});请稍后再试,或先用账号密码登录。")
