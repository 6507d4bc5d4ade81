# xk6-weaviate. `make help` lists the targets.
#
# Every variable below can be set on the command line or in the environment: make start SERVER_HTTP_PORT=8081
# Works with GNU make 3.81 (macOS) and later, with any POSIX shell, and in parallel (-j).

MODULE := github.com/xk6-weaviate/xk6-weaviate

# The server of `make start`: its data folder, and SERVER_HTTP_PORT, SERVER_GRPC_PORT, SERVER_METRICS_PORT,
# SERVER_GOSSIP_PORT, SERVER_DATA_PORT, SERVER_RAFT_PORT, or SERVER_PORTS=free for free ones.
SERVER_FOLDER ?= build/data

# The server of `make demo` has a data folder of its own, and free ports, so that it is in nobody's way.
DEMO_FOLDER ?= .demo
DEMO_PORTS ?= free
DEMO_SEED ?= ./k6 x weaviate seed --scale 0.02
DEMO_BENCH ?= USERS=4 LIMIT=100 ROUNDS=6 BLOCK=3s WARMUP=500ms DRAIN=500ms ./k6 x weaviate bench

# The server of `make limits` has a data folder of its own, too. LIMITS_FLAGS are flags of ./limits, LIMITS_PAGE is the page that the
# tables of limits and soak are written to, and DURATION how long a soak is.
LIMITS_FOLDER ?= build/limits
LIMITS_FLAGS ?=
LIMITS_PAGE ?=
DURATION ?= 1h

# FAULTS_FLAGS=-keep has `make faults` keep how long each row took until all was normal again, and write it into docs/failures.md.
FAULTS_FLAGS ?=

# The server that the tests run against.
XK6_WEAVIATE_SERVER ?= $(CURDIR)/build/weaviate-server

GO ?= go
GO_BUILD := CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w'
GO_RELEASE := $(GO_BUILD) -buildvcs=true

# What a release has binaries for.
SYSTEMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

# How long `make fuzz` tries each parser.
FUZZTIME ?= 60s

# The licences that what is in the binary may have: all go with Apache-2.0 and with k6's AGPL-3.0. k6 itself, and the two parts of it that
# are modules of their own, are known to have the latter. One module has no licence text: code made of Prometheus's definitions, which are
# Apache-2.0. docs/licenses.md says what that means.
LICENSES := Apache-2.0,BSD-2-Clause,BSD-3-Clause,ISC,MIT,LicenseRef-MIT-Lucent,MPL-2.0
KNOWN := go.k6.io/k6/v2,github.com/grafana/k6provider,github.com/grafana/xk6-dashboard-assets,buf.build/gen/go/prometheus/prometheus

# What k6 is built from: everything but tests, papers, and what is built or measured here. Among it are scripts, query
# sets and pages that are embedded.
K6_SOURCES := $(shell find . \( -name '.?*' -o -path ./build -o -path ./server -o -path ./tools -o -path './results_*' \
	-o -name testdata -o -name node_modules \) -prune \
	-o -type f ! -path ./k6 ! -name '*_test.go' ! -name '*.md' ! -name LICENSE ! -name Makefile -print)
SERVERCTL_SOURCES := $(shell find server -name '*.go' ! -name '*_test.go') server/go.mod

.DELETE_ON_ERROR:

.PHONY: build demo test vet lint types licenses vulnerabilities fuzz sbom reproducible release overhead faults limits soak screenshots server start stop clean help

## build: build ./k6, which is k6 with this extension (the default)
build: k6

# xk6 writes over an old binary without shortening it: hence the new name. Its variables, if somebody has set them for
# another build, would change this one. It resolves the dependencies by itself: the check makes sure that those of go.mod,
# which the tests ran with, are in the binary.
k6: build/xk6 $(K6_SOURCES)
	@unset K6_VERSION K6_REPO XK6_BUILD_FLAGS XK6_K6_REPO XK6_RACE_DETECTOR XK6_SKIP_CLEANUP GOOS GOARCH GOARM; \
	version=$$($(GO) list -m -f '{{.Version}}' go.k6.io/k6/v2) || exit 1; \
	rm -f build/k6.new && \
	CGO_ENABLED=0 build/xk6 build "$$version" --with $(MODULE)=. --output build/k6.new \
		--build-flags=-trimpath --build-flags='-ldflags=-s -w' && \
	$(GO) version -m build/k6.new | awk -v module=$(MODULE) ' \
		NR == FNR { pinned[$$1 " " $$2] = pinned[$$2 " " $$3] = 1; next } \
		$$1 == "dep" && $$2 != module && !(($$2 " " $$3) in pinned) { print "k6 has " $$2 " " $$3 ", go.mod has not"; bad = 1 } \
		END { exit bad }' go.mod - && \
	mv -f build/k6.new $@

