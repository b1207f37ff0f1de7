"""A sign-in service of its own process, made of Authlib's server parts: authorization codes with PKCE, ID tokens.

`python -m tests.web.oidc_provider PORT`. Whoever arrives is the person of the query parameter `login_as` of the last call
to `/become`. `/become?nonce=…` makes it vouch with a false nonce, `/become?rotate=1` changes its keys.
"""

import sys
import time
from typing import Any
from wsgiref.simple_server import make_server

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "bihuan", "the client's secret"


class Client:
    """The one client this service knows."""

    client_id = CLIENT
    client_secret = SECRET
    id_token_signed_response_alg = "RS256"

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri.endswith("/sign-in/service/back")

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


class Code:
    """An authorization code: what was asked, and by whom."""

    def __init__(self, asked: Any, user: dict[str, str]) -> None:
        data = asked.payload.data
        self.redirect_uri, self.scope = asked.payload.redirect_uri, asked.payload.scope
        self.nonce = data.get("nonce")
        self.code_challenge = data.get("code_challenge")
        self.code_challenge_method = data.get("code_challenge_method")
        self.user, self.at = user, int(time.time())

    def get_redirect_uri(self) -> Any:
        return self.redirect_uri

    def get_scope(self) -> Any:
        return self.scope

    def get_nonce(self) -> Any:
        return state.get("nonce") or self.nonce

    def get_auth_time(self) -> int:
        return self.at

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


codes: dict[str, Code] = {}
state: dict[str, Any] = {
    "key": RSAKey.generate_key(2048, {"kid": "one"}, private=True),
    "user": {"sub": "nobody"},
}


class Codes(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Authorization codes kept in memory, each used once."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: Any) -> None:
        codes[code] = Code(request, dict(state["user"]))

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        for code in [one for one, kept in codes.items() if kept is authorization_code]:
            del codes[code]

    def authenticate_user(self, authorization_code: Code) -> dict[str, str]:
        return authorization_code.user


class Vouching(OpenIDCode):  # type: ignore[misc]
    """ID tokens signed with the key of the moment."""

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(one.nonce == nonce for one in codes.values())

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return state["key"]  # type: ignore[no-any-return]

    def get_client_algorithm(self, client: Client) -> str:
        return "RS256"

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": state["issuer"]}

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": "RS256", "kid": state["key"].kid}

    def generate_user_info(self, user: dict[str, str], scope: str) -> Any:
        return UserInfo(user)


def service(issuer: str) -> Flask:
    """Return the service as an application."""
    app = Flask(__name__)
    state["issuer"] = issuer
    server = AuthorizationServer(
        app, query_client=lambda name: Client() if name == CLIENT else None, save_token=lambda *_: None
    )
    server.register_grant(Codes, [Vouching(require_nonce=True), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return jsonify({"issuer": issuer} | {name: issuer + path for name, path in paths.items()})

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet([state["key"]]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:
        grant = server.get_consent_grant(end_user=state["user"])
        return server.create_authorization_response(grant_user=state["user"], grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/become")
    def become() -> str:
        state["nonce"] = request.args.get("nonce")
        if request.args.get("rotate"):
            state["key"] = RSAKey.generate_key(2048, {"kid": str(time.time())}, private=True)
        state["user"] = {
            name: request.args[name] for name in ("sub", "preferred_username") if name in request.args
        }
        return "ok"

    return app


if __name__ == "__main__":
    port = int(sys.argv[1])
    make_server("127.0.0.1", port, service(f"http://127.0.0.1:{port}")).serve_forever()
