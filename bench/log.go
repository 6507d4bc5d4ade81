package bench

import (
	"io"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// keptLog is how much of the end of a log is kept in mind, in bytes.
const keptLog = 16 << 10

// testLog is a test's log. Its end is kept in mind: when the disk is full, it is not in the file.
type testLog struct {
	file io.Writer
	end  []byte
}

// Write implements io.Writer. It never fails: a k6 that could not write would be ended for it.
func (l *testLog) Write(p []byte) (int, error) {
	_, _ = l.file.Write(p)
	l.end = append(l.end, p...)
	l.end = l.end[max(0, len(l.end)-keptLog):]
	return len(p), nil
}

// last are the last n lines, fit for a terminal: what a server said may be in them.
func (l *testLog) last(n int) string {
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(l.end), "\uFFFD")), "\n")
	lines = lines[max(0, len(lines)-n):]
	for i := range lines {
		lines[i] = fanout.Plain(lines[i])
	}
	return strings.Join(lines, "\n")
}
