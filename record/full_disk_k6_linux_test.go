package record_test

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestFullDiskEndsK6 fills the disk while k6 runs. Who may not mount a small one gets a disk that is full from the beginning.
func TestFullDiskEndsK6(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "run.weaviate")
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=800k")
	mounted := err == nil
	if mounted {
		t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, 0)) })
		stop := make(chan struct{})
		var filling sync.WaitGroup
		filling.Go(func() { fill(folder, path, stop) })
		t.Cleanup(filling.Wait)
		t.Cleanup(func() { close(stop) })
	} else {
		t.Logf("cannot mount a small disk: %v", err)
		require.NoError(t, os.Symlink("/dev/full", path+".tmp"))
	}
	server := stub.Start(t)
	server.SetAll(stub.Behaviour{Delay: time.Millisecond})
	began := time.Now()
	result := k6run.Run(t, k6run.Options{Env: at(server, "DURATION=90s"), Stdin: blocks},
		"run", "--quiet", "--out", "weaviate="+path, "-")
	require.NotZero(t, result.ExitCode, "k6 must not end as if all was well")
	require.Contains(t, result.Stderr, "cannot record to "+path)
	require.Contains(t, result.Stderr, "no space left on device")
	require.NotContains(t, result.Stderr, "panic")
	require.Less(t, time.Since(began), 80*time.Second, "the run ends when the disk is full, not when it would have")
	if mounted {
		require.Equal(t, 1, result.ExitCode)
		require.NotZero(t, read(t, path).Batches(), "what was recorded before is there")
	}
}

// fill fills the disk once there is something recorded, and keeps it full until it is stopped.
func fill(folder, path string, stop <-chan struct{}) {
	var junk *os.File
	for {
		select {
		case <-stop:
			_ = junk.Close() // nothing to close is an error without harm
			return
		case <-time.After(time.Millisecond):
		}
		if info, err := os.Stat(path); junk == nil && err == nil && info.Size() > 2000 {
			junk, _ = os.Create(filepath.Join(folder, "junk")) // it may be full without us
		}
		if junk != nil {
			_, _ = junk.Write(make([]byte, 4096))
		}
	}
}
