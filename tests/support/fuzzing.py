"""Fuzzing the sandbox with proof of reach: schemathesis sends, and the sandbox's side counts what was answered.

Used by the suite and by scripts/fuzz.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import jsonschema_rs
import schemathesis
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.contract.routes import find_route
from do_nfs_sandbox.state.vpcs import VPCS
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished

from .constants import OTHER_VPC, VPC
from .contracts import CONTRACT, ROOT, SANDBOX_ONLY, body_schema, operations, resolved
from .serving import serving

SEED = 20261123
"""Of the suite's runs."""
ENOUGH = 20
"""How often each documented success has to be reached."""


def _example(operation: str) -> str:
    return str(next(p["example"] for p in operations()[operation]["parameters"] if p["in"] == "path"))


_CALM = _example("create_share_action")
_FULL, _NEW = "1a2b3c4d-5e6f-4a7b-8c9d-1e2f3a4b5c6d", "7e8f9a0b-1c2d-4e3f-8a4b-5c6d7e8f9a0b"
_DELETED_POINT, _DEFAULT_POINT = "4d5e6f70-8192-4a0b-9c1d-3b4c5d6e7f80", "5e6f7081-92a3-4b1c-8d2e-4c5d6e7f8091"
# As many as there have to be successes, and several that nothing has: a fuzzer does not send the same request twice.
_SHARES = [_CALM, _example("get_share"), *(f"708192a3-b4c5-4d1e-8f2a-{number:012}" for number in range(ENOUGH))]
_POINTS = [_example("get_access_point"), *(f"6f708192-a3b4-4c1d-8e2f-{number:012}" for number in range(ENOUGH))]
# Each with a snapshot, so that it cannot be deleted.
_FULLS = [_FULL, *(f"92a3b4c5-d6e7-4f3a-8b4c-{number:012}" for number in range(12))]
_NOBODIES = [f"ffffffff-ffff-4fff-8fff-{number:012}" for number in range(10)]
_SPARE_VPCS = [f"8192a3b4-c5d6-4e2f-9a3b-{number:012}" for number in range(ENOUGH + 1)]
_PEERINGS = [_example("get_vpc_peering"), *(f"a3b4c5d6-e7f8-4a4b-8c5d-{number:012}" for number in range(ENOUGH))]
_FOREVER = 1e12
# Operations with an answer that few of their cases get.
_SELDOM = [
    *("create_share_action", "create_access_point", "delete_access_point"),
    *("create_vpc", "update_vpc", "create_vpc_peering", "create_peering_of_vpc", "patch_peering_of_vpc"),
]


Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[MutableMapping[str, Any]]], Send], Awaitable[None]]


