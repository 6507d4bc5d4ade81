package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/errext"
)

// TestARunWhoseParentIsGoneEnds: k6 must not go on loading a cluster for a bench that was killed.
func TestARunWhoseParentIsGoneEnds(t *testing.T) {
	t.Parallel()
	stopped := make(chan error, 1)
	start := func(parent string) *Output {
		o, _ := newOutput(t, filepath.Join(t.TempDir(), "run.weaviate"), map[string]string{VariableParent: parent})
		o.SetTestRunStopCallback(func(err error) { stopped <- err })
		require.NoError(t, o.Start())
		return o
	}
	well := start(strconv.Itoa(os.Getppid()))
	orphan := start("0") // nobody's
	var err error
	select {
	case err = <-stopped:
	case <-time.After(time.Minute):
		t.Fatal("the run was not stopped")
	}
	require.ErrorContains(t, err, "has been killed")
	var status errext.HasExitCode
	require.ErrorAs(t, err, &status)
	require.EqualValues(t, 1, status.ExitCode())
	require.NoError(t, orphan.Stop())
	require.NoError(t, well.Stop())
	require.Empty(t, stopped, "the other one's parent is there")
}

// TestDescriptorsThatRunOutPass: they come back with the next connection that is closed, unlike the room on a disk.
func TestDescriptorsThatRunOutPass(t *testing.T) {
	t.Parallel()
	for err, passes := range map[error]bool{
		syscall.EMFILE: true, syscall.ENFILE: true, syscall.ENOSPC: false, errors.ErrUnsupported: false,
	} {
		require.Equal(t, passes, lacksDescriptors(fmt.Errorf("cannot record: %w", &os.PathError{Op: "open", Path: "x", Err: err})), err)
	}
	require.False(t, lacksDescriptors(nil))
}
