"""JWTs of an issuer that the tests are."""

import json
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

import anyio
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError
from jwt.algorithms import RSAAlgorithm
from mcp.server.auth.provider import AccessToken

from ...support.clock import Clock
from ...support.issuer import AUDIENCE, EC, ED, OTHER_RSA, RSA, SECRET, URL, Login, claims, public_jwk, signed

pytestmark = pytest.mark.anyio


@pytest.fixture
def login() -> Login:
    return Login()


@pytest.fixture
def issuer(login: Login, clock: Clock) -> Issuer:
    return Issuer(URL, AUDIENCE, clock=clock, transport=login)


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(RSA, "RS256", "rsa"), (RSA, "PS512", "pss"), (EC, "ES256", "ec"), (ED, "EdDSA", "ed")],
)
async def test_a_token_signed_with_a_key_of_the_issuer_is_accepted(
    issuer: Issuer, key: Any, algorithm: str, kid: str
) -> None:
    token = signed(key, algorithm, kid)
    caller = await issuer.verify_token(token)
    assert caller is not None
    assert (caller.client_id, caller.subject, caller.claims) == ("host", "ann", {"iss": URL})
    assert "nfs:list" in caller.scopes
    assert token not in repr(caller)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        *((RSA, f"{scheme}{bits}") for scheme in ("RS", "PS") for bits in (256, 384, 512)),
        (EC, "ES256"),
        (ec.generate_private_key(ec.SECP384R1()), "ES384"),
        (ec.generate_private_key(ec.SECP521R1()), "ES512"),
        (ED, "EdDSA"),
    ],
)
async def test_every_algorithm_with_a_public_key_is_accepted(
    issuer: Issuer, login: Login, key: Any, algorithm: str
) -> None:
    login.keys = [{**public_jwk(key), "kid": "its", "alg": algorithm}]
    assert await issuer.verify_token(signed(key, algorithm, "its")) is not None


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ({"scope": "nfs:list nfs:read"}, ["nfs:list", "nfs:read"]),
        ({"scope": None, "scp": "nfs:list nfs:read"}, ["nfs:list", "nfs:read"]),
        ({"scope": None, "scp": ["nfs:list", "nfs:read", 7]}, ["nfs:list", "nfs:read"]),
        ({"scope": None}, []),
        ({"scope": 7}, []),
        ({"scope": {"nfs:delete": True}}, []),
        ({"scope": None, "roles": ["nfs:list"]}, ["nfs:list"]),
        ({"scope": "nfs:list", "roles": ["nfs:delete"]}, ["nfs:list"]),
    ],
)
async def test_a_caller_s_scopes_are_those_of_the_claims_scope_and_scp(
    issuer: Issuer, said: dict[str, Any], scopes: list[str]
) -> None:
    caller = await issuer.verify_token(signed(**said))
    assert caller is not None
    assert caller.scopes == scopes


