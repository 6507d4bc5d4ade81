# k6 with this extension, and the five tests: `docker build -t xk6-weaviate .`
FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN make k6

# The image of k6 in the version of go.mod: what it brings besides k6 are certificates, a shell, and a user who is not root.
FROM grafana/k6:2.2.0
COPY --from=build /src/k6 /usr/bin/k6
COPY scripts /home/k6/scripts
COPY queries /home/k6/queries
