import type { NextConfig } from "next";
import { fileURLToPath } from "node:url";

/** In development the pages come from Next.js and everything else from a running server; the export needs neither. */
const server = process.env.REALINSIGHTS_SERVER ?? "http://127.0.0.1:8000";
const developing = process.env.NODE_ENV === "development";

const config: NextConfig = {
  ...(developing
    ? {
        skipTrailingSlashRedirect: true,
        allowedDevOrigins: ["127.0.0.1"],
        rewrites: async () =>
          ["/api/:path*", "/docs", "/openapi.json"].map((source) => ({
            source,
            destination: `${server}${source}`,
          })),
      }
    : { output: "export" as const }),
  trailingSlash: true,
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  devIndicators: false,
  // `make web-check` checks types, with what only tests need; a build installs less and is quicker.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: fileURLToPath(new URL(".", import.meta.url)) },
  experimental: {
    // A page's first visit asks for 13 scripts and 5 style sheets instead of 27 and 8: on a slow line each costs a trip.
    cssChunking: { type: "graph", requestCost: 1_000_000 },
    turbopackChunking: { maxChunkCountPerGroup: 10, requestCost: 2_000_000, minChunkSize: 300_000 },
    optimizePackageImports: ["@mantine/core", "@mantine/hooks", "@mantine/dates", "@tabler/icons-react"],
  },
};

export default config;
