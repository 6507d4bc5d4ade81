package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// server is what server.json keeps of one started server.
type server struct {
	PID        int    `json:"pid"`
	Identity   string `json:"identity"`
	URL        string `json:"url"`
	GRPC       string `json:"grpc"`
	MetricsURL string `json:"metrics_url"`
	Data       string `json:"data"`
	Log        string `json:"log"`
}

func newServer(data string, p ports) server {
	at := func(row int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p[row])) }

	return server{
		URL:        "http://" + at(portHTTP),
		GRPC:       at(portGRPC),
		MetricsURL: "http://" + at(portMetrics) + "/metrics",
		Data:       data,
		Log:        filepath.Join(data, "server.log"),
	}
}

func recordPath(data string) string { return filepath.Join(data, "server.json") }

// load reads server.json; without one there is no server.
func load(data string) (*server, error) {
	content, err := os.ReadFile(recordPath(data))

	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil //nolint:nilnil // no server is no error
	case err != nil:
		return nil, err
	}

	s := new(server)
	if err := json.Unmarshal(content, s); err != nil || s.PID <= 0 || s.Identity == "" {
		return nil, fmt.Errorf("%s does not say which process it is about; remove it once no server runs", recordPath(data))
	}

	return s, nil
}

// save writes server.json whole or not at all.
func (s server) save() error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}

	path := recordPath(s.Data)
	if err := os.WriteFile(path+".new", append(content, '\n'), 0o600); err != nil {
		return err
	}

	return os.Rename(path+".new", path)
}

// forget removes server.json, unless it is about another process by now.
func (s server) forget() error {
	current, err := load(s.Data)
	if err != nil || current == nil || current.PID != s.PID || current.Identity != s.Identity {
		return err
	}

	return os.Remove(recordPath(s.Data))
}

// alive tells whether the process is still the one that was started: a number alone may be somebody else's by now.
func (s server) alive() bool {
	identity, err := identify(s.PID)

	return err == nil && identity == s.Identity
}

// answers tells whether the server can be used: HTTP is ready, gRPC speaks, and the metrics are its own.
func (s server) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()

	if _, err := get(ctx, s.URL+"/v1/.well-known/ready"); err != nil {
		return fmt.Errorf("HTTP is not ready: %w", err)
	}

	if err := speaksHTTP2(ctx, s.GRPC); err != nil {
		return fmt.Errorf("gRPC is not ready: %w", err)
	}

	metrics, err := get(ctx, s.MetricsURL)
	if err != nil {
		return fmt.Errorf("metrics are not ready: %w", err)
	}

	return s.owns(metrics)
}

// owns compares the start of the process that the metrics speak of with that of ours. Weaviate goes on without a word
// if it cannot have its metrics port, and one would read another server's metrics.
func (s server) owns(metrics string) error {
	const name = "\nprocess_start_time_seconds "

	_, rest, ok := strings.Cut(metrics, name)
	if !ok {
		return nil // not every system has it
	}

	line, _, _ := strings.Cut(rest, "\n")

	theirs, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	if err != nil {
		return nil //nolint:nilerr // it cannot be compared
	}

	ours, err := startTime(s.PID)
	if err != nil {
		return nil //nolint:nilerr // it cannot be compared
	}

	if difference := time.Duration((theirs - ours) * float64(time.Second)).Abs(); difference > 2*time.Second {
		return fmt.Errorf("the metrics on %s are of another process, which started %s apart: "+
			"set SERVER_METRICS_PORT to a free port", s.MetricsURL, difference.Round(time.Second))
	}

	return nil
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}

	// Loopback is never reached through a proxy, and a connection kept open would delay the server's end.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

	response, err := client.Do(request)
	if err != nil {
		return "", err
	}

	defer func() { _ = response.Body.Close() }()

	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return "", err
	}

	if response.StatusCode/100 != 2 {
		return "", fmt.Errorf("%s answers with status %d", url, response.StatusCode)
	}

	return string(body), nil
}

// speaksHTTP2 opens an HTTP/2 connection, which is what gRPC speaks, as far as the server's settings.
func speaksHTTP2(ctx context.Context, address string) error {
	const (
		preface       = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
		emptySettings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
		settings      = 4
	)

	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}

	defer func() { _ = connection.Close() }()

	if deadline, ok := ctx.Deadline(); ok {
		if err := connection.SetDeadline(deadline); err != nil {
			return err
		}
	}

	if _, err := io.WriteString(connection, preface+emptySettings); err != nil {
		return err
	}

	header := make([]byte, 9)
	if _, err := io.ReadFull(connection, header); err != nil {
		return err
	}

	if length := binary.BigEndian.Uint32(append([]byte{0}, header[:3]...)); header[3] != settings || length > 1<<14 {
		return fmt.Errorf("%s does not speak HTTP/2", address)
	}

	return nil
}
