package bench

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestTheEndOfALogIsKeptInMind: it says what went wrong when there was no room for it on the disk.
func TestTheEndOfALogIsKeptInMind(t *testing.T) {
	t.Parallel()
	log := &testLog{file: fullDisk{}}
	for i := range 10_000 {
		n, err := fmt.Fprintf(log, "line %d\n", i)
		require.NoError(t, err)
		require.Equal(t, len(fmt.Sprintf("line %d\n", i)), n)
	}
	require.Equal(t, "line 9998\nline 9999", log.last(2))
	require.LessOrEqual(t, len(log.end), keptLog)
	require.Equal(t, "one", (&testLog{file: &strings.Builder{}, end: []byte("one\n")}).last(5))
}

// TestWhyATestFailed: k6 logs why, and then prints a summary of many lines. Who sees only its last lines does not see why.
func TestWhyATestFailed(t *testing.T) {
	t.Parallel()
	summary := "\n  █ TOTAL RESULTS\n\n    data_sent..: 0 B   0 B/s\n\n\n"
	logged := func(level, message string) string {
		return "time=\"2026-11-28T19:41:48Z\" level=" + level + " msg=" + message + "\n"
	}
	for _, test := range []struct{ log, want string }{
		{summary + logged("error", `"test aborted: nothing listens"`), "test aborted: nothing listens"},
		{logged("error", `"said \"no\", \\ and\nthat was all" executor=ramping-vus`) + summary, `said "no", \ and that was all`},
		{logged("fatal", "short"), "short"},
		{strings.Repeat(logged("error", `"again and again"`), 9) + logged("error", "last"), "again and again\nlast"},
		{
			logged("error", "1") + logged("error", "2") + logged("error", "3") + logged("error", "4") + logged("warning", `"and a warning"`),
			"2\n3\n4",
		},
		{logged("error", `"\x1b[31mred"`), `�[31mred`},
		{logged("error", `""`) + logged("error", `"no end`) + "one", "the end of it:\n" + `time="2026-11-28T19:41:48Z" level=error msg="no end` + "\none"},
		{"one\ntwo\nthree", "the end of it:\ntwo\nthree"},
	} {
		log := &testLog{file: &strings.Builder{}, name: "it"}
		_, _ = log.Write([]byte(test.log))
		require.Equal(t, test.want, log.why(2))
	}
}
