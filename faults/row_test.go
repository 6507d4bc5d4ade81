//go:build linux

package faults_test

import (
	"fmt"
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
	// run makes it happen and says how long it took until all was normal again, or alwaysNormal.
	run func(t *testing.T, r *row) time.Duration
}

// alwaysNormal is said of what goes on as it was, or is over at once: nothing has to become normal again.
const alwaysNormal = time.Duration(-1)

// group are rows of one kind.
type group struct {
	title string
	// normal says from when until when it takes to be normal again.
	normal string
	rows   []row
	// alone says that its rows harm the server that all share, and run one after the other before all others.
	alone bool
}

// groups are all rows.
func groups() []group {
	return []group{
		{"The server breaks", "from when the server is ready again, or goes on, until a batch of every user has succeeded", serverRows(), true},
		{"The network breaks", "from when the way is free again until a batch of every user has succeeded", networkRows(), false},
		{"The bench is ended", "from the signal until nothing that belongs to the bench runs any more, so that `--resume` can go on; where only its k6 is killed, " +
			"until the next test has begun", benchRows(), false},
		{"The client runs short", "from when there is enough again until the next test has begun; where the bench ends by itself, until it has ended; " +
			"none where k6 goes on to its end, and where only `--resume` goes on, or a new run", shortageRows(), false},
		{"The clock is set", "nothing stops, so that nothing has to", clockRows(), false},
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
	t.Log("normal again after", seconds(took))
}

// seconds is how long it took until all was normal again, as tables say it.
func seconds(took time.Duration) string {
	if took == alwaysNormal {
		return "–"
	}
	return fmt.Sprintf("%.2f s", took.Seconds())
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
				said, after = "yes", seconds(came.took)
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
