import pathlib

import pytest

from databases import PostgresServer, SqliteDatabase
from program import PASSWORD, TOKEN, Site


@pytest.fixture
def make_site(tmp_path_factory):
    """Makes sites; at the end each must stop cleanly, and its log must hold no secret."""
    sites = []

    def make(**options):
        sites.append(Site(tmp_path_factory.mktemp("site"), **options))
        return sites[-1]

    yield make
    for site in sites:
        code = site.stop()
        log = site.log_text()
        assert code in (0, None), f"exit code {code}: {log[-2000:]}"
        assert not TOKEN.search(log), "the log holds a token"
        assert PASSWORD not in log, "the log holds a password"
        assert site.secret not in log, "the log holds the secret"


@pytest.fixture
def site(make_site):
    """The quickstart: admin/abc123, refresh allowed, one protected route; serving."""
    site = make_site()
    site.add_user("admin", PASSWORD, "--email", "admin@example.com", "--staff", "--superuser")
    return site.start()


@pytest.fixture(scope="module")
def postgres():
    """A PostgreSQL of the module's own, which it may stop."""
    server = PostgresServer()
    yield server
    server.end()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    """An empty one of either kind."""
    if request.param == "sqlite":
        return SqliteDatabase(tmp_path)
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture(scope="session")
def shared_vectors():
    import os

    folder = pathlib.Path(
        os.environ.get("RESTJWT_VECTORS")
        or pathlib.Path(__file__).resolve().parents[3] / "shared/vectors"
    )
    if not folder.is_dir():
        pytest.skip("shared/vectors is not here")
    return folder
