# Sluice in a container: `docker build -t sluice .` is the server; `--target lab` is JupyterLab with
# the kernel "Deno (Sluice)".

FROM denoland/deno:bin-2.9.6 AS deno

# What both images run on: Deno, a user of their own.
FROM debian:bookworm-slim AS base
COPY --from=deno /deno /usr/local/bin/deno
ENV DENO_DIR=/home/sluice/.deno DENO_NO_UPDATE_CHECK=1
RUN useradd --create-home --uid 10001 sluice \
  && install -d -o sluice -g sluice /sluice /sluice/.sluice /sluice/notebooks
WORKDIR /sluice
USER 10001

# The dependencies, a layer that only deno.json and deno.lock change. Of Deno's own cache it keeps what
# names the packages: without it each start would ask the registry.
FROM base AS dependencies
COPY --chown=sluice deno.json deno.lock ./
RUN deno install --frozen \
  && find "$DENO_DIR" -type f ! -name registry.json -delete \
  && rm -f node_modules/.deno/@duckdb+node-bindings-*-musl@*/node_modules/@duckdb/*/libduckdb.so

FROM base AS lab
USER 0
# The newest of the release: their fixes are worth more than a build that repeats to the byte.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*
USER 10001
COPY --from=dependencies --chown=sluice /home/sluice/.deno /home/sluice/.deno
COPY --from=dependencies --chown=sluice /sluice/node_modules node_modules
COPY --chown=sluice . .
# JupyterLab of the versions that `deno task lab` names, in a layer of the image.
RUN deno task lab --version
EXPOSE 8888
CMD ["deno", "task", "lab", "--no-browser", "--ip=0.0.0.0", "--port=8888"]

FROM base AS server
USER 0
# The newest of the release: their fixes are worth more than a build that repeats to the byte.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
USER 10001
COPY --from=dependencies --chown=sluice /home/sluice/.deno /home/sluice/.deno
COPY --from=dependencies --chown=sluice /sluice/node_modules node_modules
COPY --chown=sluice . .
EXPOSE 6789
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["deno", "eval", "const { ok } = await fetch('http://127.0.0.1:6789/healthz'); Deno.exit(ok ? 0 : 1)"]
CMD ["deno", "task", "serve", "--host", "0.0.0.0", "--port", "6789"]
