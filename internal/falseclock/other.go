//go:build !linux || !amd64

package falseclock

import (
	"errors"
	"runtime"
)

// Known says whether there is such a clock on this system.
const Known = false

var errUnknown = errors.New("falseclock is for Linux on amd64, not for " + runtime.GOOS + " on " + runtime.GOARCH)

func become(string, []string) error { return errUnknown }

func (c *Clock) serve() (stop func(), err error) { return nil, errUnknown }
