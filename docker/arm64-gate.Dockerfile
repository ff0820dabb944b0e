# Debian 12 that runs the scenarios on arm64: a guest machine under QEMU's emulation, with Debian's own arm64 kernel. The
# container needs no privileges, no devices and, once built, no network. See README.md beside this file.
FROM debian:12-slim
COPY ci/packages ci/packages-arm64 /tmp/packages/
RUN apt-get update \
    && sed 's/#.*//' /tmp/packages/* | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/packages
RUN useradd --create-home harness
COPY --chown=harness . /home/harness/project
USER harness
WORKDIR /home/harness/project
RUN ci/arm64-image && rm -rf build/arm64-apt
RUN cmake --preset native && cmake --build build/native --target harness subjects
CMD ["build/native/harness", "run", "--all", "--target", "arm64"]