## demo: the whole thing on a fresh machine: build, start a server, fill it, measure briefly, stop it
# With WEAVIATE_URL and WEAVIATE_GRPC set, it measures that cluster and starts nothing.
demo: k6 $(if $(and $(WEAVIATE_URL),$(WEAVIATE_GRPC)),,server)
	@set -e; \
	K6_AUTO_EXTENSION_RESOLUTION=false; export K6_AUTO_EXTENSION_RESOLUTION; \
	if [ -n "$$WEAVIATE_URL" ] && [ -n "$$WEAVIATE_GRPC" ]; then \
		echo "Using the cluster at $$WEAVIATE_URL ($$WEAVIATE_GRPC)."; \
	else \
		trap 'status=$$?; trap "" INT TERM HUP; trap - EXIT; build/weaviatectl stop --data "$(DEMO_FOLDER)"; exit $$status' EXIT; \
		trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM; \
		where=$$(build/weaviatectl start --data "$(DEMO_FOLDER)" --ports "$(DEMO_PORTS)"); \
		eval "$$where"; \
	fi; \
	$(DEMO_SEED); \
	$(DEMO_BENCH)

## test: vet, lint, types, licences, and the tests with the race detector, some against a real server; CI also runs reproducible and vulnerabilities
test: vet lint types licenses k6 server
	@XK6_WEAVIATE_SERVER="$(XK6_WEAVIATE_SERVER)"; export XK6_WEAVIATE_SERVER; \
	status=0; \
	(cd server && $(GO) test -race ./...) || status=1; \
	$(GO) test -race -timeout 30m ./... || status=1; \
	exit $$status

vet:
	$(GO) vet ./...
	cd server && $(GO) vet ./...

## lint: check the code with golangci-lint, the workflows with actionlint, and the extension with xk6
# CONTRIBUTING.md says which of xk6's checks are left out, why, and what runs instead.
lint: build/golangci-lint build/actionlint build/xk6
	build/golangci-lint run ./...
	cd server && ../build/golangci-lint run --config ../.golangci.yml ./...
	build/actionlint -shellcheck= -pyflakes= .github/workflows/*.yml examples/ci/github-actions.yml
	tools/xk6/lint.sh security vulnerability

## licenses: check the licences of all that is in the binary
licenses: build/go-licenses
	@GOROOT="$$($(GO) env GOROOT)" build/go-licenses check ./cmd/k6 --allowed_licenses=$(LICENSES) --ignore=$(KNOWN) \
		2>build/licenses.log || { cat build/licenses.log; exit 1; }

## vulnerabilities: look for known ones in what is called, and run xk6's check of the same, which needs the network
vulnerabilities: build/govulncheck build/xk6
	build/govulncheck ./...
	PATH="$(CURDIR)/build:$$PATH" tools/xk6/lint.sh security

## fuzz: try each parser on what nobody would write, for FUZZTIME
fuzz:
	@grep -r '^func Fuzz' --include='*_test.go' . | sed 's|^\(.*\)/[^/]*:func \(Fuzz[A-Za-z0-9]*\)(.*|\1 \2|' | sort | \
	while read -r folder name; do \
		echo "$$name of $$folder" && \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x -parallel 1 "$$folder" </dev/null || exit 1; \
	done

## release: build what a release holds into build/release: the binary for each of SYSTEMS, the list of its parts, their hashes
# The binaries differ in the system alone: the list of the parts is that of the one that runs here.
release: sbom
	@set -e; rm -rf build/release && mkdir -p build/release; \
	for system in $(SYSTEMS); do \
		name=k6-weaviate_$${system%/*}_$${system#*/}; \
		case $$system in windows/*) name=$$name.exe ;; esac; \
		echo "$$name"; \
		GOOS=$${system%/*} GOARCH=$${system#*/} $(GO_RELEASE) -o "build/release/$$name" ./cmd/k6; \
	done; \
	cp build/sbom.json build/release/xk6-weaviate_sbom.json; \
	cd build/release && sha256sum -- * >sha256sums.txt

# Its bytes are the same wherever a commit is built.
build/k6: $(K6_SOURCES)
	$(GO_RELEASE) -o $@ ./cmd/k6

## sbom: list the parts of that binary in build/sbom.json, in CycloneDX's format
sbom: build/k6 build/cyclonedx-gomod
	build/cyclonedx-gomod bin -json -std -version "$$(git describe --always --dirty)" -output build/sbom.json build/k6

## reproducible: build the committed state in two folders, and compare the bytes
reproducible:
	@set -e; for folder in build/one build/another/one; do \
		rm -rf "$$folder" && git clone -q . "$$folder" && $(MAKE) -s -C "$$folder" build/k6; \
	done; \
	cmp build/one/build/k6 build/another/one/build/k6 && echo "Both are the same: $$(sha256sum <build/one/build/k6)"; \
	rm -rf build/one build/another

