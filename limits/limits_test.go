//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/roles"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

func TestMain(m *testing.M) {
	roles.Play(play)
	for _, name := range []string{"WEAVIATE_URL", "WEAVIATE_GRPC"} {
		_ = os.Unsetenv(name) // no test measures the server of whoever runs it
	}
	os.Exit(m.Run())
}

// page is a page with places for what is measured.
func page(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "limits.md")
	const text = "before\n<!-- load begins -->\nold\n<!-- load ends -->\nbetween\n<!-- soak begins -->\n<!-- soak ends -->\nafter\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestLoad measures few users for a moment: no batch is lost, and the page has the tables. The higher rate is one that nothing carries.
func TestLoad(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	path := page(t)
	status := run(t.Context(), []string{"-users", "1,20", "-rates", "20,20000", "-window", "1s", "-longest", "2s", "-page", path}, &stdout, &stderr)
	require.Equal(t, exitDone, status, stderr.String())
	for _, says := range []string{"stub, parallel-grpc, closed model", "stub, parallel-graphql, closed model", "stub, parallel-grpc, open model", "The knee: "} {
		require.Contains(t, stdout.String(), says)
	}
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(content), "before\n<!-- load begins -->\n\nMeasured with `-users 1,20 -rates 20,20000 -window 1s -longest 2s` on ")
	require.NotContains(t, string(content), "old")
	require.Contains(t, string(content), "<!-- load ends -->\nbetween\n")
	rows := regexp.MustCompile(`(?m)^\| (20000|20|1) \|.*$`).FindAllString(stdout.String(), -1)
	require.Len(t, rows, 6)
	for _, row := range rows {
		cells := strings.Split(row, "|")
		require.Equal(t, " 0 ", cells[len(cells)-3], "lost: %s", row)
		require.NotEqual(t, " 0.0 ", cells[2], "batches/s: %s", row)
	}
	cells := strings.Split(rows[5], "|")
	require.NotEqual(t, " 0.0 ", cells[3], "dropped/s: %s", rows[5])
	require.NotEqual(t, "  ", cells[len(cells)-2], "saturated: %s", rows[5])
}

// TestSoak soaks for a moment. Whether it was flat is for a longer one to say; that all was recorded is not.
func TestSoak(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	path := page(t)
	status := run(t.Context(), []string{"-soak", "16s", "-page", path}, &stdout, &stderr)
	require.Contains(t, stdout.String(), "of which 0 failed and 0 were lost", stderr.String())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	// For memory and goroutines seconds are too few, the more so with the race detector or on a busy machine: the exit status says whether
	// they were flat.
	for name, flat := range map[string]string{"memory, MB": "(yes|no)", "goroutines": "(yes|no)", "descriptors": "yes"} {
		require.Regexp(t, name+` \| \d+ \| \d+ \| \d+ \| `+flat+` \| [▁▂▃▄▅▆▇█]+ \|`, string(content))
	}
	require.Equal(t, strings.Contains(string(content), "| no |"), status != exitDone, "%d %s", status, stderr.String())
}

// TestSoakBeginsWithTheFirstBlock: a k6 that is slow to start holds little until then.
func TestSoakBeginsWithTheFirstBlock(t *testing.T) {
	t.Parallel()
	began := time.Unix(1_800_000_000, 0)
	var looks []look
	process := record.Process{FirstBlock: began.Add(10 * time.Second).UnixMicro()}
	for i := range 20 {
		looks = append(looks, look{at: began.Add(time.Duration(i) * time.Second), memory: int64(i) << 20, descriptors: i})
		process.Client.Rows = append(process.Client.Rows, record.ClientRow{At: began.Unix() + int64(i), Goroutines: int64(i)})
	}
	memory, goroutines, descriptors := held(looks, &process)
	for _, values := range [][]float64{memory, goroutines, descriptors} {
		require.Equal(t, []float64{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, values)
	}
}

func TestFlatness(t *testing.T) {
	t.Parallel()
	line := func(from, to float64) []float64 {
		values := make([]float64, 400)
		for i := range values {
			values[i] = from + (to-from)*float64(i)/400
		}
		return values
	}
	saw := line(100, 100)
	for i := range saw {
		saw[i] += float64(i % 50)
	}
	rise := slices.Concat(line(0, 100)[:100], line(100, 100)[100:])
	for name, c := range map[string]struct {
		values []float64
		flat   bool
	}{
		"flat":                   {line(100, 100), true},
		"a saw":                  {saw, true},
		"a rise at first":        {rise, true},
		"it shrinks":             {line(100, 50), true},
		"it doubles":             {line(100, 200), false},
		"a leak of half":         {line(1000, 1500), false},
		"too little to be known": {[]float64{1, 1, 1}, false},
	} {
		require.Equal(t, c.flat, flatness(c.values, 10).flat, name)
	}
	require.Equal(t, []float64{3, 5}, peaks([]float64{1, 3, 5, 2}, 2))
	require.Equal(t, "▁▄█", curve([]float64{0, 50, 100}))
	require.Len(t, []rune(curve(line(1, 2))), curveLength)
}

func TestKnee(t *testing.T) {
	t.Parallel()
	steps := []step{{users: 1, perSecond: 10}, {users: 10, perSecond: 80}, {users: 20, perSecond: 95}, {users: 50, perSecond: 100}, {users: 100, perSecond: 70}}
	for i := range steps {
		steps[i].steady = true
	}
	steps[3].saturated = "client wait"
	steps = append(steps, step{users: 200, perSecond: 1000}) // of a window that is too short
	require.Equal(t, 20, knee(steps).users)
	l := load{steps: steps}
	require.Contains(t, l.table(), "| 100 | 70.0 |")
	require.Contains(t, l.table(), "| 200 | unsteady |")
	require.Regexp(t, `(?m)^\| 20 \|.* \|  \|$`, l.table(), "nothing is saturated at the knee")
	require.Regexp(t, `(?m)^\| 50 \|.* \| client wait \|$`, l.table())
	require.Regexp(t, `(?m)^\| 100 \|.* \| server \|$`, l.table(), "beyond it, what the client does not wait for")
	require.Nil(t, knee(nil))
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-users", "0"}, {"-rates", "x"}, {"-window", "1ms"}, {"-window", "1500ms"}, {"-longest", "5s"}, {"-longest", "8500ms"}, {"-soak", "-1s"}, {"now"}, {"-x"}} {
		var stderr bytes.Buffer
		require.Equal(t, exitUsage, run(t.Context(), args, &bytes.Buffer{}, &stderr), args)
		require.NotEmpty(t, stderr.String())
	}
}
