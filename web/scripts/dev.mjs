/**
 * The API and the pages with reload, until Ctrl-C or until one of the two ends: `make dev`.
 * What is on the command line goes to `realinsights up`. PORT, where set, is the port of the pages.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const up = [".venv/bin/realinsights", "up", "--demonstration", ...process.argv.slice(2)];
const quoted = up.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");

/** In a process group of its own, so that Ctrl-C reaches this process alone, which then ends both in order. */
const start = (command, options, cwd) => spawn(command, options, { cwd, stdio: "inherit", detached: true });

// The pages ask the API that is started here, unless the environment names another.
const { port = "8000" } = parseArgs({ options: { port: { type: "string" } }, strict: false }).values;
process.env.REALINSIGHTS_SERVER ??= `http://127.0.0.1:${port}`;

const running = new Set([
  start(
    ".venv/bin/watchfiles",
    ["--filter", "python", "--sigint-timeout", "10", quoted, "src", "packages"],
    root,
  ),
  start(
    "node_modules/.bin/next",
    ["dev", "--hostname", "127.0.0.1", "--port", process.env.PORT ?? "3000"],
    `${root}web`,
  ),
]);

let asked = false;
let ending = false;
function end() {
  if (ending) return; // a second interrupt would cut short what ends in order
  ending = true;
  for (const child of running) child.kill("SIGINT"); // each ends what it has started
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    asked = true;
    end();
  });
}
for (const child of running) {
  child.on("error", (error) => console.error(error.message));
  child.on("close", () => {
    running.delete(child);
    if (running.size === 0) process.exit(asked ? 0 : 1);
    end();
  });
}