class World:
    """The sandbox as a fuzzer meets it: it counts what it answers and, while `heals`, puts back before each request
    what requests before it have used up, so that every operation goes on finding something to work on."""

    def __init__(self, app: App, sandbox: Sandbox) -> None:
        self.heals = True
        self._changed = False
        self.answers: Counter[tuple[str, int]] = Counter()
        self.accepted_actions: Counter[str] = Counter()
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == "/openapi.json":
            await _send_contract(send)
            return
        if self.heals and self._changed:
            self.heal()
        received = bytearray()

        async def listen() -> MutableMapping[str, Any]:
            message: MutableMapping[str, Any] = await receive()
            received.extend(message.get("body", b""))
            return message

        async def count(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self._count(scope, message["status"], bytes(received))
            await send(message)

        await self._app(scope, listen, count)

    def _count(self, scope: MutableMapping[str, Any], status: int, body: bytes) -> None:
        found = find_route(scope["path"])
        if found is None:
            return
        route, _ = found
        self._changed |= scope["method"] != "GET" and status < 300
        # A method that a path does not have belongs to all operations of the path.
        here = [route.operations[scope["method"]]] if scope["method"] in route.operations else route.operations.values()
        for operation in here:
            self.answers[operation.id, status] += 1
            if operation.id == "create_share_action" and status == 201:
                self.accepted_actions[json.loads(body)["type"]] += 1

    def begin(self) -> None:
        """Make the world as it is at the beginning, but for the ids: the fuzzer remembers which were deleted."""
        self._sandbox.reset()
        self.heal()

    def heal(self) -> None:
        """Put in place: shares with nothing on them, some with a snapshot, one of these with access points, one still
        being made; VPCs that nothing is in."""
        self._changed = False
        store = self._sandbox.store
        with store.transaction(0, write=True):
            for share in (*_SHARES, *_FULLS, _NEW):
                store.delete_share(share)
            common: dict[str, Any] = {"size_gib": 50, "vpc_ids": [VPC], "now": 0, "region": "atl1"}
            for share in _SHARES:
                store.insert_share(id=share, name="calm", status="ACTIVE", **common)
            for share in _FULLS:
                store.insert_share(id=share, name="full", status="ACTIVE", **common)
            store.insert_share(id=_NEW, name="new", status="CREATING", **common)
            snapshot: dict[str, Any] = {"region": "atl1", "size_gib": 50, "now": 0, "name": "kept", "status": "ACTIVE"}
            store.insert_snapshot(id=_example("get_snapshot"), share_id=_FULL, **snapshot)
            for share in _FULLS[1:]:
                store.insert_snapshot(share_id=share, **snapshot)
            policy = {"anonuid": 65534, "anongid": 65534, "protocols": ["NFS4"], "squash_config": "NO_SQUASH"}
            point: dict[str, Any] = {
                "share_id": _FULL,
                "vpc_id": VPC,
                "now": 0,
                "policy": policy | {"identity_enforcement_enabled": False},
            }
            for number, id_ in enumerate(_POINTS):
                name = f"taken-{number}"
                path = f"/taken/{number}"
                store.insert_access_point(id=id_, name=name, path=path, status="ACCESS_POINT_ACTIVE", **point)
            store.insert_access_point(id=_DELETED_POINT, name="gone", path="/b", status="ACCESS_POINT_DELETED", **point)
            store.insert_access_point(
                id=_DEFAULT_POINT,
                name="other-default",
                path="/",
                status="ACCESS_POINT_ACTIVE",
                is_default=True,
                **point,
            )
            for vpc in store.vpcs():
                store.delete_vpc(vpc["id"])
            for vpc in VPCS:
                store.insert_vpc(**{key: value for key, value in vpc.items() if key != "created_at"}, now=0)
            for number, id_ in enumerate(_SPARE_VPCS):
                spare: dict[str, Any] = {
                    "name": f"spare-{number}",
                    "description": "",
                    "region": "atl1",
                    "is_default": False,
                }
                store.insert_vpc(id=id_, ip_range=f"10.200.{number}.0/24", **spare, now=0)
            for peering in store.vpc_peerings():
                store.delete_vpc_peering(peering["id"])
            for number, id_ in enumerate(_PEERINGS):
                store.insert_vpc_peering(id=id_, name=f"joined-{number}", vpc_ids=[VPC, OTHER_VPC], now=0)
            if store.action(int(_example("get_action"))) is None:
                store.insert_action(
                    id=int(_example("get_action")),
                    type="RESIZE_SHARE",
                    resource_id=_CALM,
                    region="atl1",
                    now=0,
                    completes_at=_FOREVER,
                )


async def _send_contract(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(CONTRACT).encode()})


@schemathesis.check
def only_declared_fields(ctx: Any, response: Any, case: Any) -> None:
    """The contract lets servers add fields. The sandbox is none of them: what it adds, it leaks."""
    responses = operations()[case.operation.definition.raw["operationId"]]["responses"]
    described = resolved(responses.get(str(response.status_code), responses["default"]))
    if "content" in described and response.content:
        schema = described["content"]["application/json"]["schema"]
        if schema["$ref"] not in _CLOSED:
            _CLOSED[schema["$ref"]] = _closed(schema)
        for error in _CLOSED[schema["$ref"]].iter_errors(json.loads(response.content)):
            assert error.kind.name != "additionalProperties", error.message


_CLOSED: dict[str, jsonschema_rs.Draft202012Validator] = {}


def _closed(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    def close(node: Any) -> Any:
        if isinstance(node, list):
            return [close(item) for item in node]
        if not isinstance(node, dict):
            return node
        closed = {key: close(value) for key, value in node.items()}
        return {**closed, "additionalProperties": False} if isinstance(node.get("properties"), dict) else closed

    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": {"schemas": close(CONTRACT["components"]["schemas"])}}
    )


