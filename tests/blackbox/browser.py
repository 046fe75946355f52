"""Debian's Chromium, and small servers whose pages it opens."""

import http.server
import threading

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 120


class Pages:
    """A server of HTML pages on a port, and so an origin, of its own. `host`: as the browser calls it."""

    def __init__(self, pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = pages.get(self.path)
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)

    def origin(self, host="localhost"):
        return f"http://{host}:{self.port}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Browser:
    """One window with a fresh profile."""

    def __init__(self, folder):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage",
                     "no-proxy-server", f"user-data-dir={folder}"):
            options.add_argument("--" + word)
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)

    def open(self, url):
        self.driver.get(url)

    def fill(self, name, text):
        field = self.driver.find_element(By.NAME, name)
        field.clear()
        field.send_keys(text)

    def text_of(self, element):
        found = self.driver.find_elements(By.TAG_NAME, element)
        return found[0].text if found else ""

    def click(self, name):
        """What the page says then."""
        self.driver.execute_script("document.querySelector('output').textContent = ''")
        self.driver.find_element(By.ID, name).click()
        return self.wait(lambda: self.text_of("output"))

    def submit(self, name):
        """The page that the form leads to."""
        before = self.driver.current_url
        self.driver.find_element(By.ID, name).click()
        self.wait(lambda: self.driver.current_url != before)
        return self.wait(lambda: self.text_of("body"))

    def run(self, script):
        return self.driver.execute_script(script)

    def wait(self, seen):
        return WebDriverWait(self.driver, PATIENCE).until(lambda _: seen())

    def quit(self):
        self.driver.quit()
