"""docs/browsers.md in a real browser: what the page shows works, and pages of others get nowhere.

Each port of localhost is an origin of its own. They are one site, though, so that the browser sends the
cookies of one with what another asks, whatever SameSite says: only our checks are in the way. 127.0.0.1 is
another site."""

import json
import re

import pytest

from browser import Browser, Pages
from checkout import REPOSITORY
from nginx import Nginx
from page import blocks, steps
from program import PASSWORD, TOKEN

GUIDE = dict(steps((REPOSITORY / "docs/browsers.md").read_text()))
ONE_PLACE = GUIDE["Page and API in one place"]
[AS_DJANGO_DOES] = blocks(GUIDE["What a request must show"], "js")
PAIR = GUIDE["A pair in two cookies"]
[PAIR_SETTINGS] = blocks(PAIR, "toml")
[PAIR_SCRIPT] = blocks(PAIR, "js")
[COOKIE] = re.findall(r'^JWT_AUTH_COOKIE = "(.*)"$', ONE_PLACE, re.MULTILINE)


def own_page(api=""):
    [script] = blocks(ONE_PLACE, "js")
    assert script.startswith('const API = "";')
    script = script.replace('const API = "";', f"const API = {json.dumps(api)};")
    return f"""<!doctype html><title>ours</title>
<input name="username"><input name="password" type="password">
<button id="login">log in</button><button id="who">who am I</button><button id="refresh">refresh</button>
<button id="login-pair">log in</button><button id="refresh-pair">refresh</button>
<button id="logout-pair">log out</button><button id="logout">log out</button><button id="django">log out as Django does</button><output></output>
<script>
{script}{PAIR_SCRIPT}{AS_DJANGO_DOES}
const say = (what) => document.querySelector("output").textContent = what;
const on = (id, act) => document.getElementById(id).addEventListener("click", () =>
  act().then((said) => say("done " + JSON.stringify(said ?? null)), (why) => say(why)));
const value = (name) => document.querySelector(`[name=${{name}}]`).value;
on("login", () => login(value("username"), value("password")));
on("who", whoAmI);
on("refresh", refresh);
on("logout", logout);
on("login-pair", () => loginPair(value("username"), value("password")));
on("refresh-pair", refreshPair);
on("logout-pair", logoutPair);
on("django", () => logoutAsDjangoDoes().then((answer) => answer.status));
</script>"""


def foreign_page(api):
    """Forms that a click sends, and what a script can try."""
    def form(name, path, fields):
        inputs = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in fields.items())
        return f'<form method="post" action="{api}{path}">{inputs}<button id="{name}">{name}</button></form>'

    return f"""<!doctype html><title>somebody else's</title>
{form("end", "/auth/logout", {"scope": "all", "csrfmiddlewaretoken": "x"})}
{form("renew", "/api/token/refresh/", {"a": "b"})}
{form("end-pair", "/api/token/blacklist/", {"a": "b"})}
{form("swap-pair", "/api/token/", {"username": "mallory", "password": PASSWORD})}
{form("swap", "/api-token-auth/", {"username": "mallory", "password": PASSWORD})}
<button id="read">read</button><button id="blind">blind</button><button id="header">header</button>
<button id="swap-script">swap by script</button><output></output>
<script>
const say = (what) => document.querySelector("output").textContent = what;
const on = (id, path, more) => document.getElementById(id).addEventListener("click", () =>
  fetch("{api}" + path, {{credentials: "include", ...more}}).then(
    async (answer) => say(`${{answer.type}} ${{answer.status}} ${{await answer.text()}}`),
    (why) => say("failed: " + why)));
on("read", "/protected-url/", {{}});
on("blind", "/auth/logout", {{method: "POST", mode: "no-cors",
  body: new URLSearchParams({{scope: "all"}})}});
on("header", "/auth/logout", {{method: "POST", headers: {{"X-Requested-With": "x"}}}});
on("swap-script", "/api-token-auth/", {{method: "POST", mode: "no-cors",
  body: new URLSearchParams({{username: "mallory", password: "{PASSWORD}"}})}});
</script>"""


@pytest.fixture
def browser(tmp_path):
    browser = Browser(tmp_path / "profile")
    yield browser
    browser.quit()


