package record

import (
	"bufio"
	"bytes"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// controlGroups is where the kernel shows its control groups.
const controlGroups = "/sys/fs/cgroup"

func cpuModel() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// residentMemory is the memory of the machine that this process holds, in bytes.
func residentMemory() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	resident, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}

// controlGroup is the folder of this process's control group (version 2); empty when it has none.
var controlGroup = sync.OnceValue(func() string {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			return path.Join(controlGroups, path.Join("/", name))
		}
	}
	return ""
})

// cpuQuota is how many processors' worth of time this process is held to by its control group or one above it; 0 for no
// limit.
func cpuQuota() float64 {
	quota := 0.0
	for folder := controlGroup(); strings.HasPrefix(folder, controlGroups); folder = path.Dir(folder) {
		text, err := os.ReadFile(path.Join(folder, "cpu.max"))
		if err != nil {
			continue // the topmost has none
		}
		if limit := parseQuota(string(text)); limit > 0 && (quota == 0 || limit < quota) {
			quota = limit
		}
	}
	return quota
}

// parseQuota reads cpu.max: the µs that may be used in a period, or "max", and the µs of a period.
func parseQuota(text string) float64 {
	used, period, _ := strings.Cut(strings.TrimSpace(text), " ")
	u, errUsed := strconv.ParseFloat(used, 64)
	p, errPeriod := strconv.ParseFloat(period, 64)
	if errUsed != nil || errPeriod != nil || p <= 0 {
		return 0
	}
	return u / p
}

// cpuThrottled is how long this process's control group was kept from running so far, because it had used up its quota.
func cpuThrottled() time.Duration {
	text, err := os.ReadFile(path.Join(controlGroup(), "cpu.stat"))
	if err != nil {
		return 0
	}
	return parseThrottled(string(text))
}

func parseThrottled(text string) time.Duration {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "throttled_usec "); ok {
			microseconds, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return 0
			}
			return time.Duration(microseconds) * time.Microsecond
		}
	}
	return 0
}
