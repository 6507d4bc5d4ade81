package report

import (
	"slices"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Options say how a report is made.
type Options struct {
	// Thresholds are the limits that verdicts are held against.
	Thresholds verdict.Thresholds
	// Baseline is the strategy that the others are held against; empty for fanout.Baseline or, in a run that it was not part
	// of, for the first strategy of the run.
	Baseline fanout.Strategy
	// FailOn and Strategies are the gate: see Gate.
	FailOn     FailOn
	Strategies []fanout.Strategy
	// Now is when the report is made.
	Now time.Time
}

// New makes a report of what was read.
func New(source *Source, o Options) *Report {
	r := &Report{
		Version: Version, Created: o.Now.UTC().Truncate(time.Second), Name: source.Name, Problems: source.problems(), Limits: source.Limits,
		Thresholds: thresholds(o.Thresholds), Percentiles: percentiles(), Tests: []Test{}, Guide: guide(),
	}
	for _, run := range source.Runs {
		types := searchTypes(run.Run)
		for _, searchType := range types {
			name := run.Name
			if len(types) > 1 {
				name += " " + string(searchType)
			}
			r.Tests = append(r.Tests, newTest(name, run, searchType, o))
		}
	}
	if r.RecallTitle() != "" {
		r.Guide = append(r.Guide, recallTerm())
	}
	r.Gate = newGate(r, o)
	return r
}

// problems are those of the source, and the runs in which nothing was recorded.
func (s *Source) problems() []Problem {
	problems := slices.Clone(s.Problems)
	for _, run := range s.Runs {
		if len(run.Run.Series) == 0 {
			problems = append(problems, Problem{File: strings.Join(run.Files, ", "), Text: nothingRecorded(run.Run)})
		}
	}
	return problems
}

// nothingRecorded says why a run has no batches, as far as it is known.
func nothingRecorded(run *record.Run) string {
	for _, p := range run.Processes {
		if p.Stopped != "" {
			return "no batch was recorded, because the run ended before: " + p.Stopped
		}
	}
	return "no batch was recorded: the test's log may say why"
}

func newTest(name string, run *Run, searchType fanout.SearchType, o Options) Test {
	p := newPart(run.Run, searchType, o.Baseline)
	t := Test{
		Name: name, SearchType: searchType, Limit: p.info.Queries.Limit, Baseline: p.baseline, Strategies: p.run.Strategies(),
		RecallAt: p.recallAt(), TimeLimit: exact(p.timeLimit), Notes: p.notes(o.Baseline), Collections: p.collections(), Loads: []Load{},
		Timeline: p.timeline(), Facts: p.facts(run.Files),
	}
	if len(p.blocks) == 0 {
		t.Notes = append(t.Notes, p.client(o.Thresholds)...)
	}
	effects := make(map[fanout.Strategy][]verdict.Load)
	for _, users := range p.users() {
		under := p.under(users)
		load := Load{Users: users, Rate: float64(p.plan.Rate), Verdicts: []Verdict{}, Results: []Result{}, Blocks: under.dots()}
		load.NoiseFloor, load.FanOut, load.Protocol = nothing(), nothing(), nothing()
		judged := under.test(searchType)
		load.Rounds = rounds(judged)
		if len(judged.Blocks) > 0 {
			judgement := verdict.Judge(judged, o.Thresholds)
			for i := range judgement.Verdicts {
				v := &judgement.Verdicts[i]
				load.Verdicts = append(load.Verdicts, newVerdict(v))
				effects[v.Strategy] = append(effects[v.Strategy], verdict.Load{
					Users: users, Effect: v.Effects[0], Invalid: v.Status == verdict.Invalid,
				})
			}
			load.NoiseFloor, load.FanOut, load.Protocol = newEffect(judgement.NoiseFloor), newEffect(judgement.FanOut), newEffect(judgement.Protocol)
		}
		for _, strategy := range t.Strategies {
			if result := under.result(strategy, t.Collections); result != nil {
				under.addRate(result)
				under.addRecall(result, o.Thresholds.Confidence)
				load.Results = append(load.Results, *result)
			}
		}
		t.Notes = append(t.Notes, rateNotes(&load, o.Thresholds)...)
		t.Notes = append(t.Notes, recallNotes(&t, &load, judged, o.Thresholds)...)
		t.Loads = append(t.Loads, load)
	}
	t.Crossovers = crossovers(t.Strategies, effects)
	if t.Status() == verdict.Unknown {
		t.Lacks = p.lacks()
	}
	return t
}

// nothing is an effect where nothing was compared.
func nothing() Effect { return Effect{Direction: None, Unknown: "nothing was compared"} }

// rounds is the number of rounds that a test has blocks of.
func rounds(t *verdict.Test) int {
	seen := make(map[int]bool)
	for i := range t.Blocks {
		seen[t.Blocks[i].Round] = true
	}
	return len(seen)
}

// lacks says why there are no verdicts.
func (p *part) lacks() string {
	switch {
	case len(p.blocks) == 0:
		return "One strategy ran by itself, so there is nothing to hold it against: run several in turns, with " +
			"STRATEGY=multi,parallel-graphql,parallel-grpc, and they are judged."
	case len(p.plan.Blocks) == 0:
		return "The script did not tell its plan, so that nobody knows which blocks are of one round: tell it in setup(), as the five " +
			"scripts do."
	case len(p.run.Strategies()) < 2:
		return "Only one strategy ran, so there is nothing to hold it against: name several, with " +
			"STRATEGY=multi,parallel-graphql,parallel-grpc, and they are judged."
	default:
		return "No block ran from its beginning to its end, so nothing can be judged: let the run come to its end."
	}
}

func crossovers(strategies []fanout.Strategy, effects map[fanout.Strategy][]verdict.Load) []Crossover {
	var found []Crossover
	for _, strategy := range strategies {
		for _, c := range verdict.Crossovers(effects[strategy]) {
			found = append(found, Crossover{
				Strategy: strategy, From: c.From, To: c.To, Users: Known(significant(c.Users, 2)), Sentence: c.String(),
			})
		}
	}
	return found
}

// collections are those that setup() told of, and those that were searched without being told of.
func (p *part) collections() []CollectionInfo {
	list := make([]CollectionInfo, 0, len(p.info.Collections))
	known := make(map[string]bool, len(p.info.Collections))
	for _, c := range p.info.Collections {
		known[c.Name] = true
		list = append(list, CollectionInfo{Name: c.Name, Objects: Known(float64(c.Objects)), Dimensions: c.Dimensions})
	}
	for _, s := range p.run.Series {
		for _, c := range s.Collections {
			if !known[c.Name] {
				known[c.Name] = true
				list = append(list, CollectionInfo{Name: c.Name})
			}
		}
	}
	return list
}

// What is shown of some things is bounded, so that a run of a day makes no larger report than one of an hour.
const (
	maxDots   = 300 // blocks of a load
	maxRatios = 100 // rounds of an effect
	maxSpans  = 600 // phases of a time line
)

// thin leaves at most so many of a list, evenly spread.
func thin[T any](list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	thinned := make([]T, most)
	for i := range thinned {
		thinned[i] = list[i*len(list)/most]
	}
	return thinned
}

// dots are the blocks.
func (p *part) dots() []Block {
	dots := make([]Block, 0, len(p.blocks))
	for _, b := range thin(p.blocks, maxDots) {
		dot := Block{
			Number: b.Number, Round: b.Round + 1, Position: b.position + 1, Strategy: b.Strategy,
			Start:   Known(sinceOrigin(b.from-p.plan.Warmup.Microseconds(), p.origin())),
			Batches: b.judged.Batches, Failed: b.judged.Failed, Whole: b.whole,
		}
		if b.judged.Batches >= verdict.P50.Batches() {
			dot.P50 = quantile(b.judged.P50)
		}
		if b.judged.Batches >= verdict.P95.Batches() {
			dot.P95 = quantile(b.judged.P95)
		}
		dot.ClientCPU = share(clientShare(&b.judged))
		dots = append(dots, dot)
	}
	return dots
}

// clientShare is the share of its cores that the client used in a block.
func clientShare(b *verdict.Block) (float64, bool) {
	cpu, known := b.ClientCPU.Get()
	cores, knownCores := b.ClientCores.Get()
	if !known || !knownCores || cores <= 0 || b.Measured <= 0 {
		return 0, false
	}
	return cpu / (cores * b.Measured.Seconds()), true
}

func share(value float64, known bool) Number {
	if !known {
		return Number{}
	}
	return Known(significant(value, 3))
}
