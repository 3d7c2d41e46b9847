import pytest

from ...support.constants import VPC
from ...support.sandboxes import Api, NewApi

HEX = "0123456789abcdefABCDEF" * 3


@pytest.mark.parametrize("token", ["dop_v1_" + HEX[:64], "doo_v1_" + HEX[:64]])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Bearer "])
@pytest.mark.behaviour("Tokens begin with dop_v1_ or doo_v1_", "reference, April 2026")
def test_a_token_of_the_vendors_form_is_accepted(api: Api, token: str, scheme: str) -> None:
    assert api("GET", "/v2/nfs", headers={"authorization": f"{scheme} {token}"}).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "dop_v1_" + HEX[:64],
        "Basic dop_v1_" + HEX[:64],
        "Token dop_v1_" + HEX[:64],
        "Bearer dor_v1_" + HEX[:64],
        "Bearer dop_v1_" + HEX[:63],
        "Bearer dop_v1_" + HEX[:65],
        "Bearer dop_v1_" + "g" * 64,
        "Bearer dop_v1_" + HEX[:64] + " x",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v2/nfs"), ("POST", "/v2/nfs"), ("PUT", "/v2/nfs"), ("GET", "/"), ("DELETE", "/v2/nfs/x")],
)
@pytest.mark.behaviour("Without a token every request is a 401", "reference, April 2026")
def test_without_a_token_every_request_is_refused_alike(api: Api, authorization: str, method: str, path: str) -> None:
    response = api(method, path, headers={"authorization": authorization})
    assert (response.status_code, response.json()["id"]) == (401, "unauthorized")
    # The API's own sentence, and for newcomers what the sandbox takes.
    assert response.json()["message"].startswith(
        "The token was not accepted. It must be a bearer token: dop_v1_ and 64"
    )


@pytest.mark.behaviour("Each operation needs one scope", "reference, April 2026")
def test_a_declared_token_has_just_its_scopes(new_api: NewApi) -> None:
    well_formed = "dop_v1_" + "0" * 64
    api = new_api(tokens={"p=w ü": ["nfs:list"], well_formed: ["nfs:list", "nfs:read"], "none": []})

    def status(token: str, method: str, path: str, **options: object) -> int:
        headers = {b"authorization": b"Bearer " + token.encode()}
        return api(method, path, headers=headers, **options).status_code

    assert status("p=w ü", "GET", "/v2/nfs") == 200
    assert status("none", "GET", "/v2/nfs") == 403
    assert status("other", "GET", "/v2/nfs") == 401
    assert status(well_formed, "GET", f"/v2/nfs/{VPC}") == 404
    for method, path in (
        ("POST", "/v2/nfs"),
        ("DELETE", f"/v2/nfs/{VPC}"),
        ("GET", "/v2/actions/1"),
        ("GET", "/v2/vpcs"),
    ):
        assert status(well_formed, method, path, content=b"not json") == 403
    assert status(well_formed, "GET", "/v2/droplets") == 404
    assert status(well_formed, "PUT", "/v2/nfs") == 405


@pytest.mark.behaviour(
    "A token without the scope is answered 403", "public spec, August 2026: the shape; assumption, November 2026"
)
def test_a_scope_that_a_token_lacks_is_named(new_api: NewApi) -> None:
    api = new_api(tokens={"t": ["nfs:list"]})
    answer = api("GET", "/v2/vpcs", headers={"authorization": "Bearer t"}).json()
    assert answer["id"] == "forbidden"
    assert answer["message"].startswith("You do not have permission to perform this action.")
    assert "vpc:read" in answer["message"]
