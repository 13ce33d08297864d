"""20,000 remote images on 500 hosts: time, memory, open sockets, whether the limits for each host hold, and whether every
address has exactly one verdict. Of ten pictures one is gone, one is a web page, one is busy, and seven are there.

    [LIMIT=256] python3 tests/measure/network.py BINARY [ADDRESSES] [HOSTS]

Needs Linux and nothing else: the hosts are addresses of loopback, 127.0.0.1 and on, and the server is in this file.
The figures include the work of that server, which shares the machine.
"""

import asyncio
import collections
import json
import os
import pathlib
import struct
import sys
import tempfile
import time
import zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PICTURE += chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def answer(status, kind, body):
    return b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body)) + body


ALIVE = answer(b"200 OK", b"image/png", PICTURE)
# By the last digit of the picture's number.
ANSWERS = {
    b"0": answer(b"404 Not Found", b"text/html", b"<!doctype html><p>gone"),
    b"1": answer(b"200 OK", b"image/png", b"<!doctype html><p>a page"),
    b"2": answer(b"451 Unavailable", b"text/plain", b""),
}

# How many descriptors the process may have; macOS gives 256.
LIMIT = ["prlimit", f"--nofile={os.environ['LIMIT']}"] if "LIMIT" in os.environ else []

requests = 0
now = collections.Counter()
most = collections.Counter()
connections = collections.Counter()


async def serve(reader, writer):
    global requests
    host = writer.get_extra_info("sockname")[0]
    connections[host] += 1
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            requests += 1
            now[host] += 1
            now["all"] += 1
            most[host] = max(most[host], now[host])
            most["all"] = max(most["all"], now["all"])
            await asyncio.sleep(0.02)
            now[host] -= 1
            now["all"] -= 1
            writer.write(ANSWERS.get(request[request.index(b".png") - 1:][:1], ALIVE))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(binary, addresses, hosts):
    server = await asyncio.start_server(serve, "0.0.0.0", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        for post in range(0, addresses, 20):
            images = range(post, min(post + 20, addresses))
            host = lambda at: f"127.0.{at % hosts // 250}.{at % hosts % 250 + 1}"
            text = "".join(f"![picture {at}](http://{host(at)}:{port}/{at}.png)\n\n" for at in images)
            pathlib.Path(folder, f"{post}.md").write_text(f"# Post {post}\n\nA walk by the sea.\n\n{text}")
        start = time.monotonic()
        run = await asyncio.create_subprocess_exec(
            *LIMIT, binary, "check", "--online", "--allow-private", "--select", "image-*", "--format", "json",
            cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        )
        sockets, memory = 0, "not seen"
        waiting = asyncio.ensure_future(run.communicate())
        while not waiting.done():
            try:
                links = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{run.pid}/fd")]
                sockets = max(sockets, sum(link.startswith("socket:") for link in links))
                status = pathlib.Path(f"/proc/{run.pid}/status").read_text()
                memory = next((line[6:].strip() for line in status.splitlines() if line.startswith("VmHWM")), memory)
            except OSError:
                pass
            await asyncio.wait([waiting], timeout=0.05)
        seconds = time.monotonic() - start
    total = most.pop("all", 0)
    verdicts = json.loads(waiting.result()[0])["summary"]["remote"]
    tens = addresses // 10
    wanted = {"alive": addresses - 3 * tens, "dead": tens, "not-an-image": tens, "hotlink": 0, "unverified": tens}
    assert verdicts == wanted and requests == addresses, (verdicts, wanted, requests)
    print(f"exit code {run.returncode}, {requests} requests for {addresses} addresses on {hosts} hosts: {verdicts}")
    print(f"{seconds:.1f} s, {addresses / seconds:.0f} a second; at most {sockets} sockets, memory {memory}")
    print(f"at most {total} requests at once, and {max(most.values(), default=0)} to one host")
    print(f"{sum(connections.values())} connections, at most {max(connections.values(), default=0)} to one host")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    numbers = [int(number) for number in sys.argv[2:4]]
    asyncio.run(main(os.path.abspath(sys.argv[1]), *(numbers + [20_000, 500][len(numbers):])))
