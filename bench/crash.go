package bench

import (
	"bytes"
	"regexp"
	"strings"
)

// maxCrashLine is how much of a line is looked at, in bytes.
const maxCrashLine = 2 << 10

var (
	// crashBegins is how Go begins when a program crashes.
	crashBegins = regexp.MustCompile(`^(panic: |fatal error: |runtime: out of memory|SIG[A-Z]+: )`)
	// goroutineBegins is the line above a goroutine's frames.
	goroutineBegins = regexp.MustCompile(`^goroutine \d+ .*\]:$`)
	// runtimeFrame is a frame of Go's own runtime, which panics on behalf of the one that called it.
	runtimeFrame = regexp.MustCompile(`^(panic\(|runtime\.|runtime/|internal/runtime/)`)
)

// crash is what Go says first when a program crashes, and where that was. It is found as it is written: all other goroutines may follow,
// and then there is nothing but them at the end of a log.
type crash struct {
	line    []byte // as far as it was written
	reason  string
	tracing bool     // it is the first goroutine's turn
	frame   []string // a function and its file
	over    bool
}

// add takes in what is written.
func (c *crash) add(p []byte) {
	for len(p) > 0 && !c.over {
		text, rest, whole := bytes.Cut(p, []byte("\n"))
		c.line = append(c.line, text[:min(len(text), maxCrashLine-len(c.line))]...)
		if p = rest; whole {
			c.take(string(bytes.TrimRight(c.line, "\r")))
			c.line = c.line[:0]
		}
	}
}

func (c *crash) take(line string) {
	switch {
	case c.reason == "":
		if crashBegins.MatchString(line) {
			c.reason = line
		}
	case !c.tracing:
		c.tracing = goroutineBegins.MatchString(line)
	case line == "":
		c.over = true
	case strings.HasPrefix(line, "\t"):
		c.frame = append(c.frame, line)
		c.over = !runtimeFrame.MatchString(c.frame[0])
	default:
		c.frame = []string{line}
	}
}

// lines are what was found; none if nothing has crashed.
func (c *crash) lines() []string {
	if c.reason == "" {
		return nil
	}
	return append([]string{c.reason}, c.frame...)
}
