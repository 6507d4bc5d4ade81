package record

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A run file is a sequence of zstd frames (https://www.rfc-editor.org/rfc/rfc8878) that hold lines of JSON, so `zstd -dc FILE`
// shows it. Each line is an object with one member, which says what it is: see line. A process or a series begins with a
// line of its own, and what it consists of follows. The last line says how many there were: a file that was cut short is
// found out.
//
// zstd and not gzip, because it is written while a run is measured: for files of nearly the same size (gzip's are 5 to 10 %
// smaller) it takes about a tenth of the processor time. And because its frames can simply be put one after another: what
// an ended block left is encoded once.

// Version is the version of the run file's format.
const Version = 1

// format is what a run file says that it is.
const format = "xk6-weaviate run"

// line is one line of a run file: one of its members.
type line struct {
	// Header is the first line.
	Header *header `json:"header,omitempty"`
	// Process is followed by its Client rows and, if it asked the server, its Server rows and Spans.
	Process *processLine `json:"process,omitempty"`
	Client  *ClientRow   `json:"client,omitempty"`
	Server  *ServerRow   `json:"server,omitempty"`
	Span    *ServerSpan  `json:"span,omitempty"`
	// Series is followed by its Collections, Rows and Samples.
	Series     *seriesLine `json:"series,omitempty"`
	Collection *Collection `json:"collection,omitempty"`
	Row        *BatchRow   `json:"row,omitempty"`
	Sample     *Sample     `json:"sample,omitempty"`
	// Trailer is the last line.
	Trailer *trailer `json:"trailer,omitempty"`
}

type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

type processLine struct {
	*Process

	ClientStep int64 `json:"clientStep,omitempty"`
	ServerStep int64 `json:"serverStep,omitempty"`
}

type seriesLine struct {
	*Series

	Step int64 `json:"step"`
}

type trailer struct {
	Processes int `json:"processes"`
	Series    int `json:"series"`
}

// encoder makes frames. It is for one goroutine.
type encoder struct {
	zstd *zstd.Encoder
	text bytes.Buffer
	out  []byte
}

// windowSize bounds how far back a frame refers, and so what it costs to read.
const windowSize = 1 << 20

func newEncoder() (*encoder, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize))
	if err != nil {
		return nil, err
	}
	return &encoder{zstd: z}, nil
}

// frame is a frame of some lines.
func (e *encoder) frame(lines ...line) ([]byte, error) {
	e.text.Reset()
	encode := json.NewEncoder(&e.text)
	encode.SetEscapeHTML(false)
	for i := range lines {
		if err := encode.Encode(&lines[i]); err != nil {
			return nil, err
		}
	}
	e.out = e.zstd.EncodeAll(e.text.Bytes(), e.out[:0])
	return bytes.Clone(e.out), nil // what is kept is no larger than it has to be
}

func (e *encoder) header() ([]byte, error) {
	return e.frame(line{Header: &header{format, Version}})
}

func (e *encoder) trailer(processes, series int) ([]byte, error) {
	return e.frame(line{Trailer: &trailer{processes, series}})
}

func (e *encoder) process(p *Process) ([]byte, error) {
	first := processLine{Process: p, ClientStep: p.Client.Step}
	if p.Server != nil {
		first.ServerStep = p.Server.Timeline.Step
	}
	lines := []line{{Process: &first}}
	for i := range p.Client.Rows {
		lines = append(lines, line{Client: &p.Client.Rows[i]})
	}
	if p.Server != nil {
		for i := range p.Server.Timeline.Rows {
			lines = append(lines, line{Server: &p.Server.Timeline.Rows[i]})
		}
		for _, s := range p.Server.Spans {
			lines = append(lines, line{Span: s})
		}
	}
	return e.frame(lines...)
}

func (e *encoder) series(s *Series) ([]byte, error) {
	lines := make([]line, 0, 1+len(s.Collections)+len(s.Timeline.Rows)+len(s.Samples))
	lines = append(lines, line{Series: &seriesLine{s, s.Timeline.Step}})
	for _, c := range s.Collections {
		lines = append(lines, line{Collection: c})
	}
	for i := range s.Timeline.Rows {
		lines = append(lines, line{Row: &s.Timeline.Rows[i]})
	}
	for _, sample := range s.Samples {
		lines = append(lines, line{Sample: sample})
	}
	return e.frame(lines...)
}

// Write writes the run file. Equal runs have equal bytes.
func (r *Run) Write(w io.Writer) error {
	e, err := newEncoder()
	if err != nil {
		return err
	}
	write := func(frame []byte, err error) error {
		if err == nil {
			_, err = w.Write(frame)
		}
		return err
	}
	if err := write(e.header()); err != nil {
		return err
	}
	for _, p := range r.Processes {
		if err := write(e.process(p)); err != nil {
			return err
		}
	}
	for _, s := range r.Series {
		if err := write(e.series(s)); err != nil {
			return err
		}
	}
	return write(e.trailer(len(r.Processes), len(r.Series)))
}
