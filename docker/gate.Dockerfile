# Debian 12 with the harness installed from its own package: a step of somebody's pipeline, in front of every merge.
# The package first, then the image, whose context is the folder of the package:
#   cmake --preset native && cmake --build build/native && (cd build/native && cpack)
#   docker build -f docker/gate.Dockerfile -t harness-gate build/native
# See README.md beside this file.
FROM debian:12-slim
COPY *.deb /tmp/packages/
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        /tmp/packages/*.deb gcc libc6-dev libfiu-dev pkg-config python3-pytest python3-yaml \
    && rm -rf /var/lib/apt/lists/* /tmp/packages
RUN useradd --create-home harness
USER harness
WORKDIR /home/harness
ENTRYPOINT ["harness"]
CMD ["--help"]
