package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheBusiestClientCounts: of two processes, one is saturated and the other idle.
func TestTheBusiestClientCounts(t *testing.T) {
	t.Parallel()
	const from, to = int64(1_000_000_000), int64(1_004_000_000)
	process := func(cpus int, cpu, latency, held int64) *Process {
		p := &Process{Machine: Machine{CPUs: cpus, Procs: cpus}, Client: Timeline[ClientRow]{Step: 1}}
		for at := int64(998); at < 1006; at++ {
			row := ClientRow{At: at, Span: 1_000_000, CPU: 10, Latency: 10, Held: 10}
			if at >= 1000 && at < 1004 {
				row.CPU, row.Latency, row.Held = cpu, latency, held
			}
			p.Client.Rows = append(p.Client.Rows, row)
		}
		return p
	}
	run := &Run{Processes: []*Process{process(8, 800_000, 2_000, 10_000), process(2, 1_960_000, 500, 50_000), process(4, 40_000, 100, 0)}}
	busiest, known := run.BusiestClient(from, to)
	require.True(t, known)
	require.Equal(t, BusiestUse{CPU: 4 * 1960 * time.Millisecond, Cores: 2, Wait: 2 * time.Millisecond, Held: 0.05}, busiest,
		"the second uses 98 % of its cores, and all together only a fifth of theirs")

	half, known := run.BusiestClient(from-2_000_000, to-2_000_000)
	require.True(t, known)
	require.InDelta(t, 1.96005*2, half.CPU.Seconds(), 1e-4, "half of the time it was idle")

	_, known = run.BusiestClient(from, to+10_000_000)
	require.False(t, known, "it did not look for so long")
	run.Processes[2].Client.Rows = nil
	_, known = run.BusiestClient(from, to)
	require.False(t, known, "one did not look")
	_, known = (&Run{}).BusiestClient(from, to)
	require.False(t, known)

	run.Processes = run.Processes[:1]
	run.Processes[0].Machine = Machine{}
	busiest, known = run.BusiestClient(from, to)
	require.True(t, known)
	require.Zero(t, busiest.Cores, "nobody knows how many there are")
	require.InDelta(t, 0.01, busiest.Held, 1e-9)
}
