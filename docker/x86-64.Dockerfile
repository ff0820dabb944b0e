# Debian 12 with what building and testing on x86-64 needs, and the programs built. See README.md beside this file.
FROM debian:12-slim
COPY ci/packages /tmp/packages
RUN apt-get update \
    && sed 's/#.*//' /tmp/packages | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/packages
RUN useradd --create-home harness
COPY --chown=harness . /home/harness/project
USER harness
WORKDIR /home/harness/project
RUN cmake --preset native && cmake --build build/native --target harness subjects
CMD ["build/native/harness", "run", "--all"]
