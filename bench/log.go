package bench

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// keptLog is how much of the end of a log is kept in mind, in bytes.
const keptLog = 16 << 10

// testLog is a test's log. Its end is kept in mind, and what crashed: when the disk is full, it is not in the file.
type testLog struct {
	file  io.Writer
	name  string
	end   []byte
	crash crash
}

// Write implements io.Writer. It never fails: a k6 that could not write would be ended for it.
func (l *testLog) Write(p []byte) (int, error) {
	_, _ = l.file.Write(p)
	l.crash.add(p)
	l.end = append(l.end, p...)
	l.end = l.end[max(0, len(l.end)-keptLog):]
	return len(p), nil
}

// maxErrors is how many errors are shown of a k6 that failed: those that it logged last.
const maxErrors = 3

// loggedError is an error as k6 logs it to a file: its message is quoted where it has to be.
var loggedError = regexp.MustCompile(`(?m)^time=\S+ level=(?:error|fatal) msg=("(?:[^"\\\n]|\\.)*"|[^"\s]\S*)`)

// why is what the log says about a k6 that failed: how it crashed, or else its last errors, or else the last n lines.
func (l *testLog) why(n int) string {
	if lines := l.crash.lines(); lines != nil {
		return "k6 crashed; " + l.name + " says how:\n" + plain(lines)
	}
	if errs := l.errors(); errs != nil {
		return plain(errs)
	}
	return "the end of " + l.name + ":\n" + l.last(n)
}

// errors are the last ones that k6 logged, each once.
func (l *testLog) errors() []string {
	var messages []string
	for _, match := range slices.Backward(loggedError.FindAllSubmatch(l.end, -1)) {
		message := string(match[1])
		if text, err := strconv.Unquote(message); err == nil {
			message = text
		}
		if message = strings.TrimSpace(message); message != "" && !slices.Contains(messages, message) && len(messages) < maxErrors {
			messages = append(messages, message)
		}
	}
	slices.Reverse(messages)
	return messages
}

// last are the last n lines.
func (l *testLog) last(n int) string {
	lines := strings.Split(strings.TrimSpace(string(l.end)), "\n")
	return plain(lines[max(0, len(lines)-n):])
}

// plain makes lines fit for a terminal: what a server said may be in them.
func plain(lines []string) string {
	fit := make([]string, len(lines))
	for i, line := range lines {
		fit[i] = fanout.Plain(strings.ToValidUTF8(line, "\uFFFD"))
	}
	return strings.Join(fit, "\n")
}
