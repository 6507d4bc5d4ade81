//go:build linux

package faults_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// controlGroups is where the kernel shows its control groups.
const controlGroups = "/sys/fs/cgroup"

// setting is a file of a control group and what is written to it, in order.
type setting struct{ file, value string }

// grouped is a command that runs another in a control group of its own, below the one of the tests; nil for who may not make one.
// The controller's settings are those of version 1 or 2 of control groups, whichever there is.
func grouped(t *testing.T, controller string, one, two []setting) []string {
	t.Helper()
	folder, err := makeGroup(t, controller, one, two)
	if err != nil {
		t.Logf("cannot make a control group: %v", err)
		return nil
	}
	return []string{"sh", "-c", `echo $$ >"$0/cgroup.procs" && exec "$@"`, folder}
}

func makeGroup(t *testing.T, controller string, one, two []setting) (string, error) {
	t.Helper()
	parent, settings := filepath.Join(controlGroups, controller, ownGroup(t, controller)), one
	if _, err := os.Stat(filepath.Join(controlGroups, "cgroup.controllers")); err == nil {
		parent, settings = filepath.Join(controlGroups, ownGroup(t, "")), two
		if err := os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0); err != nil {
			return "", err
		}
	}
	folder, err := os.MkdirTemp(parent, "xk6-weaviate-") //nolint:usetesting // it has to be there
	if err != nil {
		return "", err
	}
	t.Cleanup(func() { assert.NoError(t, os.Remove(folder)) }) // who ran in it has ended
	for _, s := range settings {
		if err := os.WriteFile(filepath.Join(folder, s.file), []byte(s.value), 0); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// ownGroup is the control group that the tests are in, of a controller; of version 2 without one.
func ownGroup(t *testing.T, controller string) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/cgroup")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // its number, its controllers, its name
		if len(fields) == 3 && fields[1] == controller {
			return fields[2]
		}
	}
	return ""
}
