//go:build linux

package faults_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with the k6 that the tests run
	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

//nolint:gochecknoglobals // flags of the tests
var (
	full   = flag.Bool("full", false, "all rows, and print the table of those that held")
	keep   = flag.Bool("keep", false, "with -full: keep how long each row took until all was normal again, if all held, and write it into docs/failures.md")
	update = flag.Bool("update", false, "write the table of docs/failures.md anew")
)

func TestMain(m *testing.M) {
	falseclock.Main()
	k6run.Main(tabled{realserver.Tests(m)})
}

// tabled prints the table of what held after the tests.
type tabled struct{ tests realserver.Runner }

func (r tabled) Run() int {
	code := r.tests.Run()
	if !*full || flag.Lookup("test.run").Value.String() != "" {
		return code
	}
	held, left, all := printTable(os.Stdout)
	_, _ = fmt.Fprintf(os.Stdout, "%d of %d rows held\n", held, all)
	if left > 0 {
		_, _ = fmt.Fprintf(os.Stdout, "%d rows were not run: this machine is not one for them\n", left)
	}
	if held+left < all {
		return max(code, 1)
	}
	if *keep && code == 0 && left == 0 {
		if err := keepTimes(); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}
