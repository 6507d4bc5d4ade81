package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
)

// The endings of the files of a test in a results folder.
const (
	endingRun = ".weaviate"
	endingLog = ".log"
)

// manifestName is the file in which a bench says what it is to run and what is done.
const manifestName = "bench.json"

// maxManifest is how much of it is read, in bytes.
const maxManifest = 1 << 20

// Source is a results folder, or some run files, as they were read.
type Source struct {
	Name string
	// Runs are ordered by name.
	Runs []*Run
	// Limits are the highest sustainable rates, where a bench has looked for them.
	Limits []slo.Finding
	// Problems are the files that could not be used.
	Problems []Problem
}

// Run is one run of a Source, put together from the files of its parts.
type Run struct {
	// Name is what its files are called, without what tells them apart and without their endings.
	Name  string
	Files []string
	Run   *record.Run
}

// ErrNothing says that there is nothing to report: the name leads nowhere, or to a folder without run files.
var ErrNothing = errors.New("nothing to report")

// Newest is the newest results folder in a folder, by its name.
func Newest(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	newest := ""
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), "results_") {
			newest = max(newest, entry.Name())
		}
	}
	if newest == "" {
		return "", fmt.Errorf("%w: there is no results folder here; name one, or run `k6 x weaviate bench` first", ErrNothing)
	}
	return filepath.Join(folder, newest), nil
}

// Open reads a results folder, or one or more run files. What it cannot use of them becomes a problem; the error is for when
// there is nothing to look at.
func Open(paths ...string) (*Source, error) {
	var files []string
	s := &Source{}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%w: there is no %s", ErrNothing, path)
		case err != nil:
			return nil, err
		case info.IsDir() && len(paths) > 1:
			return nil, fmt.Errorf("%w: %s is a folder; name one results folder, or run files only", ErrNothing, path)
		case info.IsDir():
			if files, err = s.folder(path); err != nil {
				return nil, err
			}
		default:
			files = append(files, path)
		}
	}
	if len(paths) > 0 {
		s.Name = nameOf(paths[0])
	}
	s.read(files)
	return s, nil
}

func nameOf(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	return filepath.Base(absolute)
}

// folder lists the run files of a results folder, and tells of tests without one.
func (s *Source) folder(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	var files []string
	begun, recorded := make(map[string]bool), make(map[string]bool)
	bench := false
	for _, entry := range entries {
		switch name := entry.Name(); {
		case entry.IsDir():
		case strings.HasSuffix(name, endingRun):
			recorded[testName(name)] = true
			// A link may lead out of the folder, and what is no file may never end.
			if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
				s.problem(name, "it is no file of this folder, and was not looked at")
				continue
			}
			files = append(files, filepath.Join(folder, name))
		case strings.HasSuffix(name, endingLog):
			begun[strings.TrimSuffix(name, endingLog)] = true
		case name == manifestName:
			bench = true
			s.manifest(folder, root)
		case name == slo.FileName:
			s.limits(root)
		}
	}
	for name := range begun {
		if bench && !recorded[name] {
			s.problem(name+endingRun, "the test recorded nothing: its log, %s, says why", name+endingLog)
		}
	}
	if len(files) == 0 && len(s.Limits) == 0 && len(s.Problems) == 0 && !bench {
		return nil, fmt.Errorf("%w: %s holds no run files (*%s): name the results folder of a bench", ErrNothing, folder, endingRun)
	}
	return files, nil
}

// manifest sees whether all tests of a bench are done.
func (s *Source) manifest(folder string, root *os.Root) {
	var m struct {
		SearchTypes []string `json:"searchTypes"`
		Limits      []int    `json:"limits"`
		Done        []string `json:"done"`
	}
	if err := readManifest(root, &m); err != nil {
		s.problem(manifestName, "it cannot be read, so that tests may be missing: %v", err)
		return
	}
	if planned := len(m.SearchTypes) * len(m.Limits); len(m.Done) < planned {
		s.problem(manifestName, "%d of %d tests came to their end: `k6 x weaviate bench --resume %s` runs the others",
			len(m.Done), planned, folder)
	}
}

// limits reads the highest sustainable rates.
func (s *Source) limits(root *os.Root) {
	found, err := func() ([]slo.Finding, error) {
		if info, err := root.Stat(slo.FileName); err != nil || !info.Mode().IsRegular() {
			return nil, errors.New("it is no file of this folder")
		}
		file, err := root.Open(slo.FileName)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		return slo.Decode(file)
	}()
	if err != nil {
		s.problem(slo.FileName, "it cannot be read: %v", err)
	}
	s.Limits = found
}

// readManifest reads what a bench says of itself.
func readManifest(root *os.Root, to any) error {
	if info, err := root.Stat(manifestName); err != nil || !info.Mode().IsRegular() {
		return errors.New("it is no file of this folder")
	}
	file, err := root.Open(manifestName)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxManifest))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// testName is what the files of a test have in common: parts of a run differ in what follows the first dot.
func testName(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}

func (s *Source) problem(file, format string, args ...any) {
	s.Problems = append(s.Problems, Problem{File: file, Text: fmt.Sprintf(format, args...)})
}

// read reads run files and puts the parts of runs together.
func (s *Source) read(files []string) {
	runs, errs := readAll(files)
	byName := make(map[string]*Run)
	for i, path := range files {
		if errs[i] != nil {
			s.problem(filepath.Base(path), "%v", errs[i])
			continue
		}
		name := testName(path)
		known := byName[name]
		if known == nil {
			known = &Run{Name: name, Run: runs[i], Files: []string{filepath.Base(path)}}
			byName[name] = known
			s.Runs = append(s.Runs, known)
			continue
		}
		merged, err := merge(known.Run, runs[i])
		if err != nil {
			s.problem(filepath.Base(path), "it is no part of the run of %s: %v", strings.Join(known.Files, " and "), err)
			continue
		}
		known.Run, known.Files = merged, append(known.Files, filepath.Base(path))
	}
	slices.SortFunc(s.Runs, func(a, b *Run) int { return cmp.Compare(a.Name, b.Name) })
	s.bound()
	slices.SortFunc(s.Problems, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Text, b.Text)) })
}

// readAll reads run files, as many at a time as there are processors.
func readAll(files []string) ([]*record.Run, []error) {
	runs, errs := make([]*record.Run, len(files)), make([]error, len(files))
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range files {
		reading.Go(func() error {
			runs[i], errs[i] = readRun(path)
			return nil
		})
	}
	_ = reading.Wait() // every file has an error of its own
	return runs, errs
}

func readRun(path string) (*record.Run, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return record.Read(file, filepath.Base(path))
}

// merge puts two parts of a run together. Parts run at the same time: two runs of the same plan, one after the other, are no
// parts.
func merge(a, b *record.Run) (*record.Run, error) {
	for _, p := range a.Processes {
		for _, q := range b.Processes {
			if p.End < q.Start || q.End < p.Start {
				return nil, errors.New("they did not run at the same time; give the files of different runs different names before the first dot")
			}
		}
	}
	return record.Merge(a, b)
}
