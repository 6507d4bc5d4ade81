package record

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"go.k6.io/k6/v2/output"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// The modules whose versions are recorded.
const (
	extensionModule = "github.com/xk6-weaviate/xk6-weaviate"
	k6Module        = "go.k6.io/k6/v2"
)

// maxOptions is how long k6's options may be to be kept, in bytes of JSON.
const maxOptions = 1 << 20

// Process is one k6 process that took part in a run: what it was, and what it and the server used. Texts hold no secrets.
type Process struct {
	// ID is a random number: the same process does not count twice.
	ID string `json:"id"`
	// Start and End are when recording began and when the file was written last, in µs since 1970.
	Start int64 `json:"start"`
	End   int64 `json:"end"`
	// Complete says that k6 came to its end, be it an early one. A process that was killed, or could not write its last
	// state, leaves false.
	Complete bool `json:"complete"`
	// Stopped says why the run ended early, or failed; empty when it did not.
	Stopped string `json:"stopped,omitempty"`
	// Batches is the number of batches that the process recorded, Dispatched that of those it began to send; 0 when it is not
	// known. As long as the run goes on, those in flight are the difference.
	Batches    int64 `json:"batches"`
	Dispatched int64 `json:"dispatched,omitempty"`
	// FirstBlock is when the plan's first block began in this process, in µs since 1970, as the ends of its batches' blocks tell; 0 when
	// none told. Processes that share a run send by the same strategy at the same time only if theirs are the same.
	FirstBlock int64 `json:"firstBlock,omitempty"`
	// ClockSet is by how much the clock of the day was set while the process ran, in µs, at most: 0 when it was not, or by less than a
	// tenth of a second. (It is as if it were when the machine sleeps.) All times that are recorded are told as if it had not been.
	ClockSet int64 `json:"clockSet,omitempty"`

	Versions Versions `json:"versions"`
	Machine  Machine  `json:"machine"`
	// CommandLine is how k6 was called.
	CommandLine []string `json:"commandLine,omitempty"`
	// Script is the name of the script, without its folder.
	Script string `json:"script,omitempty"`
	// Options are k6's options as they were in force.
	Options json.RawMessage `json:"options,omitempty"`
	// Segment is the process's part of a run that several share, like 0:1/2; empty for all of it.
	Segment string `json:"segment,omitempty"`
	// Info is what setup() told; nil when it told nothing.
	Info *measure.RunInfo `json:"info,omitempty"`
	// Server is what the server used; nil unless WEAVIATE_METRICS_URL is set.
	Server *Server `json:"server,omitempty"`

	// Client is what the process itself used.
	Client Timeline[ClientRow] `json:"-"`
}

// Versions are those of the parts of a k6 binary.
type Versions struct {
	Extension string `json:"extension"`
	K6        string `json:"k6"`
	Go        string `json:"go"`
}

// Machine is where a process ran.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	// CPU is the name of the processor; empty when the system does not tell.
	CPU string `json:"cpu,omitempty"`
	// CPUs is the number of logical processors that the process could run on; Procs of them it used at a time (GOMAXPROCS).
	CPUs  int `json:"cpus"`
	Procs int `json:"procs"`
	// Quota is how many processors' worth of time it was held to; 0 when it was not, or when the system does not tell.
	Quota float64 `json:"quota,omitempty"`
}

// Cores is how many processors' worth of time the process could use.
func (m Machine) Cores() float64 {
	cores := float64(min(m.CPUs, m.Procs))
	if m.Quota > 0 {
		return min(m.Quota, cores)
	}
	return cores
}

// Lost is how many batches of a process that came to its end were dispatched and not recorded. It should be 0, and is less when
// more were recorded than dispatched.
func (p *Process) Lost() int64 {
	if !p.Complete || p.Dispatched == 0 {
		return 0
	}
	return p.Dispatched - p.Batches
}

func (p *Process) compare(other *Process) int {
	return cmp.Or(cmp.Compare(p.Start, other.Start), cmp.Compare(p.ID, other.ID))
}

// newProcess is this process, as far as it is known before the run.
func newProcess(params *output.Params, clean *cleaner, now time.Time) *Process {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	p := &Process{
		ID: hex.EncodeToString(id[:]), Start: now.UnixMicro(), End: now.UnixMicro(),
		Versions: versions(),
		Machine: Machine{
			OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuModel(),
			CPUs: runtime.NumCPU(), Procs: runtime.GOMAXPROCS(0), Quota: cpuQuota(),
		},
	}
	arguments := clean.arguments(os.Args)
	arguments[0] = filepath.Base(arguments[0])
	p.CommandLine = arguments
	if params.ScriptPath != nil {
		p.Script = clean.clean(filepath.Base(params.ScriptPath.Path), maxText)
	}
	if options, err := json.Marshal(params.ScriptOptions); err == nil && len(options) < maxOptions {
		p.Options = clean.json(options)
	}
	if segment := params.ScriptOptions.ExecutionSegment; segment != nil {
		p.Segment = segment.String()
	}
	return p
}

func versions() Versions {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return Versions{Extension: version(info, extensionModule), K6: version(info, k6Module), Go: runtime.Version()}
}

// version is that of a module in a binary.
func version(info *debug.BuildInfo, path string) string {
	for _, module := range append(info.Deps, &info.Main) {
		switch {
		case module.Path != path:
		case module.Replace != nil && module.Replace.Version == "":
			return "devel" // built from a folder
		case module.Replace != nil:
			return module.Replace.Version
		default:
			return module.Version
		}
	}
	return "unknown"
}
