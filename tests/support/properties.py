"""What property tests draw from: instances of a JSON schema, the same ones each time."""

import json
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def examples(count: int) -> settings:
    """Try so many examples, the same ones each time, however long each takes."""
    return settings(
        max_examples=count, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


def instances(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Whatever is valid by a schema that refers to no other."""
    return _instances(json.dumps(schema))


@cache
def _instances(schema: str) -> st.SearchStrategy[Any]:
    # hypothesis-jsonschema has had no release since 2024 and fails with today's hypothesis. Schemathesis makes
    # bodies of requests, so the schema is presented to it as a request's.
    request = {"required": True, "content": {"application/json": {"schema": json.loads(schema)}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Instances of a schema", "version": "1"},
        "paths": {"/": {"post": {"requestBody": request, "responses": {"200": {"description": "None."}}}}},
    }
    return schemathesis.openapi.from_dict(document)["/"]["POST"].as_strategy().map(lambda case: case.body)
