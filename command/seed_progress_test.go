package command

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
)

// showAll shows a seed of two collections that takes a minute, with something new every tenth of a second.
func showAll(tty bool) string {
	var out bytes.Buffer
	s := &seedProgress{w: &out, tty: tty}
	s.note("it begins")
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	const step = 100
	for done := step; done <= 60_000; done += step {
		now = now.Add(time.Second / 10)
		p := dataset.Progress{Collection: "First", Done: min(done, 40_000), Total: 40_000, AllDone: done, AllTotal: 60_000}
		if done > 40_000 {
			p.Collection, p.Done, p.Total = "Second", done-40_000, 20_000
		}
		s.show(p, now)
	}
	s.note("it ends")
	s.end()
	return out.String()
}

func TestSeedProgressInAPipe(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(showAll(false)), "\n")
	require.NotContains(t, showAll(false), "\r")
	require.NotContains(t, showAll(false), "\x1b")
	require.InDelta(t, 60+2+2, len(lines), 4, "a line a second, one per collection and the notes")
	require.Equal(t, "note: it begins", lines[0])
	require.Equal(t, "First 100/40000, all 100/60000 (0 %)", lines[1], "no rate yet")
	require.Equal(t, "First 1100/40000, all 1100/60000 (1 %), 1000/s, 59s left", lines[2])
	require.Contains(t, lines, "First has its 40000 objects")
	require.Equal(t, []string{"Second has its 20000 objects", "note: it ends"}, lines[len(lines)-2:])
}

func TestSeedProgressOnATerminal(t *testing.T) {
	t.Parallel()
	text := showAll(true)
	require.Equal(t, 4, strings.Count(text, "\n"), "the notes and a line per collection stay")
	require.Contains(t, text, "\r\x1b[KFirst 1100/40000, all 1100/60000 (1 %), 1000/s, 59s left\r\x1b[K")
	require.Contains(t, text, "\r\x1b[KFirst has its 40000 objects\n")
	for line := range strings.SplitSeq(text, "\r\x1b[K") {
		require.Less(t, len(line), 80)
	}
}

// The rate is that of late, since an index slows down as it grows.
func TestPaceFollows(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	done := 0
	advance := func(seconds, rate int) float64 {
		for range seconds {
			now, done = now.Add(time.Second), done+rate
			p.mark(done, now)
		}
		return p.rate(done, now)
	}
	require.Zero(t, advance(1, 1000))
	require.InDelta(t, 1000, advance(100, 1000), 1)
	require.InDelta(t, 100, advance(100, 100), 1)
}

func TestDescribeSeed(t *testing.T) {
	t.Parallel()
	require.Equal(t, "100 objects are in: none was missing", describeSeed(dataset.Summary{Objects: 100, Total: 100}, 4))
	require.Equal(t, "100 objects are in, 30 of them new; 20 a second were sent by 4 workers, which waited for the server 75 % of the time",
		describeSeed(dataset.Summary{
			Objects: 100, Total: 100, Imported: 30, Sent: 40, Elapsed: 2 * time.Second, Making: time.Second, Waiting: 3 * time.Second,
		}, 4))
}
