package falseclock

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// The auxiliary vector's entries that matter here (elf.h).
const (
	entryEnd    = 0
	entryIgnore = 1
	entryVDSO   = 33 // AT_SYSINFO_EHDR
)

// hideVDSO strikes the vDSO out of what the kernel told a program at its start. That lies where its stack begins: the arguments, the
// environment, and the auxiliary vector, which is pairs of a type and a value.
func hideVDSO(pid int) error {
	start, err := stackStart(pid)
	if err != nil {
		return err
	}
	memory, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", pid), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { _ = memory.Close() }()
	at := start
	words := bufio.NewReader(io.NewSectionReader(memory, start, 1<<30))
	next := func() (word uint64, err error) {
		err = binary.Read(words, binary.LittleEndian, &word)
		at += 8
		return word, err
	}
	if _, err := next(); err != nil { // the number of arguments
		return err
	}
	for lists := 2; lists > 0; {
		word, err := next()
		if err != nil {
			return err
		}
		if word == 0 {
			lists--
		}
	}
	for {
		entry, err := next()
		if err != nil || entry == entryEnd {
			return err
		}
		if entry == entryVDSO {
			_, err := memory.WriteAt(binary.LittleEndian.AppendUint64(nil, entryIgnore), at-8)
			return err
		}
		if _, err := next(); err != nil { // its value
			return err
		}
	}
}

// stackStart is where a process's stack began.
func stackStart(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	const field = 28 // proc_pid_stat(5); the name, which is the second, may hold anything
	_, rest, _ := strings.Cut(string(text[strings.LastIndex(string(text), ")"):]), " ")
	fields := strings.Fields(rest)
	if len(fields) < field {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	start, err := strconv.ParseInt(fields[field-3], 10, 64)
	if err == nil && start == 0 {
		err = fmt.Errorf("the kernel does not tell where the stack of process %d begins (a container may forbid it)", pid)
	}
	return start, err
}
