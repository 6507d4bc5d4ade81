package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"embed"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

//go:embed scripts/*.js
var scripts embed.FS

// figure is one row of the table: how two costs compare.
type figure struct {
	group  string // the rows that belong together
	what   string
	values []float64 // a round each
	bar    float64   // the most that the median may be; 0 for none
}

// median is the middle of the rounds' values.
func (f *figure) median() float64 {
	sorted := slices.Sorted(slices.Values(f.values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func (f *figure) holds() bool { return f.bar == 0 || f.median() <= f.bar }

// The bars.
const (
	barBare        = 1.3
	barBareBuiltin = 1.6
	barScript      = 1.0 / 2
	barGenerated   = 1.0 / 3
	barMemory      = 1.0 / 8
	barShare       = 1 // of what is allowed
)

// measureAll measures everything and returns the rows of the table.
func measureAll(ctx context.Context, s settings, stderr io.Writer) ([]figure, error) {
	folder, err := os.MkdirTemp("", "overhead-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := writeFiles(folder); err != nil {
		return nil, err
	}
	var table []figure
	for _, in := range situations() {
		if !s.only.MatchString(in.name()) {
			continue
		}
		progress(stderr, "%s …", in.name())
		measured, err := measureCosts(ctx, &in, s, folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", in.name(), err)
		}
		table = append(table, in.figures(measured)...)
	}
	more, err := measureFidelities(ctx, s, folder, stderr)
	return append(table, more...), err
}

// writeFiles writes the scripts and the query file where k6 finds them.
func writeFiles(folder string) error {
	for _, name := range []string{"extension.js", "http_batch.js", "known_delays.js"} {
		text, err := scripts.ReadFile("scripts/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	text, err := queries.Files.ReadFile(queryFile)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "queries.json"), text, 0o600)
}

// figures are the rows of a situation.
func (in *situation) figures(measured costs) []figure {
	var list []figure
	compare := func(of, to contender, bar float64, what string, by func(*cost) float64) {
		if measured[of] == nil || measured[to] == nil {
			return
		}
		f := figure{group: in.name(), what: fmt.Sprintf("%s: %s ÷ %s", what, of, to), bar: bar}
		for i := range measured[of] {
			f.values = append(f.values, by(&measured[of][i])/by(&measured[to][i]))
		}
		list = append(list, f)
	}
	cpu := func(c *cost) float64 { return c.cpu }
	for _, of := range []contender{extension, withBuiltin} {
		bare := barBare
		if of == withBuiltin {
			bare = barBareBuiltin
		}
		compare(of, bareLoop, in.barFrom(usualUsers, bare), "CPU", cpu)
		compare(of, httpBatch, in.barFrom(1, barScript), "CPU", cpu)
		compare(of, generatedLoop, in.barFrom(1, barGenerated), "CPU", cpu)
	}
	for _, to := range []contender{bareLoop, generatedLoop} {
		compare(engine, to, 0, "CPU", cpu)
		compare(engine, to, 0, "objects allocated", func(c *cost) float64 { return c.objects })
		compare(engine, to, 0, "bytes allocated", func(c *cost) float64 { return c.bytes })
	}
	if in.users == manyUsers {
		memory := func(c *cost) float64 { return c.memory }
		compare(withBuiltin, httpBatch, barMemory, "memory", memory)
		compare(withBuiltin, httpShared, 0, "memory", memory)
		compare(withBuiltin, bareLoop, 0, "memory", memory)
		compare(withBuiltin, generatedLoop, 0, "memory", memory)
	}
	return list
}

// barFrom is the bar where there is one: for usual replies and this many users or more.
func (in *situation) barFrom(users int, bar float64) float64 {
	if in.size != usualSize || in.users < users {
		return 0
	}
	return bar
}

// fidelityRounds is how often the fidelity of each strategy is measured.
const fidelityRounds = 3

// measureFidelities measures how true the times are, over both protocols by turns.
func measureFidelities(ctx context.Context, s settings, folder string, stderr io.Writer) ([]figure, error) {
	var strategies []fanout.Strategy
	var table []figure
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		group := fmt.Sprintf("%s, known delays, %s", protocolName(strategy), plural(usualUsers, "user"))
		if !s.only.MatchString(group) {
			continue
		}
		strategies = append(strategies, strategy)
		table = append(table,
			figure{group: group, what: "overhead of a batch, p99 ÷ 0.5 ms", bar: barShare},
			figure{group: group, what: "p50 of the collection farthest from the truth: difference ÷ the larger of 2 % and 0.5 ms", bar: barShare},
			figure{group: group, what: "p99 of the collection farthest from the truth: difference ÷ the larger of 2 % and 0.5 ms", bar: barShare})
	}
	if len(strategies) == 0 {
		return nil, nil
	}
	server, err := startServer(ctx, stubConfig{ObjectSize: usualSize / usualObjects, Slow: true, Skip: usualUsers})
	if err != nil {
		return nil, err
	}
	defer server.end()
	for round := range min(fidelityRounds, s.rounds) {
		for i, strategy := range strategies {
			progress(stderr, "%s, known delays, round %d …", protocolName(strategy), round+1)
			found, err := measureFidelity(ctx, server, strategy, s.fidelity, folder)
			if err != nil {
				return nil, err
			}
			for k, value := range []float64{found.overhead, found.p50, found.p99} {
				table[3*i+k].values = append(table[3*i+k].values, value)
			}
		}
	}
	return table, nil
}
