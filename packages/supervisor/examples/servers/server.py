import hmac, json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

names = [name for name in os.environ.get("LATCHKEY_SERVER_SECRET_NAMES", "").split(",") if name]
secrets = {name: os.environ.pop(name) for name in names if name in os.environ}
token, nonce = os.environ.pop("LATCHKEY_SERVER_TOKEN"), os.environ.pop("LATCHKEY_SERVER_NONCE")
generation = int(os.environ["LATCHKEY_SERVER_GENERATION"])
address = ("127.0.0.1", int(os.environ.get("LATCHKEY_SERVER_PORT", "0")))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        port = self.server.server_port
        if self.headers.get("host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            return self.answer(404, {"error": {"code": "server.not-found"}})
        if self.path in ("/readyz", "/healthz"):
            status = "ready" if self.path == "/readyz" else "healthy"
            return self.answer(200, {"status": status, "generation": generation, "nonce": nonce})
        if not hmac.compare_digest(self.headers.get("authorization", ""), f"Bearer {token}"):
            return self.answer(401, {"error": {"code": "server.unauthorized"}})
        self.answer(200, {"generation": generation, "names": [{"name": n, "isSet": n in secrets} for n in names]})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(address, Handler)
if os.environ.get("LATCHKEY_SERVER_PARENT") == "stdin":  # it ends when the parent goes
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
print("LATCHKEY_SERVER_LISTENING " + json.dumps({"port": server.server_port, "nonce": nonce}), flush=True)
server.serve_forever()
