# Rampart as an image. Build: docker build -t rampart .
# Run: docker run -p 127.0.0.1:7670:7670 -e RAMPART_TOKEN=… rampart

FROM node:24-bookworm-slim AS build
WORKDIR /app
# Lock file first: the layer with the packages is kept until it changes. No package needs its install script.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY openapi ./openapi
COPY scenarios ./scenarios
COPY src ./src
COPY web ./web
RUN npx tsc -p tsconfig.build.json && npx tsc -p web && node scripts/build.mjs
# The bundle leaves out what has a binary of its own; that needs node_modules, without the tools.
RUN npm prune --omit=dev --no-audit --no-fund --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/openapi ./openapi
COPY --from=build /app/scenarios ./scenarios
COPY --from=build /app/dist ./dist
COPY --from=build /app/scripts/health.mjs ./scripts/health.mjs
# In a container the service must listen on every address of its own network namespace. On an address that is not loopback it
# refuses to start without a token, so RAMPART_TOKEN has no default here: give one at `docker run`.
ENV RAMPART_HOST=0.0.0.0 RAMPART_PORT=7670 RAMPART_DATA_DIR=/data
RUN mkdir /data && chown node:node /data
VOLUME /data
EXPOSE 7670
USER node
HEALTHCHECK --interval=10s --timeout=3s --retries=3 CMD ["node", "scripts/health.mjs"]
# Node itself, not npm: npm neither passes SIGTERM on nor waits for what it started.
CMD ["node", "dist/main.js"]
