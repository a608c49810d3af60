# The product in an image. The steps are the Makefile's, so that an image holds what `make install` makes anywhere.
#
# The tag follows security fixes of Python and Debian; for builds that can be repeated to the byte, add the digest
# that `docker buildx imagetools inspect` prints: --build-arg BASE=python:3.13-slim-trixie@sha256:...
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
# Versions are Debian's to choose: they only build, nothing of them is in the image.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make install PREFIX=/opt/ringback

FROM ${BASE}
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data ringback \
 && install --directory --owner=ringback --group=ringback --mode=0700 /data /keys
COPY --from=build /opt/ringback /opt/ringback
ENV PATH=/opt/ringback/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RINGBACK_HOST=0.0.0.0 \
    RINGBACK_PORT=8080 \
    RINGBACK_DATA=/data \
    RINGBACK_KEY_FILE=/keys/ringback.key
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/keys"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --start-interval=1s \
  CMD ["python", "-c", "import os, urllib.request as request; request.urlopen(f'http://127.0.0.1:{os.environ[\"RINGBACK_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["ringback"]
CMD ["serve"]