@pytest.fixture
def users(make_site):
    """Starts a server with two users."""
    def start(jwt_auth="", more=""):
        site = make_site(jwt_auth=f'JWT_AUTH_COOKIE = "{COOKIE}"\n{jwt_auth}')
        with site.config.open("a") as config:
            config.write(more)
        for name in ("admin", "mallory"):
            site.add_user(name)
        site.start()
        site.origin = f"http://localhost:{site.port}"
        return site

    return start


@pytest.fixture
def ours(users, tmp_path):
    """Page and API behind one nginx, with the lines of the guide."""
    site = users(more=PAIR_SETTINGS)
    pages = {"/": own_page()}
    (tmp_path / "nginx").mkdir()
    with Pages(pages) as server, Nginx(tmp_path / "nginx", server.origin()) as nginx:
        [lines] = blocks(ONE_PLACE, "nginx")
        nginx.pass_on(lines.replace("http://127.0.0.1:8000", site.url))
        site.origin = nginx.url.replace("127.0.0.1", "localhost")
        yield site


def log_in(browser, origin, button="login", said="done null"):
    browser.open(origin)
    browser.fill("username", "admin")
    browser.fill("password", PASSWORD)
    assert browser.click(button) == said


def cookies(browser):
    return {cookie["name"]: cookie for cookie in browser.driver.get_cookies()}


def test_a_page_logs_in_refreshes_and_logs_out(browser, ours):
    browser.open(ours.origin)
    assert "credentials were not provided" in browser.click("who")
    log_in(browser, ours.origin)
    assert browser.click("who") == 'done {"user":"admin"}'
    first = cookies(browser)[COOKIE]
    assert TOKEN.match(first["value"]) and first["httpOnly"] and first["secure"]
    assert first["sameSite"] == "Lax" and first["domain"] == "localhost" and first["path"] == "/"
    readable = browser.run("return document.cookie")
    assert re.fullmatch(r"csrftoken=[0-9a-f]{32}", readable)

    assert browser.click("refresh") == "done null"
    assert browser.click("who") == 'done {"user":"admin"}'
    assert browser.run("return document.cookie") == readable

    browser.open(ours.origin)  # what the page knew is gone, the cookie is not
    assert browser.click("who") == 'done {"user":"admin"}'
    assert browser.click("logout") == 'done {"ended":1}'
    assert COOKIE not in cookies(browser)
    assert "credentials were not provided" in browser.click("who")
    assert ours.whoami(first["value"]).status_code == 401


def test_a_pair_in_two_cookies(browser, ours):
    log_in(browser, ours.origin, "login-pair", "done {}")
    assert browser.click("who") == 'done {"user":"admin"}'
    readable = browser.run("return document.cookie")
    assert re.fullmatch(r"csrftoken=[0-9a-f]{32}", readable)
    assert "__Secure-refresh" not in cookies(browser)  # not for the path of this page

    access = cookies(browser)["__Host-access"]["value"]
    browser.open(ours.origin)
    assert browser.click("refresh-pair") == "done {}"
    assert cookies(browser)["__Host-access"]["value"] != access
    browser.open(ours.origin + "/api/token/")
    refresh = cookies(browser)["__Secure-refresh"]
    assert refresh["httpOnly"] and refresh["secure"] and refresh["sameSite"] == "Strict"
    assert "refresh" not in browser.run("return document.cookie")

    browser.open(ours.origin)
    assert browser.click("logout-pair") == "done {}"
    assert "credentials were not provided" in browser.click("who")
    assert "403" not in (said := browser.click("refresh-pair")) and "required" in said
    assert ours.post("/api/token/refresh/", {"refresh": refresh["value"]}).status_code == 401


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_of_another_origin_has_no_use_for_the_pair(browser, ours, host):
    pages = {"/": foreign_page(ours.origin)}
    with Pages(pages) as others:
        log_in(browser, ours.origin, "login-pair", "done {}")
        for form in ("end", "renew", "end-pair", "swap-pair"):
            browser.open(others.origin(host))
            said = browser.submit(form)
            if (form, host) == ("end", "127.0.0.1"):  # SameSite kept the cookie back
                assert "Authentication credentials were not provided." in said
            else:
                assert "CSRF Failed: " in said
        browser.open(ours.origin)
        assert browser.click("who") == 'done {"user":"admin"}'
        assert browser.click("refresh-pair") == "done {}"


