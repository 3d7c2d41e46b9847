"""An issuer of JWTs that the tests are, and its server."""

import json
import time
from collections.abc import Callable
from typing import Any

import anyio.lowlevel
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

URL = "https://login.test"
AUDIENCE = "https://nfs.test/mcp"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
SECRET = "s" * 64


def public_jwk(key: Any) -> dict[str, Any]:
    """The public part of a private key, as an issuer publishes it."""
    kinds = ((rsa.RSAPrivateKey, RSAAlgorithm), (ec.EllipticCurvePrivateKey, ECAlgorithm))
    algorithm = next((algorithm for kind, algorithm in kinds if isinstance(key, kind)), OKPAlgorithm)
    found: dict[str, Any] = json.loads(algorithm.to_jwk(key.public_key()))
    return found


def jwks() -> list[dict[str, Any]]:
    return [
        {**public_jwk(RSA), "kid": "rsa", "use": "sig"},
        {**public_jwk(RSA), "kid": "pss", "alg": "PS512"},
        {**public_jwk(EC), "kid": "ec", "alg": "ES256"},
        {**public_jwk(ED), "kid": "ed"},
        {"kty": "oct", "kid": "secret", "k": "c3Nz", "alg": "HS256"},
    ]


class Login(httpx.AsyncBaseTransport):
    """The issuer's server. It answers what is at a path, and with 404 elsewhere."""

    def __init__(self, url: str = URL, where: str = "/.well-known/oauth-authorization-server") -> None:
        self.asked: list[str] = []
        self.keys = jwks()
        self.pages: dict[str, Callable[[], Any]] = {
            where: lambda: {"issuer": url, "jwks_uri": f"{URL}/keys"},
            "/keys": lambda: {"keys": self.keys},
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        await anyio.lowlevel.checkpoint()
        if request.url.path not in self.pages:
            return httpx.Response(404)
        return httpx.Response(200, json=self.pages[request.url.path]())


def claims(**other: Any) -> dict[str, Any]:
    given = {
        "iss": URL,
        "aud": AUDIENCE,
        "sub": "ann",
        "client_id": "host",
        "exp": time.time() + 600,
        "scope": "nfs:list openid",
        **other,
    }
    return {name: value for name, value in given.items() if value is not None}


def signed(key: Any = RSA, algorithm: str = "RS256", kid: str | None = "rsa", **other: Any) -> str:
    return jwt.encode(claims(**other), key, algorithm, headers={"kid": kid} if kid else {})
