package slo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	// FileName is the file of a results folder that holds findings.
	FileName = "limits.json"

	fileVersion = 1
	// maxFile is how much of it is read, in bytes, and maxFindings and maxTrials how much it may hold.
	maxFile     = 4 << 20
	maxFindings = 1000
	maxTrials   = 100
)

// Finding is the highest rate that one strategy sustains.
type Finding struct {
	SearchType fanout.SearchType `json:"searchType"`
	// Limit is how many objects each query asks for.
	Limit    int             `json:"limit"`
	Strategy fanout.Strategy `json:"strategy"`
	// Objective is what the rate keeps to, as Parse reads it.
	Objective string `json:"objective"`
	Result
}

// last is the last trial of those for which f holds; nil for none.
func (f *Finding) last(holds func(*Trial) bool) *Trial {
	for i := len(f.Trials) - 1; i >= 0; i-- {
		if holds(&f.Trials[i]) {
			return &f.Trials[i]
		}
	}
	return nil
}

// At is the last trial at the rate that was found; nil when there is none.
func (f *Finding) At() *Trial {
	return f.last(func(t *Trial) bool { return t.Rate == f.Rate && t.Holds() })
}

// Beyond is the trial of the lowest rate that did not hold; nil when all did.
func (f *Finding) Beyond() *Trial {
	var lowest *Trial
	for i := range f.Trials {
		if t := &f.Trials[i]; !t.Holds() && (lowest == nil || t.Rate <= lowest.Rate) {
			lowest = t
		}
	}
	return lowest
}

// Sentence says what was found.
func (f *Finding) Sentence() string {
	beyond := ""
	if t := f.Beyond(); t != nil {
		beyond = fmt.Sprintf(" At %d, %s.", t.Rate, t.Why)
	}
	switch {
	case f.Rate == 0:
		return fmt.Sprintf("Not one batch a second keeps to %s.%s", f.Objective, beyond)
	case f.Most:
		return fmt.Sprintf("It carries %d batches a second, more than which is not tried.", f.Rate)
	case !f.Confirmed:
		return fmt.Sprintf("No rate was confirmed by a longer trial; %d batches a second may keep to %s.%s", f.Rate, f.Objective, beyond)
	default:
		return fmt.Sprintf("%d batches a second keep to %s, also for longer.%s", f.Rate, f.Objective, beyond)
	}
}

type file struct {
	Version int       `json:"version"`
	Limits  []Finding `json:"limits"`
}

// Encode writes findings as Decode reads them.
func Encode(findings []Finding) ([]byte, error) {
	text, err := json.MarshalIndent(file{fileVersion, findings}, "", "  ")
	return append(text, '\n'), err
}

// Decode reads findings, and believes nothing that cannot be.
func Decode(r io.Reader) ([]Finding, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("it is longer than %d bytes", maxFile)
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if f.Version != fileVersion {
		return nil, fmt.Errorf("it has version %d, and this is for version %d", f.Version, fileVersion)
	}
	if len(f.Limits) > maxFindings {
		return nil, fmt.Errorf("it has %d findings, and at most %d are read", len(f.Limits), maxFindings)
	}
	for i := range f.Limits {
		if err := f.Limits[i].check(); err != nil {
			return nil, fmt.Errorf("finding %d: %w", i+1, err)
		}
	}
	return f.Limits, nil
}

func (f *Finding) check() error {
	if _, err := fanout.ParseStrategy(string(f.Strategy)); err != nil {
		return err
	}
	if _, err := Parse(f.Objective); err != nil {
		return err
	}
	if f.Rate < 0 || f.Rate > MostRate || len(f.Trials) > maxTrials {
		return errors.New("it has a rate or a number of trials that cannot be")
	}
	for i := range f.Trials {
		t := &f.Trials[i]
		for _, x := range []float64{t.Duration, t.Failed, t.Carried, t.ClientCPU} {
			if !(x >= 0) || math.IsInf(x, 0) {
				return errors.New("it has a number that cannot be")
			}
		}
		if t.Rate < 1 || t.Rate > MostRate || t.Batches < 0 {
			return errors.New("it has a trial that cannot be")
		}
	}
	return nil
}
