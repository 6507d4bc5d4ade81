# k6 with this extension, and the five tests: `docker build -t xk6-weaviate .`
# A release puts its own binaries in the place of the stage `build` (--build-context build=FOLDER, with src/k6-weaviate_linux_amd64, …).
FROM golang:1.26 AS build
ARG TARGETARCH
WORKDIR /src
COPY . .
RUN make k6 && mv k6 k6-weaviate_linux_$TARGETARCH

# The image of k6 in the version of go.mod: what it brings besides k6 are certificates, a shell, and a user who is not root.
FROM grafana/k6:2.2.0
ARG TARGETARCH
COPY --from=build /src/k6-weaviate_linux_$TARGETARCH /usr/bin/k6
COPY scripts /home/k6/scripts
COPY queries /home/k6/queries