@pytest.mark.parametrize(
    "make_token",
    [
        pytest.param(lambda: "", id="nothing"),
        pytest.param(lambda: "dnm_token", id="no JWT"),
        pytest.param(lambda: "a.b.c", id="no JSON"),
        pytest.param(lambda: signed(exp=time.time() - 60), id="expired"),
        pytest.param(lambda: signed(exp=None), id="never expires"),
        pytest.param(lambda: signed(exp="tomorrow"), id="expires some day"),
        pytest.param(lambda: signed(nbf=time.time() + 600), id="not yet"),
        pytest.param(lambda: signed(aud="https://other.test/mcp"), id="for another server"),
        pytest.param(lambda: signed(aud=None), id="for nobody"),
        pytest.param(lambda: signed(iss=URL + "/"), id="of another issuer"),
        pytest.param(lambda: signed(iss=None), id="of no issuer"),
        pytest.param(lambda: signed(OTHER_RSA), id="signed with another key"),
        pytest.param(lambda: signed(kid="unknown"), id="names no key"),
        pytest.param(lambda: signed(kid=None), id="without the name of a key"),
        pytest.param(lambda: signed(EC, "ES256", "rsa"), id="another kind of key"),
        pytest.param(lambda: signed(RSA, "RS256", "pss"), id="another algorithm than the key is for"),
        pytest.param(lambda: signed(SECRET, "HS256", "rsa"), id="a secret in place of a public key"),
        pytest.param(lambda: signed("sss" * 20, "HS256", "secret"), id="a secret that the issuer publishes"),
        pytest.param(lambda: jwt.encode(claims(), "", "none", headers={"kid": "rsa"}), id="not signed"),
        pytest.param(lambda: signed()[:-6] + "AAAAAA", id="signature changed"),
        pytest.param(lambda: signed(sub=None, client_id=None), id="names nobody"),
        pytest.param(lambda: signed(sub="", client_id="", azp=""), id="names somebody without a name"),
        pytest.param(lambda: signed(sub=None, client_id=7), id="names a client by a number"),
    ],
)
async def test_a_token_that_is_wrong_in_any_respect_is_rejected(
    issuer: Issuer, make_token: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    # Tokens are made here because they expire after ten minutes, and a run may take longer to get here.
    token = make_token()
    assert await issuer.verify_token(token) is None
    assert not token or token not in caplog.text


@pytest.mark.parametrize(
    ("url", "where"),
    [
        (URL, "/.well-known/oauth-authorization-server"),
        (URL, "/.well-known/openid-configuration"),
        (f"{URL}/team", "/.well-known/oauth-authorization-server/team"),
        (f"{URL}/team", "/.well-known/openid-configuration/team"),
        (f"{URL}/team", "/team/.well-known/openid-configuration"),
        (f"{URL}/", "/.well-known/openid-configuration"),
    ],
)
async def test_the_issuer_s_metadata_are_found_at_either_well_known_address(url: str, where: str) -> None:
    issuer = Issuer(url, AUDIENCE, transport=Login(url, where))
    assert await issuer.verify_token(signed(iss=url))


async def test_a_page_for_what_a_server_does_not_know_is_not_metadata() -> None:
    login = Login(where="/.well-known/openid-configuration")
    login.pages["/.well-known/oauth-authorization-server"] = lambda: "<!doctype html>"
    assert await Issuer(URL, AUDIENCE, transport=login).verify_token(signed())


TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
OKTA = "https://dev-1234567.okta.com/oauth2/default"
GOOGLE = "https://accounts.google.com"


@pytest.mark.parametrize(
    ("url", "metadata", "keys", "token", "client", "scopes"),
    [
        pytest.param(
            ENTRA,
            f"/{TENANT}/v2.0/.well-known/openid-configuration",
            f"https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys",
            {"azp": "0b6f", "azpacr": "0", "oid": "9a1c", "scp": "nfs:list nfs:read", "tid": TENANT, "ver": "2.0"},
            "0b6f",
            ["nfs:list", "nfs:read"],
            id="Entra, a person",
        ),
        pytest.param(
            ENTRA,
            f"/{TENANT}/v2.0/.well-known/openid-configuration",
            f"https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys",
            {"azp": "0b6f", "azpacr": "1", "idtyp": "app", "roles": ["nfs:list"], "tid": TENANT, "ver": "2.0"},
            "0b6f",
            ["nfs:list"],
            id="Entra, an application",
        ),
        pytest.param(
            OKTA,
            "/.well-known/oauth-authorization-server/oauth2/default",
            f"{OKTA}/v1/keys",
            {"cid": "0oa1", "jti": "AT.1", "scp": ["openid", "nfs:list"], "uid": "00u1", "ver": 1},
            "0oa1",
            ["openid", "nfs:list"],
            id="Okta",
        ),
        pytest.param(
            GOOGLE,
            "/.well-known/openid-configuration",
            "https://www.googleapis.com/oauth2/v3/certs",
            {"azp": "1.apps.googleusercontent.com", "at_hash": "x", "email": "ann@example.test", "hd": "example.test"},
            "1.apps.googleusercontent.com",
            [],
            id="Google, whose tokens name no scopes",
        ),
    ],
)
async def test_issuers_that_register_no_clients_by_themselves_have_their_clients_accepted(
    url: str, metadata: str, keys: str, token: dict[str, Any], client: str, scopes: list[str]
) -> None:
    login = Login()
    login.pages = {
        metadata: lambda: {"issuer": url, "jwks_uri": keys, "token_endpoint": f"{url}/token"},
        httpx.URL(keys).path: lambda: {"keys": login.keys},
    }
    issuer = Issuer(url, "its-id", transport=login)
    caller = await issuer.verify_token(signed(iss=url, aud="its-id", client_id=None, scope=None, **token))
    assert caller is not None
    assert (caller.client_id, caller.subject, caller.scopes) == (client, "ann", scopes)


async def test_keys_are_asked_for_once_and_again_when_they_have_aged(
    issuer: Issuer, login: Login, clock: Clock
) -> None:
    for _ in range(3):
        assert await issuer.verify_token(signed())
    assert login.asked.count("/keys") == 1
    clock.now += 601
    assert await issuer.verify_token(signed())
    assert login.asked.count("/keys") == 2


async def test_a_new_key_counts_soon_and_unknown_ones_do_not_make_the_issuer_busy(
    issuer: Issuer, login: Login, clock: Clock
) -> None:
    await issuer.verify_token(signed())
    for number in range(100):
        assert await issuer.verify_token(signed(kid=str(number))) is None
    assert login.asked.count("/keys") == 1
    login.keys.append({**json.loads(RSAAlgorithm.to_jwk(OTHER_RSA.public_key())), "kid": "new"})
    clock.now += 11
    assert await issuer.verify_token(signed(OTHER_RSA, kid="new"))
    assert login.asked.count("/keys") == 2


async def test_a_key_that_is_withdrawn_no_longer_counts(issuer: Issuer, login: Login, clock: Clock) -> None:
    assert await issuer.verify_token(signed())
    login.keys = login.keys[1:]
    clock.now += 601
    assert await issuer.verify_token(signed()) is None


async def test_an_issuer_that_fails_for_a_while_locks_nobody_out(issuer: Issuer, login: Login, clock: Clock) -> None:
    assert await issuer.verify_token(signed())
    del login.pages["/keys"]
    clock.now += 1800
    assert await issuer.verify_token(signed())
    clock.now += 1801
    with pytest.raises(VerifierUnavailableError, match="gave no keys"):
        await issuer.verify_token(signed())


@pytest.mark.parametrize(
    "spoilt",
    [
        {"/.well-known/oauth-authorization-server": lambda: {"issuer": "https://evil.test", "jwks_uri": f"{URL}/keys"}},
        {"/.well-known/oauth-authorization-server": lambda: {"issuer": URL, "jwks_uri": "http://login.test/keys"}},
        {"/.well-known/oauth-authorization-server": lambda: {"issuer": URL}},
        {"/.well-known/oauth-authorization-server": lambda: ["issuer"]},
        {"/keys": dict},
        {"/keys": lambda: {"keys": "none"}},
        {"/keys": lambda: {"keys": [7, {"kty": "RSA"}]}},
        {"/keys": lambda: "keys"},
    ],
)
async def test_without_keys_that_can_be_trusted_no_caller_is_accepted(
    login: Login, clock: Clock, spoilt: dict[str, Callable[[], Any]]
) -> None:
    good = {**login.pages}
    login.pages.update(spoilt)
    issuer = Issuer(URL, AUDIENCE, clock=clock, transport=login)
    for _ in range(2):
        with pytest.raises(VerifierUnavailableError, match="gave no keys"):
            await issuer.verify_token(signed())
        with pytest.raises(VerifierUnavailableError):
            await issuer.check()
    asked = len(login.asked)
    login.pages.update(good)
    clock.now += 11
    await issuer.check()
    assert await issuer.verify_token(signed())
    assert asked <= 2


async def test_two_callers_who_come_first_at_once_both_get_in(issuer: Issuer, login: Login) -> None:
    callers: list[AccessToken | None] = []

    async def come() -> None:
        callers.append(await issuer.verify_token(signed()))

    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(come)
    assert [caller and caller.subject for caller in callers] == ["ann", "ann"]
    assert login.asked.count("/keys") == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectError("Name or service not known"), "Name or service not known"),
        (httpx.ReadTimeout(""), "ReadTimeout"),
    ],
)
async def test_the_log_says_why_an_issuer_gave_no_keys(
    caplog: pytest.LogCaptureFixture, error: httpx.TransportError, said: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(VerifierUnavailableError):
        await Issuer(URL, AUDIENCE, transport=httpx.MockTransport(fail)).verify_token(signed())
    assert f"{URL} gave no keys: {said}" in [record.getMessage() for record in caplog.records]


async def test_an_issuer_that_cannot_be_reached_is_told_from_a_bad_token(clock: Clock) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    issuer = Issuer(URL, AUDIENCE, clock=clock, transport=httpx.MockTransport(refuse))
    with pytest.raises(VerifierUnavailableError):
        await issuer.verify_token(signed())
    assert await issuer.verify_token("no JWT") is None


NOW = 1_900_000_000


class StandingStill(datetime):
    """The time by which PyJWT checks claims."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StandingStill":
        return cls.fromtimestamp(NOW, tz)


@pytest.mark.parametrize(
    ("times", "accepted"),
    [
        ({"exp": NOW - 29}, True),
        ({"exp": NOW - 30}, False),
        ({"exp": NOW + 9, "nbf": NOW + 30}, True),
        ({"exp": NOW + 9, "nbf": NOW + 31}, False),
    ],
)
async def test_the_clocks_of_issuer_and_server_may_be_30_seconds_apart(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, times: dict[str, Any], accepted: bool
) -> None:
    monkeypatch.setattr("jwt.api_jwt.datetime", StandingStill)
    caller = await issuer.verify_token(signed(**times))
    assert (caller is not None) == accepted
    # Who reads this gives no leeway.
    assert caller is None or caller.expires_at == times["exp"] + 30


@pytest.mark.parametrize(
    ("said", "client", "subject"),
    [
        ({"client_id": None}, "", "ann"),
        ({"client_id": "", "azp": "app"}, "app", "ann"),
        ({"client_id": 7, "cid": "app"}, "app", "ann"),
        ({"sub": None}, "host", None),
        ({"sub": ""}, "host", None),
    ],
)
async def test_a_caller_is_a_client_or_a_subject_or_both_and_neither_stands_in_for_the_other(
    issuer: Issuer, said: dict[str, Any], client: str, subject: str | None
) -> None:
    caller = await issuer.verify_token(signed(**said))
    assert caller is not None
    assert (caller.client_id, caller.subject) == (client, subject)


async def test_a_token_that_names_nobody_is_refused(issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    assert await issuer.verify_token(signed(client_id="", sub="")) is None
    assert caplog.messages == [f"A token of {URL} was refused: it names neither a subject nor a client"]
