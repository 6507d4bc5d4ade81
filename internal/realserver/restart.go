package realserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Process is the server's process.
func (s *Server) Process() (*os.Process, error) {
	content, err := os.ReadFile(filepath.Join(s.data(), "server.json"))
	if err != nil {
		return nil, err
	}
	var known struct {
		PID int `json:"pid"`
	}
	if err := json.Unmarshal(content, &known); err != nil {
		return nil, err
	}
	return os.FindProcess(known.PID)
}

// Signal sends the server's process a signal.
func (s *Server) Signal(signal syscall.Signal) error {
	process, err := s.Process()
	if err != nil {
		return err
	}
	return process.Signal(signal)
}

// Again starts the server again that has ended or is about to, with the same data at the same addresses.
func (s *Server) Again() error {
	binary, err := find()
	if err != nil {
		return err
	}
	control := filepath.Join(filepath.Dir(binary), "weaviatectl")
	if said, err := exec.Command(control, "stop", "--data", s.data()).CombinedOutput(); err != nil { //nolint:gosec,noctx // as below
		return fmt.Errorf("the server does not end: %w\n%s", err, said)
	}
	at, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	_, grpc, err := net.SplitHostPort(s.GRPC)
	if err != nil {
		return err
	}
	command := exec.Command(control, "start", //nolint:gosec,noctx // it bounds itself
		"--binary", binary, "--data", s.data(), "--ports", "free", "--http-port", at.Port(), "--grpc-port", grpc)
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("cannot start %s again: %w\n%s", binary, err, &said)
	}
	return nil
}
