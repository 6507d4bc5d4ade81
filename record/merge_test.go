package record

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// process is one of a run, with rows of its own.
func process(number int) *Process {
	p := &Process{
		ID: fmt.Sprintf("%016x", number), Start: began.UnixMicro() + int64(number), Complete: true,
		Versions: Versions{Extension: "v1", K6: "v2", Go: "go1"}, Machine: Machine{OS: "linux", CPUs: 2, Procs: 2},
	}
	for second := range int64(30) {
		p.Client = p.Client.append(ClientRow{At: began.Unix() + second, Span: 1e6, CPU: int64(number) * 1000, Users: 5})
	}
	return p
}

// TestPartsMergeToTheWhole splits random streams into parts, records each by itself, saving at random times, and holds what
// they merge to against the whole, byte by byte.
func TestPartsMergeToTheWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			s := newStream(t, seed)
			batches := s.run(1+random.IntN(6), 1+random.IntN(300))
			for range random.IntN(100) { // and some outside of blocks
				at := began.Add(time.Duration(random.Int64N(int64(3 * time.Hour)))).Truncate(time.Microsecond)
				batches = append(batches, s.batch(fanout.ParallelGraphQL, measure.Measured, -1, at))
			}
			whole := recorded(t, process(0), batches, func() bool { return false })

			parts := make([][]*measure.Batch, 1+random.IntN(4))
			for _, i := range random.Perm(len(batches)) {
				part := &parts[random.IntN(len(parts))]
				*part = append(*part, batches[i])
			}
			runs := make([]*Run, len(parts))
			var processes []*Process
			for i, part := range parts {
				runs[i] = recorded(t, process(i+1), part, func() bool { return random.IntN(50) == 0 })
				processes = append(processes, runs[i].Processes...)
			}
			random.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
			merged, err := Merge(runs...)
			require.NoError(t, err)
			whole.Processes = processes // what is of a process stays of it
			require.True(t, bytes.Equal(written(t, whole), written(t, merged)), "parts merge to the same bytes as the whole")

			var again bytes.Buffer
			again.Write(written(t, merged))
			read, err := Read(&again, "merged")
			require.NoError(t, err)
			require.Equal(t, written(t, merged), written(t, read), "what is read is what was written")
		})
	}
}

func TestMergeRefusesPartsOfDifferentRuns(t *testing.T) {
	t.Parallel()
	part := func(number int, change func(*Process)) *Run {
		p := process(number)
		p.Info = &measure.RunInfo{
			Queries: measure.QueryInfo{File: "vector.json", SHA256: "aa", Limit: 200},
			Plan:    &measure.Plan{Strategies: []fanout.Strategy{fanout.Multi}, Users: []int{5}, RunTime: time.Minute},
		}
		change(p)
		return &Run{Processes: []*Process{p}}
	}
	same := func(*Process) {}
	for name, c := range map[string]struct {
		other *Run
		says  string
	}{
		"version": {part(2, func(p *Process) { p.Versions.Extension = "v9" }), "different versions (xk6-weaviate v1 with k6 v2, and v9 with v2)"},
		"k6":      {part(2, func(p *Process) { p.Versions.K6 = "v8" }), "run all parts with one binary"},
		"plan":    {part(2, func(p *Process) { p.Info.Plan.Users = []int{6} }), "different plans"},
		"queries": {part(2, func(p *Process) { p.Info.Queries.SHA256 = "bb" }), "different queries"},
		"limit":   {part(2, func(p *Process) { p.Info.Queries.Limit = 10 }), "vector.json, limit 10"},
		"itself":  {part(1, same), "name each part of a run once"},
	} {
		_, err := Merge(part(1, same), c.other)
		require.ErrorContains(t, err, c.says, name)
	}
	_, err := Merge()
	require.ErrorContains(t, err, "name at least one")
	merged, err := Merge(part(2, same), part(1, same), part(3, func(p *Process) { p.Info = nil }))
	require.NoError(t, err)
	require.Len(t, merged.Processes, 3)
	require.Equal(t, process(1).ID, merged.Processes[0].ID, "processes are in the order in which they began")
}

// TestTimelinesOfLongRunsStayShort records hours: the time line widens its steps and loses nothing.
func TestTimelinesOfLongRunsStayShort(t *testing.T) {
	t.Parallel()
	s := newStream(t, 1)
	var batches []*measure.Batch
	for second := range 5 * 3600 {
		batches = append(batches, s.batch(fanout.Multi, measure.Measured, -1, began.Add(time.Duration(second)*time.Second)))
	}
	saved := 0
	run := recorded(t, process(1), batches, func() bool { saved++; return saved%1000 == 0 })
	timeline := run.Total(fanout.Multi, measure.Measured).Timeline
	require.EqualValues(t, 16, timeline.Step)
	require.LessOrEqual(t, len(timeline.Rows), maxRows)
	var sum int64
	for at, row := range timeline.All() {
		require.Zero(t, at.Unix()%16)
		sum += row.Batches
	}
	require.EqualValues(t, len(batches), sum)
}