def _configuration(seed: int, number: int, phases: Iterable[str]) -> SchemathesisConfig:
    project = tomllib.loads((ROOT / "schemathesis.toml").read_text(encoding="utf-8"))
    # Names that are taken are drawn now and then. Share actions are six bodies in one, most of them refused for the
    # state that a share is in.
    configured: list[dict[str, Any]] = [
        *project["operations"],
        {
            "include-operation-id": "create_access_point",
            "parameters": {
                "body.name": {"dictionary": "names", "probability": 0.5},
                "body.path": {"dictionary": "paths", "probability": 0.5},
            },
        },
        {
            "include-operation-id": ["create_vpc", "update_vpc", "patch_vpc"],
            "parameters": {"body.name": {"dictionary": "vpc_names", "probability": 0.6}},
        },
        # As many to delete as there have to be successes.
        {
            "include-operation-id": "delete_vpc",
            "parameters": {"path.vpc_id": {"dictionary": "spare_vpcs", "probability": 0.9}},
        },
        {
            "include-operation-id": [name for name in operations() if "peering" in name],
            "parameters": {"body.name": {"dictionary": "peering_names", "probability": 0.3}},
        },
        {"include-operation-id": _SELDOM, "generation": {"max-examples": 3 * number}},
    ]
    words = {
        "shares": [*_SHARES, *[_FULL] * 4, *_FULLS, *[_NEW] * 3, *_NOBODIES],
        "snapshots": [_example("get_snapshot"), _NOBODIES[0]],
        "points": [*_POINTS, *[_DELETED_POINT, _DEFAULT_POINT] * 3, *_NOBODIES],
        "actions": [int(_example("get_action"))],
        "vpcs": [VPC, OTHER_VPC],
        "some_vpcs": [VPC, OTHER_VPC, *_NOBODIES[:2]],
        "spare_vpcs": [*_SPARE_VPCS, *[VPC] * 4, *_NOBODIES],
        "names": ["taken-0"],
        "paths": ["/taken/0"],
        "peerings": [*_PEERINGS, *_NOBODIES],
        "peering_names": ["joined-0"],
        "vpc_names": [vpc["name"] for vpc in VPCS],
    }
    uses = {
        "path.nfs_id": ("shares", 0.9),
        "path.share_id": ("shares", 0.9),
        "query.share_id": ("shares", 0.5),
        "path.nfs_snapshot_id": ("snapshots", 0.8),
        "path.access_point_id": ("points", 0.9),
        "path.action_id": ("actions", 0.8),
        "path.vpc_id": ("some_vpcs", 0.9),
        "path.vpc_peering_id": ("peerings", 0.9),
        "body.params.vpc_id": ("vpcs", 0.7),
        "body.params.old_vpc_id": ("vpcs", 0.7),
    }
    if "stateful" in phases:
        # There, ids come from the calls before.
        uses = {key: use for key, use in uses.items() if key.startswith("body.")}
    enabled: dict[str, dict[str, Any]] = {
        name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")
    }
    for name in ("examples", "coverage", "fuzzing"):
        # Ids from earlier answers are gone in a world that heals.
        enabled[name]["extra-data-sources"] = {"responses": False}
    generation: dict[str, Any] = {"max-examples": number, "database": "none"}
    if "stateful" in phases:
        # Many chains of valid calls find what comes of deleting; few and half invalid ones mostly do not.
        generation |= {"mode": "positive"}
    return SchemathesisConfig.from_dict(
        {
            **project,
            "seed": seed,
            "continue-on-failure": True,
            "generation": generation,
            "phases": enabled,
            "dictionaries": {name: {"values": values} for name, values in words.items()},
            "parameters": {key: {"dictionary": name, "probability": chance} for key, (name, chance) in uses.items()},
            "operations": configured,
        }
    )


@dataclass
class Findings:
    """What a run found.

    Attributes:
        failures: (check, operation, how to send it again) of each failed check, once for each check and operation.
        errors: What went wrong with the run itself.
        answers: How often each (operation, status) was answered.
        accepted_actions: How often each type of share action was accepted.
    """

    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    accepted_actions: Counter[str] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        return self.answers.total()

    def add(self, event: EngineEvent) -> None:
        """Take in what the fuzzer reports."""
        if isinstance(event, NonFatalError | FatalError):
            self.errors.append(str(getattr(event, "value", None) or getattr(event, "exception", event)))
        if not isinstance(event, ScenarioFinished):
            return
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.status == Status.FAILURE and check.failure_info is not None:
                    case = event.recorder.cases[case_id].value
                    operation = case.operation.definition.raw["operationId"]
                    said = f"{check.failure_info.failure.title}: {check.failure_info.failure.message}"
                    self.failures.setdefault((check.name, operation), f"{said}\n{check.failure_info.code_sample}")

    def not_reached(self) -> list[str]:
        """What a run that proves anything would have seen, and this one has not."""
        missing = []
        for name, operation in operations().items():
            for status in (*documented(operation), 401, 405):
                seen, wanted = self.answers[name, status], ENOUGH if 200 <= status < 300 else 1
                if seen < wanted:
                    missing.append(f"{name} answered {status} {seen} times, not {wanted}")
        missing += [f"no {kind} was accepted" for kind in action_types() if not self.accepted_actions[kind]]
        return missing

    def table(self) -> str:
        """For every operation, how many cases were sent, and how often each documented status came back."""
        rows = []
        for name, operation in operations().items():
            cases = sum(count for (operation_id, _), count in self.answers.items() if operation_id == name)
            statuses = sorted({*documented(operation), 401, 405})
            seen = "  ".join(f"{status}: {self.answers[name, status]}" for status in statuses)
            rows.append(f"{name:20} {cases:7}  {seen}")
        kinds = "  ".join(f"{kind}: {self.accepted_actions[kind]}" for kind in action_types())
        return "\n".join([f"{'operation':20} {'cases':>7}  answers", *rows, f"share actions accepted: {kinds}"])


