import type { NextConfig } from "next";

/** Everything that varies at run time is read by lib/config.ts; here stands only what is fixed at build. */
const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: false,
  // What is served; a slip in a test must not keep anybody's Vigia from starting. `npm test` checks everything.
  typescript: { tsconfigPath: "tsconfig.build.json" },
  // Loaded with require() at run time: they open sockets and files, and bundling them gains nothing.
  serverExternalPackages: ["ioredis", "pino"],
  // Next finds out which files of which packages run; bin/setup/release.mjs puts them into dist/ (its own server.js
  // is not used: see docs/decisions/0005-one-release-folder.md).
  output: "standalone",
  // The optimizer fetches and resizes on demand: an endpoint that a dashboard does not need.
  images: { unoptimized: true },
  // Installed packages and containers may be read-only; what is rendered once is kept in memory.
  experimental: { isrFlushToDisk: false },
  productionBrowserSourceMaps: false,
  devIndicators: false,
};

export default config;
