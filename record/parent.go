package record

import (
	"errors"
	"os"
	"strconv"
	"time"

	"go.k6.io/k6/v2/errext"
)

var errOrphaned = errors.New("the bench that ran this test has been killed")

// watchParent stops the run once the process is gone that k6 was started by: the system has given k6 another parent then. (Windows
// does not.)
func (o *Output) watchParent() {
	ticker := time.NewTicker(parentPoll)
	defer ticker.Stop()
	for {
		select {
		case <-o.stop:
			return
		case <-ticker.C:
		}
		if strconv.Itoa(os.Getppid()) != o.parent {
			o.stopRun(errext.WithAbortReasonIfNone(errext.WithExitCodeIfNone(errOrphaned, exitFailed), errext.AbortedByOutput))
			return
		}
	}
}
