/**
 * What `next build` leaves in out/, made ready to serve, by our own process, nginx or a CDN alike:
 * each page gets its content security policy, with the hashes of its own inline scripts, and its first script first;
 * what nobody asks for goes; what is worth compressing lies beside itself as .br and .gz.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const OUT = process.argv[2] ?? fileURLToPath(new URL("../out", import.meta.url));

/** The page for what is not there is 404.html; its copies, and manifests of another router, have no reader. */
const UNASKED = [
  /^404\//,
  /^_not-found\//,
  /(^|\/)__next\._full\.txt$/,
  /^_next\/static\/[^/]+\/_(buildManifest|ssgManifest|clientMiddlewareManifest)\.js$/,
];
const COMPRESSED = /\.(br|gz)$/;
const COMPRESSIBLE = new Set([
  ".css",
  ".html",
  ".ico",
  ".js",
  ".json",
  ".map",
  ".mjs",
  ".svg",
  ".txt",
  ".wasm",
  ".webmanifest",
  ".xml",
]);
/** Smaller files fit into the first packets anyway. */
const WORTH_COMPRESSING = 1024;

const HEAD = '<head><meta charSet="utf-8"/>';
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
const SCRIPT = /<script\b([^>]*)>([\s\S]*?)<\/script>/g;

/** What a page asks for at once. In its body it waits for style sheets, so a copy goes to the head of the head. */
const FIRST = /<script id="first-script">([\s\S]*?)<\/script>/;
const COPY = /<script data-first="">[\s\S]*?<\/script>/;

/** Return a page's policy. Who may frame it is said by a header: a page cannot say that of itself. */
function policy(page) {
  const hashes = [...page.matchAll(SCRIPT)]
    .filter(([, attributes]) => !/\ssrc=/.test(attributes))
    .map(([, , text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return [
    "default-src 'none'",
    ["script-src 'self'", ...new Set(hashes)].join(" "),
    "style-src 'self' 'unsafe-inline'", // components set style attributes
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

function protect(page, name) {
  const bare = page.replace(POLICY, "").replace(COPY, "");
  if (!bare.includes(HEAD))
    throw new Error(`${name} does not begin its head with ${HEAD}; put the policy where it now belongs`);
  const [, first] = FIRST.exec(bare) ?? [];
  const copy = first === undefined ? "" : `<script data-first="">${first}</script>`;
  return bare.replace(
    HEAD,
    () => `${HEAD}<meta http-equiv="Content-Security-Policy" content="${policy(bare)}"/>${copy}`,
  );
}

async function compress(file) {
  const content = await readFile(file);
  if (content.length < WORTH_COMPRESSING) return;
  const brotli = await promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  const gzipped = await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION });
  if (brotli.length < content.length) await writeFile(`${file}.br`, brotli);
  if (gzipped.length < content.length) await writeFile(`${file}.gz`, gzipped);
}

const found = await readdir(OUT, { recursive: true, withFileTypes: true });
const kept = [];
for (const entry of found.filter((entry) => entry.isFile())) {
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const name = relative(OUT, file).split(sep).join("/");
  if (COMPRESSED.test(name) || UNASKED.some((pattern) => pattern.test(name))) await rm(file);
  else kept.push([file, name]);
}
for (const folder of ["404", "_not-found"]) await rm(join(OUT, folder), { recursive: true, force: true });

const pages = kept.filter(([, name]) => name.endsWith(".html"));
for (const [file, name] of pages) await writeFile(file, protect(await readFile(file, "utf8"), name));
await Promise.all(kept.filter(([file]) => COMPRESSIBLE.has(extname(file))).map(([file]) => compress(file)));

process.stdout.write(
  `Finished ${pages.length} pages and ${kept.length - pages.length} other files in ${OUT}\n`,
);