## overhead: measure what measuring costs, as ratios in one run; some minutes
overhead:
	$(GO) run ./overhead

## faults: break the server, the network and the client, and print what held; a quarter of an hour
faults: server
	@mkdir -p build
	$(GO) test -c -o build/faults.test ./faults
	cd faults && XK6_WEAVIATE_SERVER="$(XK6_WEAVIATE_SERVER)" ../build/faults.test -full $(FAULTS_FLAGS) -test.timeout 60m

## limits: measure how far one client carries, against a stub and a real server; half an hour; LIMITS_PAGE=FILE keeps the tables
limits: server
	@set -e; \
	trap 'status=$$?; trap "" INT TERM HUP; trap - EXIT; build/weaviatectl stop --data "$(LIMITS_FOLDER)"; exit $$status' EXIT; \
	trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM; \
	where=$$(build/weaviatectl start --data "$(LIMITS_FOLDER)" --ports free); \
	eval "$$where"; \
	$(GO) run ./limits -seed $(LIMITS_FLAGS) $(if $(LIMITS_PAGE),-page "$(LIMITS_PAGE)")

## soak: run all strategies for DURATION (1h), and say whether memory, goroutines and descriptors stay flat
soak:
	$(GO) run ./limits -soak "$(DURATION)" $(if $(LIMITS_PAGE),-page "$(LIMITS_PAGE)")

## screenshots: take the pictures of docs/images anew, of the report of FOLDER (the newest results folder); needs Chromium
screenshots: k6
	@set -e; K6_AUTO_EXTENSION_RESOLUTION=false; export K6_AUTO_EXTENSION_RESOLUTION; \
	./k6 x weaviate report --out build/screenshots $(FOLDER) >/dev/null; \
	$(GO) run ./tools/screenshots ./k6 build/screenshots/parallel_collection_report.html docs/images

## types: check the scripts against index.d.ts with TypeScript's compiler, which needs Node.js
types: build/types
	cd tools/types && node_modules/.bin/tsc -p .

build/types: tools/types/package.json tools/types/package-lock.json
	cd tools/types && npm ci --no-audit --no-fund
	@mkdir -p build && touch $@

## server: build the real Weaviate server, in the version that server/go.mod names
server: build/weaviate-server build/weaviatectl

build/weaviate-server: server/go.mod server/go.sum
	cd server && $(GO_BUILD) -o ../$@ github.com/weaviate/weaviate/cmd/weaviate-server
	@touch $@

build/weaviatectl: $(SERVERCTL_SOURCES)
	cd server && $(GO_BUILD) -o ../$@ .
	@touch $@

## start: start that server and wait until it answers; eval "$(make -s start)" tells a shell where it is
start: server
	@build/weaviatectl start --data "$(SERVER_FOLDER)"

## stop: stop it
stop: build/weaviatectl
	@build/weaviatectl stop --data "$(SERVER_FOLDER)"

build/xk6: tools/xk6/go.mod tools/xk6/go.sum
	cd tools/xk6 && $(GO_BUILD) -o ../../$@ go.k6.io/xk6
	@touch $@

build/golangci-lint: tools/golangci-lint/go.mod tools/golangci-lint/go.sum
	cd tools/golangci-lint && $(GO_BUILD) -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

build/actionlint: tools/actionlint/go.mod tools/actionlint/go.sum
	cd tools/actionlint && $(GO_BUILD) -o ../../$@ github.com/rhysd/actionlint/cmd/actionlint
	@touch $@

build/go-licenses: tools/go-licenses/go.mod tools/go-licenses/go.sum
	cd tools/go-licenses && $(GO_BUILD) -o ../../$@ github.com/google/go-licenses/v2
	@touch $@

build/govulncheck: tools/govulncheck/go.mod tools/govulncheck/go.sum
	cd tools/govulncheck && $(GO_BUILD) -o ../../$@ golang.org/x/vuln/cmd/govulncheck
	@touch $@

build/cyclonedx-gomod: tools/cyclonedx-gomod/go.mod tools/cyclonedx-gomod/go.sum
	cd tools/cyclonedx-gomod && $(GO_BUILD) -o ../../$@ github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
	@touch $@

## clean: stop the servers that were started here and remove all that was built, with their data; results stay
clean:
	@if [ -x build/weaviatectl ]; then \
		for folder in "$(SERVER_FOLDER)" "$(DEMO_FOLDER)" "$(LIMITS_FOLDER)"; do \
			if [ -f "$$folder/server.json" ]; then build/weaviatectl stop --data "$$folder" || exit 1; fi; \
		done; \
	fi
	rm -rf build .demo k6

## help: list the targets
help:
	@sed -n 's/^## \([a-z-]*\): \(.*\)/\1	\2/p' Makefile | awk -F '\t' '{ printf "  make %-15s %s\n", $$1, $$2 }'
