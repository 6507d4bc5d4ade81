//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errNoProcess = errors.New("no such process")

// identify names a process beyond its number, which the system gives to another one later: by when it started. A
// process that has ended and was not yet collected by its parent counts as none.
func identify(pid int) (string, error) {
	if runtime.GOOS != "linux" {
		state, started, err := ps(pid)
		if err != nil || strings.HasPrefix(state, "Z") {
			return "", errNoProcess
		}

		return started, nil
	}

	ticks, err := startTicks(pid)
	if err != nil {
		return "", err
	}

	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}

	return strings.TrimSpace(string(boot)) + "/" + strconv.FormatUint(ticks, 10), nil
}

// startTicks is when a process started, in hundredths of a second since the system did.
func startTicks(pid int) (uint64, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, errNoProcess
	}

	// The name, in brackets, may hold anything; behind the last bracket come the state and, 19 fields later, the start.
	line := string(content)
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])

	if len(fields) < 20 {
		return 0, fmt.Errorf("process %d: cannot read its state", pid)
	}

	if fields[0] == "Z" || fields[0] == "X" {
		return 0, errNoProcess
	}

	return strconv.ParseUint(fields[19], 10, 64)
}

// startTime is when a process started, in seconds since 1970.
func startTime(pid int) (float64, error) {
	if runtime.GOOS != "linux" {
		_, started, err := ps(pid)
		if err != nil {
			return 0, err
		}

		at, err := time.ParseInLocation("Mon Jan _2 15:04:05 2006", started, time.Local)

		return float64(at.Unix()), err
	}

	ticks, err := startTicks(pid)
	if err != nil {
		return 0, err
	}

	content, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}

	_, rest, ok := strings.Cut(string(content), "\nbtime ")
	if !ok {
		return 0, errors.New("/proc/stat has no btime")
	}

	line, _, _ := strings.Cut(rest, "\n")
	boot, err := strconv.ParseFloat(line, 64)

	return boot + float64(ticks)/100, err
}

// ps asks for a process's state and start, on systems without /proc.
func ps(pid int) (state, started string, err error) {
	//nolint:gosec,noctx // a number is safe, and ps returns at once
	command := exec.Command("ps", "-o", "state=,lstart=", "-p", strconv.Itoa(pid))
	command.Env = append(os.Environ(), "LC_ALL=C")

	output, err := command.Output()
	if err != nil {
		return "", "", errNoProcess
	}

	state, started, _ = strings.Cut(strings.TrimSpace(string(output)), " ")

	return state, strings.Join(strings.Fields(started), " "), nil
}

// terminate asks a process to end.
const terminate = syscall.SIGTERM

// detached makes a command outlive this one, and a Ctrl-C meant for this one.
func detached(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

// signal sends to the server's process, and to no other one: where the system can, FindProcess holds on to the process,
// so that the number cannot change hands between the check and the signal. False: there is none any more.
func (s server) signal(sig os.Signal) (bool, error) {
	process, err := os.FindProcess(s.PID)
	if err != nil {
		return false, nil // it has ended
	}

	defer func() { _ = process.Release() }()

	if !s.alive() {
		return false, nil
	}

	if err := process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return true, fmt.Errorf("process %d: %w", s.PID, err)
	}

	return true, nil
}

// lock keeps two starts on one data folder apart. The system takes the lock back when its holder ends, in any way.
// busy is called once if somebody else holds it.
func lock(data string, patience time.Duration, busy func()) (unlock func(), err error) {
	path := filepath.Join(data, "start.lock")

	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}

	deadline := time.Now().Add(patience)

	for first := true; ; first = false {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)

		switch {
		case err == nil:
			return func() { _ = file.Close() }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			_ = file.Close()

			return nil, fmt.Errorf("lock %s: %w", path, err)
		case time.Now().After(deadline):
			_ = file.Close()

			return nil, fmt.Errorf("another start on %s has not ended", data)
		}

		if first {
			busy()
		}

		time.Sleep(50 * time.Millisecond)
	}
}
