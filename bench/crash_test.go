//go:build unix

package bench

import (
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// variableCrash makes this test binary a k6 that crashes, in the way that it names.
const variableCrash = "XK6_WEAVIATE_TEST_CRASH"

func TestMain(m *testing.M) {
	if how := os.Getenv(variableCrash); how != "" {
		crashAs(how)
	}
	os.Exit(m.Run())
}

// crashAs crashes among so many goroutines that theirs are all that there is at the end of the log.
func crashAs(how string) {
	signal.Reset()
	for range 500 {
		go func() { select {} }()
	}
	time.Sleep(10 * time.Millisecond)
	switch how {
	case "nil":
		var nothing *strings.Builder
		nothing.WriteString("")
	case "panic":
		defer func() { panic(recover()) }()
		panic("\x1b[31mall is lost")
	case "map":
		crowd(map[int]int{})
	case "signal":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		select {}
	}
}

// crowd writes into a map from all sides, which Go ends with a fatal error.
func crowd(shared map[int]int) {
	for range 8 {
		go func() {
			for i := 0; ; i++ {
				shared[i%100] = i
			}
		}()
	}
	select {}
}

// TestACrashSaysWhy: of a k6 that crashed, its reason and the place are shown, and not the last of its goroutines.
func TestACrashSaysWhy(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	for how, says := range map[string]string{
		"nil":    "panic: runtime error: invalid memory address or nil pointer dereference\nstrings.(*Builder).",
		"panic":  "panic: \uFFFD[31mall is lost",
		"map":    "fatal error: concurrent map writes\ngithub.com/xk6-weaviate/xk6-weaviate/bench.crowd.func1()\n ",
		"signal": "SIGSEGV: segmentation violation\n",
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			o := options(t.TempDir(), self)
			o.Env[variableCrash], o.Env["GOTRACEBACK"] = how, "all"
			b, err := New(o)
			require.NoError(t, err)
			require.NoError(t, b.Run(t.Context()))
			text := b.Failed()[0].Err.Error()
			require.Contains(t, text, "exit status 2: k6 crashed; "+o.Folder+"/1_Vector_limit5.log says how:\n"+says)
			require.Regexp(t, `\n .*\.(go|s):\d+\b`, text, "the first frame has its file")
			require.NotContains(t, text, "crashAs.func1", "the others are left out")
			log, err := os.ReadFile(o.Folder + "/1_Vector_limit5.log")
			require.NoError(t, err)
			require.Greater(t, len(log), keptLog, "its reason is not in the part that is kept in mind")
		})
	}
}

// TestACrashIsFoundInPieces: a log comes as it is written.
func TestACrashIsFoundInPieces(t *testing.T) {
	t.Parallel()
	const log = "level=info msg=\"panic: not one\"\r\n" +
		"fatal error: stack overflow\r\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/panic.go:1\n\n" +
		"goroutine 7 gp=0xc0 m=0 [running]:\nruntime.morestack()\n\t/go/asm.s:1\nmain.deep(0x1)\n\t/main.go:5 +0x1\nmain.main()\n\t/main.go:9\n\n" +
		"goroutine 8 [running]:\nmain.other()\n\t/main.go:20\n"
	for _, size := range []int{1, 7, len(log)} {
		c := crash{}
		for rest := log; rest != ""; rest = rest[min(size, len(rest)):] {
			c.add([]byte(rest[:min(size, len(rest))]))
		}
		require.Equal(t, []string{"fatal error: stack overflow", "main.deep(0x1)", "\t/main.go:5 +0x1"}, c.lines())
	}
	c := crash{}
	c.add([]byte(strings.Repeat("x", 10*maxCrashLine)))
	require.Len(t, c.line, maxCrashLine)
	c.add([]byte("\npanic: why"))
	require.Empty(t, c.lines(), "it is not a line yet")
	c.add([]byte("\n\ngoroutine 1 [running]:\nruntime.only()\n\t/go/proc.go:1\n\n"))
	require.Equal(t, []string{"panic: why", "runtime.only()", "\t/go/proc.go:1"}, c.lines())
}