def documented(operation: dict[str, Any]) -> list[int]:
    """The statuses an operation documents, but for those only a failing or crowded server gives."""
    return [int(status) for status in operation["responses"] if status.isdigit() and status != "429" and status < "500"]


def action_types() -> list[str]:
    """The types of share actions the contract has."""
    body = body_schema(operations()["create_share_action"])
    assert body is not None
    return list(body["discriminator"]["mapping"])


def fuzz(
    seed: int,
    examples: int,
    chains: int,
    *,
    over_port: bool = False,
    spoil: Callable[[Sandbox], App] = lambda sandbox: sandbox,
    only: Set[str] = frozenset(operations()),
    until: tuple[str, str] | None = None,
) -> Findings:
    """Run all phases and all checks of schemathesis.

    Args:
        seed: Where the fuzzer's chance begins.
        examples: How many cases an operation gets in the fuzzing phase. With 0 there are chains alone.
        chains: How many chains of calls are tried. With 0 there are none.
        over_port: Send over a real port, not in process.
        spoil: Makes of the sandbox the application that is fuzzed.
        only: The operations that are called.
        until: The check and operation whose failure ends the run.
    """
    findings = Findings()
    # Statelessly every case finds the same world. Chains of calls then have to live with what they did. Those of NFS
    # and those of its neighbours are tried apart, since neither needs the other's to get on.
    runs = (
        (True, ("examples", "coverage", "fuzzing"), only, examples),
        (False, ("stateful",), only - SANDBOX_ONLY, chains),
        (False, ("stateful",), only & SANDBOX_ONLY, -(-chains // 5)),
    )
    for heals, phases, names, number in runs:
        if not names or not number:
            continue
        with Sandbox(ready_after=0) as sandbox:
            world = World(spoil(sandbox), sandbox)
            world.heal()
            world.heals = heals
            with _schema(world, _configuration(seed, number, phases), over_port) as contract:
                # Not by what is included: what the configuration says of an operation includes it, too.
                schema = contract.exclude(operation_id=sorted(operations().keys() - names))
                _begin_chains_anew(schema, world)
                with _the_same_wherever_it_runs():
                    events = from_schema(schema).execute()
                    for event in events:
                        findings.add(event)
                        if until in findings.failures:
                            events.stop()
            findings.answers += world.answers
            findings.accepted_actions += world.accepted_actions
    return findings


def _begin_chains_anew(schema: Any, world: World) -> None:
    """Every chain of calls finds the same world. Else hypothesis sees answers change between replays, and ends early
    without a word: of 500 chains it tried 12. The machine is the one of schemathesis's engine, made for each run."""
    build = schema.build_state_machine

    def build_anew(**options: Any) -> Any:
        machine: Any = build(**options)

        def begin(self: Any) -> None:
            world.begin()
            machine.__init__(self)

        return type(machine.__name__, (machine,), {"__init__": begin})

    schema.build_state_machine = build_anew


@contextmanager
def _the_same_wherever_it_runs() -> Iterator[None]:
    """Hypothesis also tries constants of whichever modules of the project happen to be loaded, which a seed does not
    hold: what is reached would change with the tests that ran before, and with every change of the code."""
    with patch.object(providers, "_get_local_constants", Constants):
        providers.CONSTANTS_CACHE.cache.clear()
        yield
    providers.CONSTANTS_CACHE.cache.clear()


@contextmanager
def _schema(world: World, config: SchemathesisConfig, over_port: bool) -> Iterator[Any]:
    if not over_port:
        yield schemathesis.openapi.from_asgi("/openapi.json", world, config=config)
        return
    with serving(world) as url:
        yield schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
