# The server with its page built, as an ordinary user. Data lives in /data: mount a volume there.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts && npm rebuild
COPY . .
# What builds the page is not needed after that. The image has a Node of its own: the one from npm would be another 120 MB.
RUN npm run prepare \
  && npm pkg delete dependencies.vite dependencies.preact dependencies.lightweight-charts \
  && npm prune --omit=dev --ignore-scripts && rm -r node_modules/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data LOG_PRETTY=false NODE_COMPILE_CACHE=/tmp/anso-vision
WORKDIR /app
COPY --from=build --chown=root:root /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`, { signal: AbortSignal.timeout(2000) }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "main.ts"]
