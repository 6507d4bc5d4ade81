package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/roles"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/scripts"
)

// seedScale is the share of the full sizes that the real server's collections have.
const seedScale = "0.02"

// seed gives the real server the nine collections.
func seed(ctx context.Context, s *settings, stderr io.Writer) error {
	command, err := roles.Command(ctx, roleK6, []string{"WEAVIATE_URL=" + s.url, "WEAVIATE_GRPC=" + s.grpc},
		"x", "weaviate", "seed", "--scale", seedScale)
	if err != nil {
		return err
	}
	command.Stdout, command.Stderr = io.Discard, stderr
	return command.Run()
}

// target is a server to search.
type target struct{ Name, URL, GRPC string }

// startStub starts a stub in a process of its own. end ends it.
func startStub(ctx context.Context) (at target, end func(), err error) {
	command, err := roles.Command(ctx, roleStub, nil)
	if err != nil {
		return at, nil, err
	}
	hold, err := command.StdinPipe()
	if err != nil {
		return at, nil, err
	}
	said, err := command.StdoutPipe()
	if err != nil {
		return at, nil, err
	}
	if err := command.Start(); err != nil {
		return at, nil, err
	}
	end = func() {
		_ = hold.Close()
		_ = command.Wait()
	}
	if err := json.NewDecoder(said).Decode(&at); err != nil {
		end()
		return at, nil, fmt.Errorf("the stub does not say where it is: %w", err)
	}
	return at, end, nil
}

// unpack writes the project's scripts and queries to where k6 can read them.
func unpack() (folder string, remove func(), err error) {
	folder, err = os.MkdirTemp("", "limits-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) }
	err = errors.Join(os.CopyFS(filepath.Join(folder, "scripts"), scripts.Files), os.CopyFS(filepath.Join(folder, "queries"), queries.Files))
	if err != nil {
		remove()
	}
	return folder, remove, err
}

// look is what a process holds at a moment.
type look struct {
	at          time.Time
	memory      int64 // resident, in bytes
	descriptors int
	connections int
}

// client runs the test vector.js with some variables, looking at the process every so often, and reads what it recorded.
func client(ctx context.Context, at target, folder string, every time.Duration, variables ...string) ([]look, *record.Run, error) {
	path := filepath.Join(folder, "run.weaviate")
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, err
	}
	command, err := roles.Command(ctx, roleK6, append(variables, "WEAVIATE_URL="+at.URL, "WEAVIATE_GRPC="+at.GRPC),
		"run", "--quiet", "--address", "", "--summary-mode", "disabled", "--no-thresholds", "--out", "weaviate="+path,
		filepath.Join(folder, "scripts", "vector.js"))
	if err != nil {
		return nil, nil, err
	}
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	var stderr bytes.Buffer
	command.Stdout, command.Stderr = io.Discard, &stderr
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var looks []look
	for {
		select {
		case err := <-ended:
			if err != nil {
				return nil, nil, fmt.Errorf("k6: %w: %s", err, strings.TrimSpace(stderr.String()))
			}
			run, err := readRun(path)
			return looks, run, err
		case <-ticker.C:
			if l, err := lookAt(command.Process.Pid); err == nil { // it may have ended
				l.at = time.Now()
				looks = append(looks, l)
			}
		}
	}
}

func readRun(path string) (*record.Run, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return record.Read(file, path)
}

// lookAt looks at a process.
func lookAt(pid int) (look, error) {
	var l look
	folder := "/proc/" + strconv.Itoa(pid)
	pages, err := os.ReadFile(filepath.Join(folder, "statm"))
	if err != nil {
		return l, err
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(pages), &size, &resident); err != nil {
		return l, err
	}
	l.memory = resident * int64(os.Getpagesize())
	descriptors, err := os.ReadDir(filepath.Join(folder, "fd"))
	if err != nil {
		return l, err
	}
	for _, d := range descriptors {
		to, err := os.Readlink(filepath.Join(folder, "fd", d.Name()))
		if err != nil {
			continue // it was closed meanwhile
		}
		l.descriptors++
		if strings.HasPrefix(to, "socket:") {
			l.connections++
		}
	}
	return l, nil
}
