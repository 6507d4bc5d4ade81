package record

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// controlGroup is this process's control group, as far as it is about processor time: its folder and those above it that can be seen,
// which bind it, too. Of version 1, that controller has a hierarchy of its own.
type controlGroup struct {
	folders []string
	one     bool // it is of version 1
}

// ownGroup is the one of this process.
var ownGroup = sync.OnceValue(func() controlGroup { return findGroup("/") })

// cpuQuota is how many processors' worth of time this process is held to by its control group or one above it; 0 for no limit.
func cpuQuota() float64 { return ownGroup().quota() }

// cpuThrottled is how long this process's control group, and those above it, were kept from running so far, because they had used up
// their quota. It adds up over processors.
func cpuThrottled() time.Duration { return ownGroup().throttled() }

// findGroup looks for the control group of the process whose /proc/self is below a root.
func findGroup(root string) controlGroup {
	g := controlGroup{one: true}
	name, found := groupName(root, func(controllers []string) bool { return slices.Contains(controllers, "cpu") })
	if !found { // version 2 has one hierarchy for all controllers, and names none
		g.one = false
		if name, found = groupName(root, func(controllers []string) bool { return controllers[0] == "" }); !found {
			return controlGroup{}
		}
	}
	top, folder := g.mounted(root, name)
	if top == "" {
		return controlGroup{}
	}
	for ; len(folder) >= len(top); folder = path.Dir(folder) {
		g.folders = append(g.folders, path.Join(root, folder))
		if folder == "/" {
			break
		}
	}
	return g
}

// groupName finds the process's group in one of the hierarchies of /proc/self/cgroup, by the controllers that it is for.
func groupName(root string, is func(controllers []string) bool) (string, bool) {
	text, _ := os.ReadFile(path.Join(root, "proc/self/cgroup")) // empty when there is none
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // its number, its controllers, its name
		if len(fields) == 3 && is(strings.Split(fields[1], ",")) {
			return path.Join("/", fields[2]), true
		}
	}
	return "", false
}

// mounted is where the group of a name can be seen, and the topmost that can. In a container, what is mounted may be the container's own
// group only, while the group's name is told as it is outside.
func (g *controlGroup) mounted(root, name string) (top, folder string) {
	text, _ := os.ReadFile(path.Join(root, "proc/self/mountinfo"))
	for line := range strings.Lines(string(text)) {
		mount, system, _ := strings.Cut(line, " - ")
		fields, kind := strings.Fields(mount), strings.Fields(system) // as proc_pid_mountinfo(5) has them
		if len(fields) < 5 || len(kind) < 3 {
			continue
		}
		if g.one && (kind[0] != "cgroup" || !slices.Contains(strings.Split(kind[2], ","), "cpu")) || !g.one && kind[0] != "cgroup2" {
			continue
		}
		top = unescaped(fields[4])
		if below, ok := strings.CutPrefix(name+"/", strings.TrimSuffix(unescaped(fields[3]), "/")+"/"); ok {
			return top, path.Join(top, below)
		}
		return top, top
	}
	return "", ""
}

// unescaped undoes what the kernel does to the spaces of a path.
func unescaped(text string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(text)
}

func (g controlGroup) quota() float64 {
	quota := 0.0
	for _, folder := range g.folders {
		var limit float64
		if g.one {
			limit = parseQuota(read(folder, "cpu.cfs_quota_us") + " " + read(folder, "cpu.cfs_period_us"))
		} else {
			limit = parseQuota(read(folder, "cpu.max"))
		}
		if limit > 0 && (quota == 0 || limit < quota) {
			quota = limit
		}
	}
	return quota
}

// read reads a file of a control group; empty when there is none: the topmost group has few.
func read(folder, file string) string {
	text, _ := os.ReadFile(path.Join(folder, file))
	return strings.TrimSpace(string(text))
}

// parseQuota reads the µs that may be used in a period, or "max" or -1, and the µs of a period.
func parseQuota(text string) float64 {
	used, period, _ := strings.Cut(text, " ")
	u, errUsed := strconv.ParseFloat(used, 64)
	p, errPeriod := strconv.ParseFloat(period, 64)
	if errUsed != nil || errPeriod != nil || u <= 0 || p <= 0 {
		return 0
	}
	return u / p
}

func (g controlGroup) throttled() time.Duration {
	name, unit := "throttled_usec", time.Microsecond
	if g.one {
		name, unit = "throttled_time", time.Nanosecond
	}
	var sum time.Duration
	for _, folder := range g.folders {
		for line := range strings.Lines(read(folder, "cpu.stat")) {
			if value, ok := strings.CutPrefix(line, name+" "); ok {
				n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64) // 0 for what is no number
				sum += time.Duration(n) * unit
			}
		}
	}
	return sum
}
