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

	fileVersion = 2
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

// At is the trial at the rate that was found that measured most batches, of the longer ones if there are any, and of several the one with the
// longest duration; nil when there is none.
func (f *Finding) At() *Trial {
	var at *Trial
	for i := range f.Trials {
		t := &f.Trials[i]
		if t.Rate != f.Rate || t.Client != "" {
			continue
		}
		if at == nil || t.Confirms && !at.Confirms || t.Confirms == at.Confirms &&
			(t.Batches > at.Batches || t.Batches == at.Batches && t.Duration > at.Duration) {
			at = t
		}
	}
	return at
}

// Sentence says what was found.
func (f *Finding) Sentence() string {
	next := ""
	if f.Next > 0 {
		next = fmt.Sprintf(" At %d, %s.", f.Next, f.Why)
	}
	more := ""
	if f.Client {
		more = " Weaviate may carry more."
	}
	switch {
	case f.Rate == 0 && f.Client:
		return fmt.Sprintf("Nothing is known of Weaviate: at %d, %s.", f.Next, f.Why)
	case f.Rate == 0 && f.Open != "":
		return fmt.Sprintf("No rate was found that keeps to %s: %s.%s", f.Objective, f.Open, next)
	case f.Rate == 0:
		return fmt.Sprintf("Not one batch a second keeps to %s.%s", f.Objective, next)
	case f.Most && f.Confirmed:
		return fmt.Sprintf("It carries %d batches a second, more than which is not tried.", f.Rate)
	case !f.Confirmed:
		return fmt.Sprintf("%d batches a second may keep to %s, which is not confirmed: %s.%s%s", f.Rate, f.Objective, f.Open, next, more)
	default:
		return fmt.Sprintf("%d batches a second keep to %s, also for longer.%s%s", f.Rate, f.Objective, next, more)
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
	if f.Rate < 0 || f.Rate > MostRate || f.Next < 0 || f.Next > MostRate || len(f.Trials) > maxTrials {
		return errors.New("it has a rate or a number of trials that cannot be")
	}
	for i := range f.Trials {
		t := &f.Trials[i]
		for _, x := range []float64{t.Duration, t.Seconds} {
			if !(x >= 0) || math.IsInf(x, 0) {
				return errors.New("it has a number that cannot be")
			}
		}
		if t.Rate < 1 || t.Rate > MostRate || t.Failed < 0 || t.Slow < t.Failed || t.Batches < t.Slow {
			return errors.New("it has a trial that cannot be")
		}
	}
	return nil
}
