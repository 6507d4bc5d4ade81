package record

import (
	"bytes"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// store keeps the series of a run that is being recorded: those that grow as they are, the others encoded. An ended block
// costs what it costs in the file, some 20 kB.
type store struct {
	encoder *encoder
	decoder *zstd.Decoder
	series  map[Key]*stored
}

type stored struct {
	frame []byte
	// series is nil for one that did not grow since it was encoded last.
	series *Series
}

func newStore() (*store, error) {
	encoder, err := newEncoder()
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &store{encoder, decoder, make(map[Key]*stored)}, nil
}

// add merges what was recorded anew, and encodes it. What did not grow this time is kept only encoded.
func (s *store) add(fresh map[Key]*live) error {
	for key, kept := range s.series {
		if fresh[key] == nil {
			kept.series = nil
		}
	}
	for key, l := range fresh {
		kept := s.series[key]
		if kept == nil {
			kept = &stored{}
			s.series[key] = kept
		}
		// A batch that outlasted its block may come after the block was put away.
		if kept.series == nil && kept.frame != nil {
			series, err := s.decode(kept.frame)
			if err != nil {
				return err
			}
			kept.series = series
		}
		kept.series = kept.series.orMerge(l.series())
		frame, err := s.encoder.series(kept.series)
		if err != nil {
			return err
		}
		kept.frame = frame
	}
	return nil
}

func (s *store) decode(frame []byte) (*Series, error) {
	text, err := s.decoder.DecodeAll(frame, nil)
	if err != nil {
		return nil, err
	}
	r := newReader()
	r.lines = 1
	for line := range bytes.Lines(text) {
		if err := r.line(line); err != nil {
			return nil, err
		}
	}
	return r.series, nil
}

// frames is a whole run file, in parts.
func (s *store) frames(p *Process) ([][]byte, error) {
	header, err := s.encoder.header()
	if err != nil {
		return nil, err
	}
	process, err := s.encoder.process(p)
	if err != nil {
		return nil, err
	}
	frames := [][]byte{header, process}
	keys := make([]Key, 0, len(s.series))
	for key := range s.series {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, Key.compare)
	for _, key := range keys {
		frames = append(frames, s.series[key].frame)
	}
	trailer, err := s.encoder.trailer(1, len(keys))
	return append(frames, trailer), err
}
