package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/bomb"
)

// Limits of what is read, so that a hostile file costs an error and not the machine.
const (
	// maxLine is the length of the longest line in bytes: a plan with thousands of blocks is the longest that there is.
	maxLine = 4 << 20
	// Files are compressed about five-fold. One that grows more than maxRatio-fold, beyond a first minText bytes, is a bomb.
	maxRatio = 50
	minText  = 1 << 20
	// maxFileText is where it ends for any file, in bytes of text.
	maxFileText = 2 << 30

	// What a file has at most of things that a report goes through for each of another kind.
	maxProcesses   = 1000
	maxSearchTypes = 100
	maxCollections = 100_000 // by name
	maxBlocks      = 20_000  // planned, as package schedule has it
	mostSeries     = 5 * maxSeries
	maxSpans       = 100_000
)

var errBomb = errors.New("it grows far more than a run file does when it is decompressed")

// bounds are those of a run file.
func bounds() bomb.Bounds {
	return bomb.Bounds{Ratio: maxRatio, Least: minText, Most: maxFileText, Err: errBomb}
}

// Read reads a run file. It refuses what no run can have left; name is what it is called in errors.
func Read(from io.Reader, name string) (*Run, error) {
	compressed := &bomb.Counter{From: from}
	decoder, err := zstd.NewReader(compressed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowSize))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	defer decoder.Close()
	return readText(&bomb.Reader{From: decoder, Packed: compressed, Bounds: bounds()}, name)
}

// readText reads what a run file holds, decompressed.
func readText(from io.Reader, name string) (*Run, error) {
	text := bufio.NewScanner(from)
	text.Buffer(make([]byte, 0, 64<<10), maxLine)
	r := newReader()
	for text.Scan() {
		if err := r.line(text.Bytes()); err != nil {
			if cause := text.Err(); cause != nil {
				err = cause // the line was cut by it
			}
			return nil, fmt.Errorf("%s is not a run file: line %d: %w", name, r.lines, err)
		}
	}
	switch err := text.Err(); {
	case err != nil && r.lines == 0:
		return nil, fmt.Errorf("%s is not a run file: %w", name, err)
	case err != nil:
		return nil, fmt.Errorf("%s is not a whole run file: after line %d: %w", name, r.lines, err)
	case !r.ended:
		return nil, fmt.Errorf("%s is not a whole run file: it has no end", name)
	}
	return r.run, nil
}

// reader puts the lines of a run file together.
type reader struct {
	run   *Run
	lines int
	ended bool

	process *Process
	series  *Series

	searchTypes map[fanout.SearchType]bool
	collections map[string]bool
	spans       int
}

func newReader() *reader {
	return &reader{run: &Run{}, searchTypes: make(map[fanout.SearchType]bool), collections: make(map[string]bool)}
}

// bound refuses more of something than a run has.
func bound(what string, n, most int) error {
	if n > most {
		return fmt.Errorf("it has more than %d %s", most, what)
	}
	return nil
}

// name takes note of a collection.
func (r *reader) name(collection string) error {
	r.collections[collection] = true
	return bound("collections", len(r.collections), maxCollections)
}

func (r *reader) line(text []byte) error {
	r.lines++
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	switch {
	case r.ended:
		return errors.New("there is more after the end")
	case r.lines == 1:
		return l.Header.check()
	case l.Process != nil && l.Process.Process != nil:
		return r.addProcess(l.Process)
	case l.Client != nil || l.Server != nil || l.Span != nil:
		return r.addUse(&l)
	case l.Series != nil && l.Series.Series != nil:
		return r.addSeries(l.Series)
	case l.Collection != nil || l.Row != nil || l.Sample != nil:
		return r.addPart(&l)
	case l.Trailer != nil:
		return r.end(*l.Trailer)
	default:
		return errors.New("it is none that this version knows")
	}
}

func (h *header) check() error {
	switch {
	case h == nil || h.Format != format:
		return errors.New("it does not say that the file is one")
	case h.Version != Version:
		return fmt.Errorf("the file is of version %d and this binary reads version %d: use the binary that wrote it", h.Version, Version)
	}
	return nil
}