def test_what_was_written_for_django_works(browser, ours):
    log_in(browser, ours.origin)
    assert browser.click("django") == "done 200"
    assert COOKIE not in cookies(browser)


def test_a_page_of_an_allowed_origin_does_the_same(browser, users):
    pages = {}
    with Pages(pages) as server:
        site = users(more=(
            f'[cors]\nCORS_ALLOWED_ORIGINS = ["{server.origin()}"]\nCORS_ALLOW_CREDENTIALS = true\n'))
        pages["/"] = own_page(site.origin)
        log_in(browser, server.origin())
        assert browser.click("who") == 'done {"user":"admin"}'
        assert browser.click("refresh") == "done null"
        assert browser.click("logout") == 'done {"ended":1}'
        assert "credentials were not provided" in browser.click("who")  # an error can be read too


def test_with_an_origin_allowed_but_not_cookies_a_page_sends_its_token_itself(browser, users):
    script = """<output></output><script>
const api = {};
const say = (what) => document.querySelector("output").textContent = what;
fetch(api + "/protected-url/", {{headers: {{Authorization: "JWT {}"}}}})
  .then((answer) => answer.text()).then(say, (why) => say("failed: " + why));
</script>"""
    pages = {}
    with Pages(pages) as server:
        site = users(more=f'[cors]\nCORS_ALLOWED_ORIGINS = ["{server.origin()}"]\n')
        pages["/"] = script.format(json.dumps(site.origin), site.login())
        pages["/cookie"] = foreign_page(site.origin)
        browser.open(server.origin())
        assert browser.wait(lambda: browser.text_of("output")) == '{"user": "admin"}'
        browser.open(server.origin() + "/cookie")
        assert browser.click("read").startswith("failed: ")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_of_another_origin_gets_nowhere(browser, ours, host):
    pages = {"/": foreign_page(ours.origin)}
    with Pages(pages) as others:
        log_in(browser, ours.origin)
        other = others.origin(host)

        browser.open(other)
        said = browser.submit("end")
        if host == "localhost":  # the cookie came along, and is all that did
            assert f"CSRF Failed: Origin checking failed - {other} does not match" in said
        else:  # SameSite=Lax kept it back
            assert "Authentication credentials were not provided." in said

        browser.open(other)
        assert browser.click("read").startswith("failed: ")
        assert browser.click("header").startswith("failed: ")
        assert browser.click("blind") == "opaque 0"

        browser.open(ours.origin)
        assert browser.click("who") == 'done {"user":"admin"}'


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_of_another_origin_logs_nobody_in(browser, ours, host):
    pages = {"/": foreign_page(ours.origin)}
    with Pages(pages) as others:
        browser.open(others.origin(host))
        assert "CSRF Failed: " in browser.submit("swap")
        browser.open(others.origin(host))
        assert browser.click("swap-script") == "opaque 0"
        browser.open(ours.origin)
        assert COOKIE not in cookies(browser)
        log_in(browser, ours.origin)
        browser.open(others.origin(host))
        assert "CSRF Failed: " in browser.submit("swap")
        browser.open(ours.origin)
        assert browser.click("who") == 'done {"user":"admin"}'


def test_a_page_in_a_sandbox_is_nobodys(browser, ours):
    """Its origin is "null", also where our own host has handed it out."""
    form = foreign_page(ours.origin).replace('"', "&quot;")
    pages = {"/": f'<iframe sandbox="allow-forms allow-scripts" srcdoc="{form}"></iframe>'}
    with Pages(pages) as others:
        log_in(browser, ours.origin)
        browser.open(others.origin())
        frame = browser.driver.find_element("tag name", "iframe")
        browser.driver.switch_to.frame(frame)
        assert browser.click("read").startswith("failed: ")
        assert browser.click("blind") == "opaque 0"
        browser.driver.switch_to.default_content()
        browser.open(ours.origin)
        assert browser.click("who") == 'done {"user":"admin"}'
