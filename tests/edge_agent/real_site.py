"""One gateway for real: simulated devices, a hub that acknowledges, the agent as a child process."""

from __future__ import annotations

import asyncio
import sys
import threading
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from area_configs.loader import load_area
from edge_agent.health.report import status_of
from edge_agent.simulators import Simulation
from platform_hub.wire import acknowledgements, blocks

ROOT = Path(__file__).parents[2]
AREA = load_area("harumi")
NO_HUB = "http://127.0.0.1:9"
PATIENCE_S = 60.0


class Hub(BaseHTTPRequestHandler):
    """Stores nothing, acknowledges everything that it can read."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        upto = self.server.upto
        for part in blocks.split(body):
            upto = max(upto, blocks.decode(part).last_seq)
        self.server.upto = upto
        gateway, epoch = (
            self.headers[name]
            for name in (acknowledgements.GATEWAY_HEADER, acknowledgements.EPOCH_HEADER)
        )
        answer = acknowledgements.encode(
            acknowledgements.Acknowledgement(gateway, int(epoch), upto)
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words) -> None:
        """Say nothing."""


@contextmanager
def real_hub():
    """Run a hub; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.upto = 0
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Site:
    """One gateway's folder: simulated devices, settings, and the agent as a child process."""

    def __init__(self, folder: Path, gateway: str, hub: str = NO_HUB) -> None:
        self.folder, self.gateway = folder, gateway
        self.data = folder / "data"
        self.settings = folder / "edge.toml"
        self.settings.write_text(
            f'gateway = "{gateway}"\narea = "harumi"\ndata = "data"\n'
            f'links = "sim/{gateway}/links.toml"\n[hub]\nurl = "{hub}"\n[monitor]\nport = 0\n',
            encoding="utf-8",
        )

    @property
    def links(self) -> Path:
        return self.folder / "sim" / self.gateway / "links.toml"

    @asynccontextmanager
    async def devices(self):
        async with AsyncExitStack() as stack:
            await Simulation(AREA, self.folder / "sim").open(stack, frozenset({self.gateway}))
            yield

    @asynccontextmanager
    async def agent(self):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "edge_agent", "run", "--config", str(self.settings)),
            cwd=ROOT,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def until(self, holds) -> dict:
        """Wait until the status says so, and return it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                status = status_of(self.data)
                if status and holds(status):
                    return status
                await asyncio.sleep(0.05)

    def said(self) -> int:
        ledger = self.folder / "sim" / "ledger.jsonl"
        return len(ledger.read_text(encoding="utf-8").splitlines())


async def finished(process) -> tuple[int, str]:
    _, talk = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return process.returncode, talk.decode()