func (r *reader) end(t trailer) error {
	if t.Processes != len(r.run.Processes) || t.Series != len(r.run.Series) {
		return fmt.Errorf("there are %d processes and %d series, and should be %d and %d",
			len(r.run.Processes), len(r.run.Series), t.Processes, t.Series)
	}
	r.ended = true
	return nil
}

func (r *reader) addProcess(l *processLine) error {
	p := l.Process
	if r.series != nil {
		return errors.New("a process comes after series")
	}
	if err := errors.Join(p.check(), bound("processes", len(r.run.Processes)+1, maxProcesses)); err != nil {
		return err
	}
	if p.Info != nil {
		for i := range p.Info.Collections {
			if err := r.name(p.Info.Collections[i].Name); err != nil {
				return err
			}
		}
	}
	if r.process != nil && r.process.compare(p) >= 0 {
		return errors.New("processes are not in order")
	}
	if err := errors.Join(checkStep(l.ClientStep), checkStep(l.ServerStep)); err != nil {
		return err
	}
	p.Client.Step = l.ClientStep
	if p.Server != nil {
		p.Server.Timeline.Step = l.ServerStep
	}
	r.process = p
	r.run.Processes = append(r.run.Processes, p)
	return nil
}

// addUse adds what a process or the server used.
func (r *reader) addUse(l *line) error {
	switch p := r.process; {
	case p == nil || r.series != nil:
		return errors.New("it belongs to no process")
	case l.Client != nil:
		return errors.Join(addRow(&p.Client, *l.Client), l.Client.check())
	case p.Server == nil:
		return errors.New("the process did not ask the server")
	case l.Server != nil:
		return errors.Join(addRow(&p.Server.Timeline, *l.Server), l.Server.check())
	default:
		p.Server.Spans = append(p.Server.Spans, l.Span)
		r.spans++
		return errors.Join(l.Span.check(), bound("spans of the server", r.spans, maxSpans))
	}
}

func (r *reader) addSeries(l *seriesLine) error {
	s := l.Series
	r.searchTypes[s.SearchType] = true
	if err := errors.Join(s.check(), checkStep(l.Step), bound("series", len(r.run.Series)+1, mostSeries),
		bound("search types", len(r.searchTypes), maxSearchTypes)); err != nil {
		return err
	}
	if r.series != nil && r.series.compare(s) >= 0 {
		return errors.New("series are not in order")
	}
	s.Timeline.Step = l.Step
	r.series = s
	r.run.Series = append(r.run.Series, s)
	return nil
}

// addPart adds a part of a series.
func (r *reader) addPart(l *line) error {
	s := r.series
	if s == nil {
		return errors.New("it belongs to no series")
	}
	switch {
	case l.Collection != nil:
		if n := len(s.Collections); n > 0 && s.Collections[n-1].compare(l.Collection) >= 0 {
			return errors.New("collections are not in order")
		}
		s.Collections = append(s.Collections, l.Collection)
		return errors.Join(l.Collection.check(), r.name(l.Collection.Name))
	case l.Row != nil:
		return errors.Join(addRow(&s.Timeline, *l.Row), l.Row.check())
	default:
		if n := len(s.Samples); n > 0 && s.Samples[n-1].class() >= l.Sample.class() {
			return errors.New("samples are not in order")
		}
		s.Samples = append(s.Samples, l.Sample)
		return l.Sample.check()
	}
}

// addRow adds the next row of a time line.
func addRow[R row[R]](t *Timeline[R], next R) error {
	n := len(t.Rows)
	if t.Step == 0 || next.at() < 0 || next.at() > maxCount || next.at()%t.Step != 0 || n > 0 && t.Rows[n-1].at() >= next.at() {
		return errors.New("rows are not in order")
	}
	if n > 0 && next.at()/t.Step-t.Rows[0].at()/t.Step >= maxRows {
		return errors.New("a time line is longer than it can be")
	}
	t.Rows = append(t.Rows, next)
	return nil
}
