"""A model behind an API plays requests."""

import sys

import httpx

from evals.attempt import Attempt, SpentError
from evals.endpoints import ENDPOINTS, Endpoint
from evals.evaluation import Evaluation

_TURN_SECONDS = 300
"""For how long a model may think."""


async def play_all(evaluation: Evaluation, api: str, url: str | None, key: str) -> None:
    """Let a model play all requests of an evaluation, each in a conversation of its own.

    Args:
        evaluation: What is played; it takes in what comes of it.
        api: One of ENDPOINTS.
        url: Where the API is, up to and with its version; None is where its maker has it.
        key: The API's key; "" for none.

    Raises:
        EndpointError: If the endpoint gives no turn of the model. What was played before stays in the evaluation.
    """
    kind, model = ENDPOINTS[api], evaluation.run.model
    async with httpx.AsyncClient(timeout=_TURN_SECONDS) as http:
        for request in evaluation.requests:
            async with evaluation.begin(request) as (under_way, outcome):
                told = under_way.instructions, under_way.tools
                await play(under_way, kind(http, url or kind.usual_url, key, model, *told))
                evaluation.add(under_way, outcome())
            print(f"Played {request.name}.", file=sys.stderr, flush=True)


async def play(under_way: Attempt, endpoint: Endpoint) -> None:
    """Let a model call tools until it has told the person what came of it, or has no calls left.

    Args:
        under_way: The request.
        endpoint: A conversation with the model in which nothing was said yet.

    Raises:
        EndpointError: If the endpoint gives no turn of the model.
    """
    turn = await endpoint.tell(under_way.ask())
    while True:
        if turn.calls:
            try:
                results = [(call, *await under_way.call(call.tool, call.arguments)) for call in turn.calls]
            except SpentError:
                return
            turn = await endpoint.give(results)
        elif (reply := under_way.say(turn.text)) is not None:
            turn = await endpoint.tell(reply)
        else:
            return
