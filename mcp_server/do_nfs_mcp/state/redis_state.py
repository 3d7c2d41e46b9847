"""What several servers remember together, in a server of Redis or Valkey."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from uuid import uuid4

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import RedisError, ResponseError

from do_nfs_mcp.state.shared_counts import SharedCounts
from do_nfs_mcp.state.shared_state import WINDOW_SECONDS, StateUnavailableError

__all__ = ["RedisState"]

logger = logging.getLogger(__name__)

_SECONDS = 1.0
_MOST_CONNECTIONS = 50
# An order is a member "GIB:ID" of a sorted set, by when it was made. The store's clock is the only one that counts.
_ORDER = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
local taken = 0
for _, order in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  taken = taken + tonumber(string.match(order, '^%d+'))
end
if #ARGV == 1 then
  return taken
end
if redis.call('ZSCORE', KEYS[1], ARGV[2]) then
  return 1
end
if ARGV[4] ~= '' and taken + ARGV[3] > tonumber(ARGV[4]) then
  return 0
end
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""


class RedisState:
    """A `State` of all servers that use the same store and prefix.

    Args:
        client: The connection, which has to decode what it receives.
        prefix: What all keys begin with.
    """

    def __init__(self, client: Redis, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._orders = f"{prefix}:orders"
        self._order = client.register_script(_ORDER)
        self._is_lost = False

    @classmethod
    def connect(cls, url: str, password: str | None, prefix: str, seconds: float = _SECONDS) -> Self:
        """Return the state in a store. It is connected to when it is first used, and again once that is lost.

        Args:
            url: Where the store is, such as "redis://host:6379/0" or, with TLS, "rediss://host:6379/0".
            password: The password, if there is one and the URL does not have it.
            prefix: What all keys begin with.
            seconds: How long connecting may take, and how long an answer may.
        """
        given = {} if password is None else {"password": password}
        pool = BlockingConnectionPool.from_url(
            url,
            **given,
            decode_responses=True,
            # The newer one has a server ask for longer time-outs.
            protocol=2,
            max_connections=_MOST_CONNECTIONS,
            timeout=seconds,
            socket_connect_timeout=seconds,
            socket_timeout=seconds,
            # Whether a connection that was idle still stands shows when it is used. Nothing here does harm if it is
            # sent twice.
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnectionError,)),
        )
        return cls(Redis(connection_pool=pool), prefix)

    async def take(self, gib: int, most: int | None) -> str | None:
        """Count an order for an hour, unless with it more would count than there may be."""
        order = f"{gib}:{uuid4().hex}"
        with self._available(mended=True):
            limit = "" if most is None else most
            return order if await self._order([self._orders], [WINDOW_SECONDS, order, gib, limit]) else None

    async def give_back(self, order: str) -> None:
        """Count an order no longer."""
        with self._available():
            await self._client.zrem(self._orders, order)

    async def taken(self) -> int:
        """Return how many GiB count now."""
        with self._available():
            return int(await self._order([self._orders], [WINDOW_SECONDS]))

    async def keep(self, key: str, value: str, seconds: float) -> str:
        """Keep a value, unless another is kept under the key: then keep that."""
        name, milliseconds = self._name(key), round(seconds * 1000)
        with self._available():
            async with self._client.pipeline(transaction=True) as transaction:
                transaction.set(name, value, nx=True, px=milliseconds)
                transaction.get(name)
                transaction.pexpire(name, milliseconds)
                _, kept, _ = await transaction.execute()
        return str(kept)

    async def find(self, key: str) -> str | None:
        """Return what is kept under a key; None if nothing is."""
        with self._available():
            found = await self._client.get(self._name(key))
        return None if found is None else str(found)

    async def forget(self, key: str) -> None:
        """Keep nothing under a key any more."""
        with self._available():
            await self._client.delete(self._name(key))

    async def check(self) -> None:
        """Return if the store can be used: if it keeps a value and takes an order, which here is one of nothing.

        Raises:
            StateUnavailableError: It cannot.
        """
        # A full store still takes orders.
        await self.keep("check", "", _SECONDS)
        if order := await self.take(0, None):
            await self.give_back(order)

    async def weakness(self) -> str:
        """Return how the store is set up to lose what it keeps or to let anybody change it, in a clause for each way;
        "" if it is not.

        Raises:
            StateUnavailableError: It cannot be used, or does not tell how it is set up.
        """
        with self._available():
            about = await self._client.info()
            try:
                synced = (await self._client.config_get("appendfsync")).get("appendfsync")
            except ResponseError:
                # Stores that others run often let nobody see their settings.
                synced = None
        found = []
        if not about.get("aof_enabled"):
            found.append("it keeps nothing on its disk (appendonly yes), so that a restart forgets what was ordered")
        elif synced is None:
            found.append("it does not tell whether it writes an order to its disk at once (appendfsync always)")
        elif synced != "always":
            found.append(
                "it writes to its disk only later (appendfsync always), so that a crash forgets what was ordered"
            )
        if about.get("maxmemory_policy", "noeviction") != "noeviction":
            found.append("it drops what it keeps when its memory is full (maxmemory-policy noeviction)")
        if not self._client.connection_pool.connection_kwargs.get("password"):
            found.append("it asks for no password here (requirepass), so anyone who can reach it can change it")
        return "; ".join(found)

    def counts(self) -> SharedCounts:
        """Return where servers count together how often something happens."""
        return SharedCounts(self._client.connection_pool, f"{self._prefix}:counts")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.connection_pool.aclose()

    def _name(self, key: str) -> str:
        # Keys hold what the tools were given, which is of any length and nobody else's business.
        return f"{self._prefix}:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"

    @contextmanager
    def _available(self, *, mended: bool = False) -> Iterator[None]:
        """Say that the store cannot be used if it fails, and with `mended` that it can be again if it does not.

        A store may answer and still refuse orders: one that may only be read, or is full, or has something else in
        their place.
        """
        try:
            yield
        except (RedisError, OSError) as error:
            if not self._is_lost:
                logger.error("The store of --state cannot be used: %s", error)
            self._is_lost = True
            raise StateUnavailableError from error
        if mended and self._is_lost:
            logger.warning("The store of --state can be used again")
            self._is_lost = False
