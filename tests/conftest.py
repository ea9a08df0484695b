"""Tests from outside: real server processes on databases of their own, reached by HTTP, RPC and SQL.

    scripts/setup test && .odoo/venv/bin/pytest tests

The first run after a change of code makes the database anew, which takes a minute or two.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from kit import builds, env, process
from kit import database as db
from kit.client import WebClient, XmlRpcClient


def _copy(source):
    name = db.copy(source, db.unique_name("outside_run"))
    yield name
    db.drop(name)


@pytest.fixture(scope="session")
def database():
    """Every app and all our add-ons, no demo data, both languages. Shared: leave what you found."""
    yield from _copy(builds.full())


@pytest.fixture
def fresh_database():
    """The same for one test alone."""
    yield from _copy(builds.full())


@pytest.fixture(scope="session")
def demo_database():
    """The demo company, as ``make run`` makes it."""
    yield from _copy(builds.demo())


@pytest.fixture
def start_server():
    """``start_server(database, *arguments)``: one more Odoo process; all are stopped after the test."""
    servers = []

    def start(database, *arguments):
        servers.append(process.Server(database, "--max-cron-threads=0", *arguments))
        return servers[-1].wait()

    yield start
    for server in servers:
        server.stop()


def _serve(database):
    with process.Server(database, "--max-cron-threads=0") as server:
        yield server


@pytest.fixture(scope="session")
def server(database):
    """One Odoo on ``database``: ``server.url``, ``server.port``, ``server.log``."""
    yield from _serve(database)


@pytest.fixture(scope="session")
def demo_server(demo_database):
    yield from _serve(demo_database)


@pytest.fixture(scope="session")
def two_servers():
    """Two servers on one database: between processes nothing but PostgreSQL keeps order."""
    name = db.copy(builds.full(), db.unique_name("outside_races"))
    running = [process.Server(name, "--max-cron-threads=0") for _ in range(2)]
    try:
        yield [server.wait() for server in running]
    finally:
        for server in running:
            server.stop()
        db.drop(name)


@pytest.fixture
def logged(two_servers):
    """``logged("deadlock")``: how often the two servers logged it since the test began."""
    starts = [server.log.stat().st_size for server in two_servers]

    def count(text):
        return sum(
            server.log.read_bytes()[start:].decode(errors="replace").count(text)
            for server, start in zip(two_servers, starts, strict=True)
        )

    return count


@pytest.fixture
def record_intact(company, logged):
    """Whatever happened at once, every dossier still proves itself afterwards, and no check failed."""
    yield
    assert company.verify() == []
    # Odoo logs the races that it loses itself, before it replays the request
    assert logged(" ERROR ") == logged("\nERROR: could not serialize access")


@pytest.fixture
def client(server):
    """``client("login", "password")``: a signed-in web client; both default to admin."""

    def sign_in(login="admin", password=None):
        return WebClient(server.url, server.database, login, password)

    return sign_in


@pytest.fixture
def xmlrpc_client(server):
    def sign_in(login="admin", password=None):
        return XmlRpcClient(server.url, server.database, login, password)

    return sign_in


@pytest.fixture
def connect():
    """``connect(database)``: psycopg2 connections in autocommit mode, closed after the test."""
    connections = []

    def open_connection(name):
        connections.append(env.connect(name))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()
