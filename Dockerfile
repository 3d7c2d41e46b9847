FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
RUN python -m venv /app
WORKDIR /src
COPY requirements.build.lock requirements.run.lock ./
# Wheels only: building anything else would fetch what nobody has pinned.
RUN pip install --no-cache-dir --only-binary :all: --require-hashes --requirement requirements.build.lock \
  && /app/bin/pip install --no-cache-dir --only-binary :all: --require-hashes --requirement requirements.run.lock
COPY pyproject.toml README.md LICENSE ./
COPY client_helpers client_helpers
COPY generated_client generated_client
COPY mcp_server mcp_server
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
  && /app/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
LABEL org.opencontainers.image.title="do-nfs-mcp" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      io.modelcontextprotocol.server.name="io.github.do-nfs-mcp/do-nfs-mcp"
COPY --from=build /app /app
# Nothing is written, so that --read-only does.
ENV PATH="/app/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["do-nfs-mcp"]
# The file of bearer tokens is mounted there, for user 65532 and no other to read; "do-nfs-mcp token" makes its lines.
CMD ["--transport", "http", "--host", "0.0.0.0", "--tokens", "/run/secrets/do-nfs-mcp-tokens"]
