package record

import (
	"net/url"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/output"
)

func TestVersionsComeFromTheBinary(t *testing.T) {
	t.Parallel()
	info := &debug.BuildInfo{
		Main: debug.Module{Path: "k6", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: k6Module, Version: "v2.2.0"},
			{Path: extensionModule, Version: "v0.0.0", Replace: &debug.Module{Path: "/home/somebody"}},
			{Path: "example.org/fork", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/other", Version: "v1.1.0"}},
		},
	}
	require.Equal(t, "v2.2.0", version(info, k6Module))
	require.Equal(t, "devel", version(info, extensionModule))
	require.Equal(t, "v1.1.0", version(info, "example.org/fork"))
	require.Equal(t, "unknown", version(&debug.BuildInfo{}, k6Module))
}

func TestProcessSaysWhatItIs(t *testing.T) {
	t.Parallel()
	segment, err := lib.NewExecutionSegmentFromString("0:1/2")
	require.NoError(t, err)
	p := newProcess(&output.Params{
		ScriptPath:    &url.URL{Path: "/home/somebody/scripts/vector.js"},
		ScriptOptions: lib.Options{ExecutionSegment: segment},
	}, newCleaner(), began)
	require.Equal(t, "vector.js", p.Script, "the folder is nobody's business")
	require.Equal(t, "0:1/2", p.Segment)
	require.Equal(t, began.UnixMicro(), p.Start)
	require.NotEmpty(t, p.CommandLine)
	require.NotEmpty(t, p.Machine.OS)
	require.GreaterOrEqual(t, p.Machine.CPUs, 1)
	require.NotEqual(t, p.ID, newProcess(&output.Params{}, newCleaner(), began).ID)
}

func TestCoresAreWhatAProcessMayUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		machine Machine
		cores   float64
	}{
		{Machine{CPUs: 8, Procs: 8}, 8},
		{Machine{CPUs: 8, Procs: 2}, 2},
		{Machine{CPUs: 2, Procs: 8}, 2},
		{Machine{CPUs: 8, Procs: 8, Quota: 0.5}, 0.5},
		{Machine{CPUs: 2, Procs: 2, Quota: 4}, 2},
	} {
		require.InDelta(t, c.cores, c.machine.Cores(), 0, "%+v", c.machine)
	}
}
