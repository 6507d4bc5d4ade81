package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// contender is one way to send batches of nine: the extension's, or what one would use without it.
type contender string

// The contenders.
const (
	extension     contender = "extension"
	withBuiltin   contender = "extension with builtinMetrics"
	engine        contender = "engine without k6"
	bareLoop      contender = "bare net/http loop"
	generatedLoop contender = "generated gRPC client"
	httpBatch     contender = "http.batch script"
	httpShared    contender = "http.batch script with a SharedArray"
)

// The scripts that k6 runs.
const (
	extensionScript   = "extension.js"
	httpBatchScript   = "http_batch.js"
	knownDelaysScript = "known_delays.js"
)

// endless is how long a contender sends: until it is ended.
const endless = 24 * time.Hour

// launch starts the contender in a situation.
func (c contender) launch(ctx context.Context, in *situation, at addresses, folder, profiles string) (*process, error) {
	var env []string
	if profiles != "" {
		name := strings.NewReplacer(" ", "_", ",", "", "/", "").Replace(in.name() + " " + string(c) + ".pprof")
		env = append(env, profileVariable+"="+filepath.Join(profiles, name))
	}
	switch c {
	case bareLoop, generatedLoop, engine:
		config, err := json.Marshal(loopConfig{at, in.strategy, in.users, in.objects})
		if err != nil {
			return nil, err
		}
		role := map[contender]string{bareLoop: roleBare, generatedLoop: roleGenerated, engine: roleEngine}[c]
		return launch(ctx, string(c), role, env, string(config))
	case httpBatch, httpShared:
		return launch(ctx, string(c), roleK6, env, k6Args(filepath.Join(folder, httpBatchScript), in, at, endless,
			"SHARED="+strconv.FormatBool(c == httpShared))...)
	default:
		return launch(ctx, string(c), roleK6, env, k6Args(filepath.Join(folder, extensionScript), in, at, endless,
			"BUILTIN_METRICS="+strconv.FormatBool(c == withBuiltin))...)
	}
}

// k6Args are the arguments of a k6 that runs a script in a situation.
func k6Args(script string, in *situation, at addresses, runTime time.Duration, variables ...string) []string {
	args := []string{"run", "--quiet", "--address", ""}
	for _, variable := range append(variables,
		"WEAVIATE_URL="+at.HTTP, "WEAVIATE_GRPC="+at.GRPC, "STRATEGY="+string(in.strategy),
		"USERS="+strconv.Itoa(in.users), "LIMIT="+strconv.Itoa(in.objects), "RUN_TIME="+runTime.String(), "TIMEOUT="+batchLimit.String(),
	) {
		args = append(args, "-e", variable)
	}
	return append(args, script)
}

// situation is what batches are sent in.
type situation struct {
	strategy fanout.Strategy
	users    int
	objects  int // in a reply
	size     int // of a reply over GraphQL, in bytes, about
}

func (in *situation) name() string {
	return fmt.Sprintf("%s, %s, %s", protocolName(in.strategy), sizeName(in.size), plural(in.users, "user"))
}

func protocolName(strategy fanout.Strategy) string {
	if strategy.Protocol() == fanout.GRPC {
		return "gRPC"
	}
	return "GraphQL"
}

func sizeName(bytes int) string {
	if bytes >= 1e6 {
		return strconv.FormatFloat(float64(bytes)/1e6, 'f', -1, 64) + " MB"
	}
	return strconv.Itoa(bytes/1000) + " KB"
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// contenders are those that are compared in the situation, those that take the longest to start first: the others wait meanwhile.
func (in *situation) contenders() []contender {
	var list []contender
	switch {
	case in.strategy.Protocol() == fanout.GRPC:
		list = []contender{extension, withBuiltin, generatedLoop}
	case in.users == manyUsers:
		list = []contender{httpShared, httpBatch, extension, withBuiltin, bareLoop}
	default:
		list = []contender{httpBatch, extension, withBuiltin, bareLoop}
	}
	if in.isUsual() {
		list = append(list, engine)
	}
	return list
}

// The situations differ from the usual one in the users or in the size of the replies.
const (
	usualUsers   = 10
	manyUsers    = 100
	usualObjects = 200
	usualSize    = 20_000
)

func (in *situation) isUsual() bool { return in.users == usualUsers && in.size == usualSize }

// situations are all that costs are measured in.
func situations() []situation {
	var list []situation
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		for _, users := range []int{1, usualUsers, manyUsers} {
			list = append(list, situation{strategy, users, usualObjects, usualSize})
		}
		list = append(list,
			situation{strategy, usualUsers, 10, 1_000},
			situation{strategy, usualUsers, usualObjects, 150_000},
			situation{strategy, usualUsers, usualObjects, 1_700_000},
		)
	}
	return list
}
