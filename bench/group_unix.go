//go:build unix

package bench

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C on the terminal from reaching the child twice: from the terminal and from the bench.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
