"""A service of FastAPI and asyncpg that answers with what statements of Terrace find.

It has what such a service is tuned with: a worker for each core, uvloop, httptools and orjson,
statements that are prepared once, and a pool of connections of a login that has the tenant's rights.
It asks nobody for a token, and does not look whether the user is there: that is to its favour.

usage: TERRACE_PEER=<file of JSON> uvicorn peer:app
"""
import contextlib
import datetime
import decimal
import json
import os
import pathlib

import asyncpg
import orjson
from fastapi import FastAPI
from fastapi.responses import Response

SETTINGS = json.loads(pathlib.Path(os.environ["TERRACE_PEER"]).read_text())
VALUES = {
    "int2": int, "int4": int, "int8": int, "bool": lambda text: text == "t",
    "date": datetime.date.fromisoformat, "numeric": decimal.Decimal,
}
pool = None
# The statements of each route, with the values that they are run with.
routes = {}


def value(text, kind):
    """What asyncpg takes for a parameter in Postgres' text format, whose arrays are plain here."""
    if text is None:
        return None
    read = VALUES.get(kind.name.removesuffix("[]"), str)
    if kind.kind != "array":
        return read(text)
    return [read(element) for element in text[1:-1].split(",") if element]


async def prepare(connection):
    for name, statements in SETTINGS["routes"].items():
        routes[name] = []
        for text, parameters in statements:
            statement = await connection.prepare(text)
            routes[name].append((text, [
                value(parameter, kind)
                for parameter, kind in zip(parameters, statement.get_parameters())]))


async def keep(_):
    """Nothing is reset between requests: none of them changes a setting."""


@contextlib.asynccontextmanager
async def lifespan(_):
    global pool
    # A connection prepares each statement once (statement_cache_size).
    async with asyncpg.create_pool(
        host=SETTINGS["host"], port=SETTINGS["port"], user=SETTINGS["user"],
        password=SETTINGS["user"], database="terrace", min_size=SETTINGS["connections"],
        max_size=SETTINGS["connections"], reset=keep,
        server_settings={"search_path": SETTINGS["schema"]},
    ) as pool:
        async with pool.acquire() as connection:
            await prepare(connection)
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/{name}")
async def answer(name: str):
    async with pool.acquire() as connection:
        found = [
            [dict(record) for record in await connection.fetch(text, *values)]
            for text, values in routes[name]]
    return Response(orjson.dumps(found, default=str), media_type="application/json")
