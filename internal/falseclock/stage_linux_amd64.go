package falseclock

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Known says whether there is such a clock on this system.
const Known = true

// become sets up the filter, hands the test the descriptor by which it answers, and becomes a program. It returns only when it fails.
func become(socket string, command []string) error {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	connection, err := net.Dial("unix", socket) //nolint:noctx,gosec // its own test's; it is this process's only task
	if err != nil {
		return err
	}
	runtime.LockOSThread() // a filter is a thread's, and of what it becomes
	listener, err := filter()
	if err != nil {
		return fmt.Errorf("the kernel does not let a test answer for it (seccomp user notification; a container may forbid it): %w", err)
	}
	if _, _, err := connection.(*net.UnixConn).WriteMsgUnix([]byte{0}, unix.UnixRights(listener), nil); err != nil {
		return err
	}
	return syscall.Exec(path, command, os.Environ()) //nolint:gosec // a test's
}

// filter has the kernel ask whoever holds the descriptor that it returns about the calls that matter here: those for the clock of the
// day, and arch_prctl, which is among the first that any program makes: before Go looks for the vDSO.
func filter() (listener int, err error) {
	const number, architecture, firstArgument = 0, 4, 16 // in struct seccomp_data
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	// unless skips so many instructions unless the value is k.
	unless := func(k uint32, skip uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: skip, K: k}
	}
	answer := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	program := []unix.SockFilter{
		load(architecture),
		unless(unix.AUDIT_ARCH_X86_64, 7),
		load(number),
		unless(unix.SYS_ARCH_PRCTL, 1),
		answer(unix.SECCOMP_RET_USER_NOTIF),
		unless(unix.SYS_CLOCK_GETTIME, 3),
		load(firstArgument),
		unless(unix.CLOCK_REALTIME, 1),
		answer(unix.SECCOMP_RET_USER_NOTIF),
		answer(unix.SECCOMP_RET_ALLOW),
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil { // else it would take root
		return 0, err
	}
	whole := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]} //nolint:gosec // ten
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER,
		uintptr(unsafe.Pointer(&whole)))
	if errno != 0 {
		return 0, errno
	}
	return int(fd), nil
}
