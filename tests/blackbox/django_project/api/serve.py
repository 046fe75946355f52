"""`python3 -m api.serve`: the site on a free port of loopback, until standard input ends.

So it ends with whoever started it, however that ends."""

import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *words):
        pass


with make_server("127.0.0.1", 0, get_wsgi_application(), Server, QuietHandler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
