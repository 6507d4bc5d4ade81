//go:build linux

package faults_test

import (
	"io"
	"sync"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

// row is one thing that breaks, in one place.
type row struct {
	// happens says what breaks, and over where: "GraphQL", "gRPC", "both" or what else it breaks.
	happens, over string
	// recorded is what is to be found in the record afterwards, survives what must not be harmed.
	recorded, survives string
	// short says that the row is part of the short form.
	short bool
	// run makes it happen and says how long it took until all was normal again.
	run func(t *testing.T, r *row) time.Duration
}

// group are rows of one kind.
type group struct {
	title string
	rows  []row
	// alone says that its rows harm the server that all share, and run one after the other before all others.
	alone bool
}

// groups are all rows.
func groups() []group {
	return []group{
		{"The server breaks", serverRows(), true},
		{"The network breaks", networkRows(), false},
		{"The bench is ended", benchRows(), false},
		{"The client runs short", shortageRows(), false},
		{"The clock is set", clockRows(), false},
	}
}

// outcomes are what came of the rows that ran.
//
//nolint:gochecknoglobals // what the tests leave for the table
var outcomes struct {
	sync.Mutex

	of map[string]outcome
}

type outcome struct {
	held, left bool // left out: this machine is not one for it
	took       time.Duration
}

func (r *row) name() string { return r.happens + ", " + r.over }

// try runs a row as a test.
func (r *row) try(t *testing.T) {
	t.Helper()
	var took time.Duration
	defer func() {
		outcomes.Lock()
		defer outcomes.Unlock()
		if outcomes.of == nil {
			outcomes.of = make(map[string]outcome)
		}
		outcomes.of[r.name()] = outcome{!t.Failed() && !t.Skipped(), t.Skipped(), took}
	}()
	took = r.run(t, r)
	t.Logf("normal again after %v", took.Round(time.Millisecond))
}

// printTable prints what came of all rows, and counts those that held, those that were left out, and all.
func printTable(to io.Writer) (held, left, all int) {
	out := table.NewWriter()
	out.SetOutputMirror(to)
	out.AppendHeader(table.Row{"what happens", "over", "recorded", "normal again after", "held"})
	for _, g := range groups() {
		for i := range g.rows {
			r := &g.rows[i]
			came, ran := outcomes.of[r.name()]
			said, after := "no", ""
			switch {
			case ran && came.held:
				said, after = "yes", came.took.Round(10*time.Millisecond).String()
				held++
			case ran && came.left:
				said = "not run here"
				left++
			}
			all++
			out.AppendRow(table.Row{r.happens, r.over, r.recorded, after, said})
		}
		out.AppendSeparator()
	}
	out.Render()
	return held, left, all
}

// TestFaultsOfTheServer comes first: while it runs, no other test uses the server.
func TestFaultsOfTheServer(t *testing.T) { //nolint:paralleltest // as it says
	for _, g := range groups() {
		for i := range g.rows {
			if r := &g.rows[i]; g.alone && (r.short || *full) {
				t.Run(r.name(), func(t *testing.T) { r.try(t) }) //nolint:paralleltest // as above
			}
		}
	}
}

// TestFaults makes everything else happen.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, g := range groups() {
		for i := range g.rows {
			if r := &g.rows[i]; !g.alone && (r.short || *full) {
				t.Run(r.name(), func(t *testing.T) {
					t.Parallel()
					r.try(t)
				})
			}
		}
	}
}
