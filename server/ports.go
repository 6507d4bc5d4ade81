package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

const highestPort = 65535

// ports holds one port for each row of portTable, in its order. While parsing, 0 stands for: choose a free one.
type ports []int

// Rows of portTable.
const (
	portHTTP = iota
	portGRPC
	portMetrics
	portGossip
	portData
	portRaft
	portRaftInternal
)

// portTable is everything that a Weaviate server listens on. All of it must be set apart for a second server on the
// same machine. The variables do not start with WEAVIATE_: Kubernetes sets WEAVIATE_GRPC_PORT and the like for a
// service of that name.
//
// A row without a variable is the port after the one before: on a single machine Weaviate calls itself there, whatever
// RAFT_INTERNAL_RPC_PORT says.
var portTable = []struct {
	flag, variable, purpose string
	standard                int
}{
	portHTTP:         {"http-port", "SERVER_HTTP_PORT", "HTTP", 8080},
	portGRPC:         {"grpc-port", "SERVER_GRPC_PORT", "gRPC", 50051},
	portMetrics:      {"metrics-port", "SERVER_METRICS_PORT", "Prometheus metrics", 2112},
	portGossip:       {"gossip-port", "SERVER_GOSSIP_PORT", "cluster gossip", 7946},
	portData:         {"data-port", "SERVER_DATA_PORT", "cluster data", 7947},
	portRaft:         {"raft-port", "SERVER_RAFT_PORT", "Raft", 8300},
	portRaftInternal: {"", "", "Raft's internal calls (always the port after Raft's)", 8301},
}

// setting names what sets row i's port.
func setting(i int) string {
	if portTable[i].flag == "" {
		i--
	}

	return fmt.Sprintf("%s (or --%s)", portTable[i].variable, portTable[i].flag)
}

// parsePorts reads the ports; what is not said is standard, or 0 for a free one.
func parsePorts(numbers []string, free bool) (ports, error) {
	result := make(ports, len(portTable))
	taken := map[int]string{}

	for i, row := range portTable {
		switch {
		case row.flag == "" && result[i-1] == 0:
			continue
		case row.flag == "":
			if result[i] = result[i-1] + 1; result[i] > highestPort {
				return nil, fmt.Errorf("%s leaves no port for %s", setting(i), row.purpose)
			}
		case numbers[i] != "":
			n, err := strconv.Atoi(numbers[i])
			if err != nil || n < 1 || n > highestPort {
				return nil, fmt.Errorf("%s is a port from 1 to %d, not %q", setting(i), highestPort, numbers[i])
			}

			result[i] = n
		case !free:
			result[i] = row.standard
		default:
			continue
		}

		if other, ok := taken[result[i]]; ok {
			return nil, fmt.Errorf("port %d cannot be for %s and also for %s: set %s to another one",
				result[i], other, row.purpose, setting(i))
		}

		taken[result[i]] = row.purpose
	}

	return result, nil
}

// chosen returns the ports with every 0 replaced by a free port, after a check that the others are free.
func (p ports) chosen() (ports, error) {
	result := make(ports, len(p))
	busy := []string{}
	used := map[int]bool{}

	for i, number := range p {
		if number == 0 {
			continue
		}

		result[i], used[number] = number, true

		if err := available(number); err != nil {
			reason := "is taken by another process"

			if !errors.Is(err, syscall.EADDRINUSE) {
				reason = "cannot be used: " + err.Error()
			}

			busy = append(busy, fmt.Sprintf("port %d, for %s, %s: set %s to a free port, or SERVER_PORTS=free",
				number, portTable[i].purpose, reason, setting(i)))
		}
	}

	if len(busy) > 0 {
		return nil, errors.New(strings.Join(busy, "\n"))
	}

	for i := range result {
		if result[i] != 0 {
			continue
		}

		// A row that follows was filled in with the one before.
		width := 1
		if i+1 < len(portTable) && portTable[i+1].flag == "" {
			width = 2
		}

		number, err := freePorts(used, width)
		if err != nil {
			return nil, err
		}

		for j := range width {
			result[i+j], used[number+j] = number+j, true
		}
	}

	return result, nil
}

// freePorts draws neighbouring ports from below the range that systems take for outgoing connections: what is free now
// then stays so, unless another one draws the same. It returns the first.
func freePorts(used map[int]bool, width int) (int, error) {
	const lowest, count, tries = 20000, 10000, 200

	for range tries {
		first := lowest + rand.IntN(count) //nolint:gosec // not a secret
		free := true

		for number := first; number < first+width && free; number++ {
			free = !used[number] && available(number) == nil
		}

		if free {
			return first, nil
		}
	}

	return 0, fmt.Errorf("no free port found between %d and %d", lowest, lowest+count)
}

// available tells whether the server could listen on the port. HTTP listens on loopback, the rest on all addresses:
// both are tried, as some systems let the two coexist and one would get the other's calls.
func available(number int) error {
	for _, host := range []string{"127.0.0.1", ""} {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(number))) //nolint:noctx // returns at once
		if err != nil {
			var syscallErr *os.SyscallError
			if errors.As(err, &syscallErr) {
				return syscallErr.Err
			}

			return err
		}

		if err := listener.Close(); err != nil {
			return err
		}
	}

	return nil
}
