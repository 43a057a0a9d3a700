"""The product on an S3 server of its own, for tests in a browser: `python -m tests.files.product_on_s3 FOLDER`.

It says what `realinsights up` says and ends with it. Where there is no Go to build the server with, it ends with 77.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from realinsights import engines
from realinsights.topology import FOLDER

NO_SERVER = 77


def main(folder: Path) -> int:
    """Run both until the product ends or is told to."""
    program = engines.build_s3(engines.engines_folder())
    if program is None:
        return NO_SERVER
    (folder / "s3" / "files").mkdir(parents=True)
    topology = folder / "on-s3.toml"
    here = (FOLDER / "monorepo.toml").read_text()
    there = here.replace("file://${REALINSIGHTS_DATA}/blobs", "s3://files/a-folder")
    assert here != there
    topology.write_text(there)
    engine = engines.s3(folder / "s3", port=engines.free_port(), program=program)
    access, secret = engines.S3_KEYS
    environment = {
        **os.environ,
        "AWS_ENDPOINT": engine.url,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": access,
        "AWS_SECRET_ACCESS_KEY": secret,
        "REALINSIGHTS_DIRECT_DOWNLOADS": "yes",
        "REALINSIGHTS_LOG_LEVEL": "warning",
    }
    command = (Path(sys.executable).with_name("realinsights"), "up", topology, "--port", "0", "--data", folder / "data")
    with engines.running(engine):
        print(f"S3 answers at {engine.url}", flush=True)
        with subprocess.Popen([*map(str, command)], env=environment) as product:
            signal.signal(signal.SIGTERM, lambda *_: product.terminate())
            return product.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
