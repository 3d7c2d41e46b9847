FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
RUN python -m venv /app
WORKDIR /src
COPY requirements.build.lock requirements.sandbox.lock ./
# Wheels only: building anything else would fetch what nobody has pinned.
RUN pip install --no-cache-dir --only-binary :all: --require-hashes --requirement requirements.build.lock \
  && /app/bin/pip install --no-cache-dir --only-binary :all: --require-hashes --requirement requirements.sandbox.lock
COPY LICENSE ./
COPY packaging/sandbox ./
COPY mcp_server/do_nfs_sandbox do_nfs_sandbox
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
  && /app/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
LABEL org.opencontainers.image.title="do-nfs-sandbox" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /app /app
# Nothing is written, so that --read-only does.
ENV PATH="/app/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
EXPOSE 8181
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --start-interval=1s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8181/_sandbox/health', timeout=4)"]
ENTRYPOINT ["do-nfs-sandbox", "--host", "0.0.0.0"]
