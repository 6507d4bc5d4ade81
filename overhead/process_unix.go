//go:build unix

package main

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// processorAndMemory is the processor time that this process has used so far, and the most memory that it has held, in bytes.
func processorAndMemory() (cpu time.Duration, memory int64) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it takes no arguments that could be wrong
	}
	memory = u.Maxrss * 1024
	if runtime.GOOS == "darwin" {
		memory = u.Maxrss
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), memory
}

// inGroup starts a command in a process group of its own: should this program be killed while the command is paused, the system
// wakes and ends it.
func inGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// pause stops a process where it stands.
func (p *process) pause() error { return p.command.Process.Signal(syscall.SIGSTOP) }

// resume lets it go on.
func (p *process) resume() error { return p.command.Process.Signal(syscall.SIGCONT) }
