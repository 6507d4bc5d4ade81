package bench

import (
	"io"
	"strings"
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

// last are the last n lines.
func (l *testLog) last(n int) string {
	lines := strings.Split(strings.TrimSpace(string(l.end)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
