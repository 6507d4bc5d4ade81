package falseclock

import (
	"errors"
	"fmt"
	"net"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notice is what the kernel asks, and reply what it is answered (struct seccomp_notif and seccomp_notif_resp).
type (
	notice struct {
		id           uint64
		thread       uint32
		_            uint32
		number       int32
		_            uint32
		_            uint64
		argumentList [6]uint64
	}
	reply struct {
		id    uint64
		value int64
		error int32
		flags uint32
	}
)

// serve waits for programs until stop is called, and answers those that came until they end.
func (c *Clock) serve() (stop func(), err error) {
	listener, err := net.Listen("unix", c.socket) //nolint:noctx // stop ends it
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return // it was stopped
			}
			fd, err := receive(connection.(*net.UnixConn))
			if err != nil {
				c.fail(err)
				continue
			}
			go c.answer(fd)
		}
	}()
	return func() { _ = listener.Close() }, nil
}

// receive takes a descriptor that the other end sends. Who could not set up the filter sends none, and has said why.
func receive(connection *net.UnixConn) (int, error) {
	defer func() { _ = connection.Close() }()
	var data, rights [64]byte
	_, n, _, _, err := connection.ReadMsgUnix(data[:], rights[:])
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		return 0, errors.Join(errors.New("a program could not be put under the filter: it said why"), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return 0, errors.Join(errors.New("a program sent no descriptor"), err)
	}
	return fds[0], nil
}

// answer answers what the processes under a filter ask, until the last of them has ended.
func (c *Clock) answer(fd int) {
	defer func() { _ = unix.Close(fd) }()
	for {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}} //nolint:gosec // a descriptor
		if _, err := unix.Poll(poll, -1); err != nil && !errors.Is(err, unix.EINTR) {
			c.fail(err)
			return
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			if poll[0].Revents != 0 {
				return // nobody is left
			}
			continue
		}
		var asked notice
		if err := control(fd, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&asked)); err != nil {
			continue // who asked was killed, or is busy with a signal and will ask again
		}
		answered := reply{id: asked.id}
		if err := c.tell(&asked); err != nil {
			answered.flags = unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE
			if control(fd, unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&asked.id)) == nil { // else it is gone
				c.fail(err)
			}
		} else if asked.number == unix.SYS_ARCH_PRCTL {
			answered.flags = unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE // the kernel does it
		}
		_ = control(fd, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&answered)) // as above
	}
}

func control(fd int, request uintptr, argument unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(argument)); errno != 0 {
		return errno
	}
	return nil
}

// tell does what a call is to do.
func (c *Clock) tell(asked *notice) error {
	if asked.number == unix.SYS_ARCH_PRCTL {
		return hideVDSO(int(asked.thread))
	}
	now := unix.NsecToTimespec(time.Now().UnixNano() + c.ahead.Load())
	c.told.Add(1)
	local := []unix.Iovec{{Base: (*byte)(unsafe.Pointer(&now)), Len: uint64(unsafe.Sizeof(now))}}
	remote := []unix.RemoteIovec{{Base: uintptr(asked.argumentList[1]), Len: int(unsafe.Sizeof(now))}}
	if _, err := unix.ProcessVMWritev(int(asked.thread), local, remote, 0); err != nil {
		return fmt.Errorf("cannot write to the memory of a program (a container may forbid it): %w", err)
	}
	return nil
}
