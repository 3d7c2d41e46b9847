"""A file of requests, with the module beside it: the worlds they start from, and what is checked when they end."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from do_nfs_sandbox import Fault
from do_nfs_sandbox.state.scenarios import SCENARIOS
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.ending import Ending, Outcome

EVERYDAY = Path(__file__).with_name("everyday.toml")

Grader = Callable[[Ending], dict[str, bool]]
"""What has to hold at the end of a request, as statements, and whether each does."""


class SuiteError(Exception):
    """A file of requests cannot be used; the text says why."""


class Request(BaseModel):
    """What a person asks for.

    Attributes:
        name: Of the request. The module's function of this name checks its end.
        text: What the person writes.
        world: What the sandbox starts from: a function of the module, which takes the time in seconds since 1970 and
            returns a state, or else a scenario of the sandbox's own.
        agrees_to: What the person agrees to: any question of the server that names one of these. Where a name has to
            be typed, it is that one. They refuse all other questions.
        replies: What the person writes when they are asked back in the conversation, in turn.
        outcomes: Those that the last words may begin with.
        scopes: What the token may do; None is everything.
        faults: What goes wrong in the API, as the sandbox's /_sandbox/faults takes it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    text: str = Field(min_length=1)
    world: str
    agrees_to: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ("done",)
    scopes: tuple[str, ...] | None = None
    faults: tuple[dict[str, Any], ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    requests: list[Request] = Field(min_length=1)


@dataclass(frozen=True)
class Suite:
    """Requests that are played together.

    Attributes:
        requests: In the order in which they are played.
    """

    requests: list[Request]
    _module: ModuleType | None

    def seed(self, request: Request, now: float) -> Any:
        """Return what the sandbox starts from, as its `seed()` takes it.

        Args:
            request: One of these.
            now: In seconds since 1970.
        """
        world: Callable[[float], Any] | None = getattr(self._module, request.world, None)
        return world(now) if world else request.world

    def problems(self, request: Request, ending: Ending) -> list[str] | None:
        """Return what has to hold at the end of a request and does not; None if nothing is checked."""
        grader: Grader | None = getattr(self._module, request.name, None)
        if grader is None:
            return None
        outcomes = " or ".join(outcome.upper() for outcome in request.outcomes)
        checks = {f"the last words begin with {outcomes}": ending.outcome in request.outcomes, **grader(ending)}
        return [statement for statement, holds in checks.items() if not holds]


def load(path: Path) -> Suite:
    """Read requests from a TOML file.

    Args:
        path: The file. If a module of the same name is beside it, it has the worlds and the checks.

    Raises:
        SuiteError: If the file is not as it has to be.
    """
    try:
        requests = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).requests
        module = _module(path.with_suffix(".py"))
        for request in requests:
            if not hasattr(module, request.world) and request.world not in SCENARIOS:
                raise ValueError(f"the world {request.world} of {request.name} is not there")
            for fault in request.faults:
                Fault.from_json(fault)
    except ValidationError as error:
        first = error.errors()[0]
        raise SuiteError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise SuiteError(f"{path}: {error}") from error
    names = [request.name for request in requests]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SuiteError(f"{path}: there are two requests named {min(twice)}")
    return Suite(requests, module)


def _module(path: Path) -> ModuleType | None:
    spec = spec_from_file_location(f"evals_{path.stem}", path) if path.exists() else None
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
