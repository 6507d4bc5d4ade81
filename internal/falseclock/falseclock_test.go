//go:build linux && amd64

package falseclock_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
)

// asProgram marks the process that is to tell its time.
const asProgram = "XK6_WEAVIATE_TEST_TELLS_TIME"

func TestMain(m *testing.M) {
	falseclock.Main()
	if os.Getenv(asProgram) != "" {
		tellTime()
		return
	}
	os.Exit(m.Run())
}

// tellTime says, for each line that it reads, what the clock of the day says and how long it has been by the other.
func tellTime() {
	began := time.Now()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		_, _ = fmt.Println(time.Now().UnixNano(), int64(time.Since(began)))
	}
}

// TestSetsTheClock: the program that is run sees its clock jump, as does one that it runs; its other clock goes on, and the machine's is
// left alone.
func TestSetsTheClock(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	for _, c := range []struct {
		name    string
		command []string
	}{
		{"itself", []string{self}},
		{"its child", []string{"sh", "-c", `"$0"; exit $?`, self}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := falseclock.New(t)
			through, err := clock.Through()
			require.NoError(t, err)
			line := slices.Concat(through, c.command)
			command := exec.CommandContext(t.Context(), line[0], line[1:]...)
			command.Env = append(os.Environ(), asProgram+"=1")
			command.Stderr = os.Stderr
			stdin, err := command.StdinPipe()
			require.NoError(t, err)
			stdout, err := command.StdoutPipe()
			require.NoError(t, err)
			began := time.Now()
			require.NoError(t, command.Start())
			var before time.Duration
			for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 0} {
				clock.Set(ahead)
				asked := time.Now()
				_, err := io.WriteString(stdin, "\n")
				require.NoError(t, err)
				var day, since int64
				_, err = fmt.Fscanln(stdout, &day, &since)
				require.NoError(t, err)
				answered := time.Now()
				require.False(t, time.Unix(0, day).Before(asked.Add(ahead)), "%v", ahead)
				require.False(t, time.Unix(0, day).After(answered.Add(ahead)), "%v", ahead)
				require.Greater(t, time.Duration(since), before)
				require.Less(t, time.Duration(since), answered.Sub(began))
				before = time.Duration(since)
			}
			require.Greater(t, clock.Told(), int64(4))
			require.NoError(t, stdin.Close())
			require.NoError(t, command.Wait())
		})
	}
}
