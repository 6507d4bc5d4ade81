package record

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/errext"
)

// TestFullDiskStopsTheRun takes the room for the next state away: in its place is the kernel's own device that is always full.
func TestFullDiskStopsTheRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	o, _ := newOutput(t, path, nil)
	stopped := make(chan error, 10)
	o.SetTestRunStopCallback(func(err error) { stopped <- err })
	require.NoError(t, o.Start())
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	require.NoError(t, err)
	require.NoError(t, o.file.next.Close())
	o.file.next = full

	o.AddMetricSamples(containers(newStream(t, 1).run(1, 10)))
	select {
	case err = <-stopped:
	case <-time.After(time.Minute):
		t.Fatal("the run was not stopped")
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, "cannot record to "+path)
	require.ErrorContains(t, err, "no space left on device")
	require.ErrorContains(t, err, "it holds what was recorded until")
	var status errext.HasExitCode
	require.ErrorAs(t, err, &status)
	require.EqualValues(t, 1, status.ExitCode())
	require.ErrorIs(t, o.Stop(), syscall.ENOSPC)
	require.False(t, readRun(t, path).Complete(), "the last good state is there, and says that it is not all")
}

// TestFullDiskAtTheStart begins on a disk that is full already.
func TestFullDiskAtTheStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	require.NoError(t, os.Symlink("/dev/full", path+".tmp"))
	o, _ := newOutput(t, path, nil)
	err := o.Start()
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, "cannot record to "+path)
	require.NoFileExists(t, path)
}
