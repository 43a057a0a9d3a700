"""The test command of a mutant: asks the warm server for a verdict. Prints it; ends with 1 where a test failed.

Imports as little as it can, because it is started once for each mutant.
"""

import socket
import sys

with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    verdict = server.makefile().readline().strip()
sys.stdout.write(verdict + "\n")
sys.exit(0 if verdict.startswith("survived") else 1 if verdict.startswith(("killed", "timed out")) else 2)
