# docs/containers.md says how to run it. Each step is a command that test/containers really runs.
# The last stage, `vigia`, is what `docker build .` makes; `--target streams` makes the image of the streams example.

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node bin/build.mjs

FROM build AS streams-build
RUN npx esbuild producer=examples/streams/producer.ts worker=examples/streams/worker.ts reader=examples/streams/reader.ts \
    --bundle --platform=node --target=node20 --format=esm --external:ioredis --outdir=/streams --out-extension:.js=.mjs

FROM node:24-bookworm-slim AS streams
ENV NODE_ENV=production
WORKDIR /vigia
COPY --from=build /src/dist/node_modules ./node_modules
COPY --from=streams-build /streams ./
USER node
ENTRYPOINT ["node"]

FROM node:24-bookworm-slim AS vigia
ENV NODE_ENV=production VIGIA_HOST=0.0.0.0
WORKDIR /vigia
COPY --from=build /src/dist /src/LICENSE ./
USER node
EXPOSE 9181
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s CMD ["node", "/vigia/vigia.mjs", "health"]
ENTRYPOINT ["node", "/vigia/vigia.mjs"]
