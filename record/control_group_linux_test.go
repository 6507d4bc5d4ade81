package record

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseQuota(t *testing.T) {
	t.Parallel()
	for text, quota := range map[string]float64{
		"max 100000": 0, "50000 100000": 0.5, "400000 100000": 4, "-1 100000": 0, "": 0, " ": 0, "x y": 0, "5 0": 0, "5": 0,
	} {
		require.InDelta(t, quota, parseQuota(text), 0, text)
	}
}

// TestControlGroups looks for quotas in systems that are folders.
func TestControlGroups(t *testing.T) {
	t.Parallel()
	const (
		hybrid = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n" +
			"33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
		two = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
	)
	for name, c := range map[string]struct {
		cgroup, mountinfo string
		files             map[string]string
		quota             float64
		throttled         time.Duration
	}{
		"version 1": {
			"9:name=systemd:/\n4:memory:/other\n2:cpu,cpuacct:/a/b\n0::/\n", hybrid, map[string]string{
				"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us": "20000\n", "sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us": "100000\n",
				"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.stat":       "nr_periods 5\nnr_throttled 2\nthrottled_time 1500000\n",
				"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
				"sys/fs/cgroup/unified/cpu.stat": "throttled_usec 7\n",
			}, 0.2, 1500 * time.Microsecond,
		},
		"version 1, held by the group above": {
			"1:cpu:/a/b\n", hybrid, map[string]string{
				"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us": "400000\n", "sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us": "100000\n",
				"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.stat":       "throttled_time 1000\n",
				"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "25000\n", "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "50000\n",
				"sys/fs/cgroup/cpu,cpuacct/a/cpu.stat": "throttled_time 9000\n",
			}, 0.5, 10 * time.Microsecond,
		},
		"version 1, in a container that sees its own group only": {
			"2:cpuacct,cpu:/docker/1f\n", "32 31 0:29 /docker/1f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpuacct,cpu\n", map[string]string{
				"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
				"sys/fs/cgroup/cpu/cpu.stat": "throttled_time 3000",
			}, 1.5, 3 * time.Microsecond,
		},
		"version 1, below a container's group": {
			"2:cpu:/docker/1f/own\n", "32 31 0:29 /docker/1f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n", map[string]string{
				"sys/fs/cgroup/cpu/own/cpu.cfs_quota_us": "70000", "sys/fs/cgroup/cpu/own/cpu.cfs_period_us": "100000",
				"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
			}, 0.7, 0,
		},
		"version 1, of which somebody else's group is mounted": {
			"2:cpu:/docker/1f2\n", "32 31 0:29 /docker/1f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n", map[string]string{
				"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
			}, 1.5, 0,
		},
		"version 2": {
			"0::/user.slice/a b.scope\n", two, map[string]string{
				"sys/fs/cgroup/user.slice/a b.scope/cpu.max":  "50000 100000\n",
				"sys/fs/cgroup/user.slice/cpu.max":            "max 100000\n",
				"sys/fs/cgroup/user.slice/a b.scope/cpu.stat": "usage_usec 5\nnr_throttled 2\nthrottled_usec 1500\n",
				"sys/fs/cgroup/cpu.stat":                      "usage_usec 5\n",
			}, 0.5, 1500 * time.Microsecond,
		},
		"version 2, elsewhere": {
			"0::/\n", `30 23 0:26 / /a\040b rw - cgroup2 none rw` + "\n", map[string]string{
				"a b/cpu.max": "30000 100000", "a b/cpu.stat": "throttled_usec many",
			}, 0.3, 0,
		},
		"version 2, at the top of everything": {
			"0::/\n", "30 23 0:26 / / rw - cgroup2 none rw\n", map[string]string{"cpu.max": "30000 100000"}, 0.3, 0,
		},
		"no quota":                  {"0::/a\n", two, nil, 0, 0},
		"nothing is mounted":        {"0::/a\n", "", nil, 0, 0},
		"no groups":                 {"", two, nil, 0, 0},
		"what is no list of mounts": {"0::/a\n1:cpu:/a", "32 31\n - \na - b c\n", nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			write := func(file, text string) {
				require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(file)), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(text), 0o600))
			}
			write("proc/self/cgroup", c.cgroup)
			write("proc/self/mountinfo", c.mountinfo)
			for file, text := range c.files {
				write(file, text)
			}
			group := findGroup(root)
			require.InDelta(t, c.quota, group.quota(), 0)
			require.Equal(t, c.throttled, group.throttled())
		})
	}
}
