"""Two servers on one database, behind HAProxy: the short forms of drills/two_nodes.py and drills/races.py.
How soon is the drills' business; here everything may take its time."""

import sys

import pytest

from checkout import REPOSITORY
from haproxy import HaProxy

sys.path.insert(0, str(REPOSITORY / "drills"))
import nodes  # noqa: E402
import races  # noqa: E402
import two_nodes  # noqa: E402

PATIENCE = 60.0  # seconds
CLIENTS = 4


@pytest.fixture
def cluster(make_site, postgres, tmp_path):
    database = postgres.new_database()
    pair = nodes.start_two(make_site, database)
    nodes.copy_users(database, CLIENTS * two_nodes.USERS)
    with HaProxy(tmp_path, [node.url for node in pair]) as front:
        yield two_nodes.Cluster(pair, postgres, front)


@pytest.fixture
def load(cluster):
    load = two_nodes.Load(cluster, CLIENTS, seed=5, grace=PATIENCE)
    yield load
    assert load.faults == []
    for phase in load.phases:
        assert phase["lost"] == 0 and phase["undone"] == 0
        assert phase["logins"] > 0 and phase["logouts"] > 0


def test_what_one_server_revokes_the_other_refuses(cluster):
    lags = two_nodes.measure_lag(cluster, revocations=20, users=20, deadline=PATIENCE)
    assert len(lags) == 20


def test_clients_that_try_again_survive_an_outage_of_the_database(load):
    two_nodes.lose_postgres(load, "down", "up", seconds=1)


def test_clients_that_try_again_do_not_notice_the_death_of_a_server(load):
    two_nodes.lose_node(load, 0)


def let_both_look(cluster):
    """Each has taken in all that happened before: it has seen the end of one session, and of another."""
    for pair in (cluster.nodes, cluster.nodes[::-1]):
        one_way = two_nodes.Cluster(pair, cluster.postgres, cluster.front)
        two_nodes.measure_lag(one_way, revocations=2, users=2, deadline=PATIENCE)


def test_who_is_known_is_not_forgotten_when_somebody_else_logs_out(cluster):
    let_both_look(cluster)
    token = cluster.nodes[0].login("user5")
    for node in cluster.nodes:
        assert node.whoami(token).status_code == 200
    let_both_look(cluster)
    cluster.postgres.tell("down")
    try:
        for node in cluster.nodes:
            assert node.whoami(token).status_code == 200
    finally:
        cluster.postgres.tell("up")


def test_no_token_outlives_its_session_in_a_race(make_site, database):
    """A fresh one neither."""
    nodes.lay_djangos_table(database)
    pair = nodes.start_two(make_site, database)
    nodes.copy_users(database, races.USERS)
    for kind in races.KINDS:
        figures = races.Drill(kind, database, pair, seed=5, patience=PATIENCE).run(rounds=60)
        told = f"{kind}: {figures}"
        assert figures["live at once"] == 0 and figures["live afterwards"] == 0, told
        assert figures["rounds"] == 60 and figures["won"] > 0, told
