package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// The groups of what differs from run to run.
const (
	groupRun    = "run"
	groupBefore = "before the run"
)

// maxFact is how many characters a fact has at most.
const maxFact = 2000

// facts are what was run where against what. What is not known is left out.
func (p *part) facts(files []string) []FactGroup {
	groups := make([]FactGroup, 0, 6+len(p.run.Processes))
	groups = append(groups, p.runFacts(files), p.serverFacts(), p.queryFacts(), p.planFacts(), p.optionFacts(), p.beforeFacts())
	for i, process := range p.run.Processes {
		name := "client"
		if len(p.run.Processes) > 1 {
			name = fmt.Sprintf("client %d of %d", i+1, len(p.run.Processes))
		}
		groups = append(groups, processFacts(name, process))
	}
	return slices.DeleteFunc(groups, func(g FactGroup) bool { return len(g.Facts) == 0 })
}

func (g *FactGroup) add(name, value string) {
	if value == "" {
		return
	}
	if runes := []rune(value); len(runes) > maxFact {
		value = string(runes[:maxFact]) + "…"
	}
	g.Facts = append(g.Facts, Fact{name, value})
}

func (p *part) runFacts(files []string) FactGroup {
	g := FactGroup{Name: groupRun}
	g.add("files", strings.Join(files, ", "))
	if p.start > 0 {
		g.add("first batch", time.UnixMicro(p.start).UTC().Format(time.RFC3339))
		var end int64
		for _, s := range p.run.Series {
			end = max(end, s.End)
		}
		g.add("length", (time.Duration(end-p.start) * time.Microsecond).Round(time.Second).String())
	}
	g.add("batches, all phases", strconv.FormatInt(p.run.Batches(), 10))
	return g
}

func (p *part) serverFacts() FactGroup {
	g := FactGroup{Name: "server"}
	g.add("Weaviate", p.info.Server)
	g.add("HTTP", p.info.URL)
	g.add("gRPC", p.info.GRPC)
	for _, process := range p.run.Processes {
		if process.Server != nil {
			g.add("metrics", process.Server.URL)
			break
		}
	}
	var objects int64
	for _, c := range p.info.Collections {
		objects += c.Objects
	}
	if len(p.info.Collections) > 0 {
		g.add("collections", fmt.Sprintf("%d with %s objects in all", len(p.info.Collections), grouped(objects)))
	}
	return g
}

func (p *part) queryFacts() FactGroup {
	g := FactGroup{Name: "queries"}
	q := p.info.Queries
	g.add("file", q.File)
	g.add("SHA-256", q.SHA256)
	if q.Sets > 0 {
		g.add("query sets", strconv.Itoa(q.Sets))
	}
	if q.Limit > 0 {
		g.add("limit", strconv.Itoa(q.Limit)+" objects")
	}
	if truth := p.info.Truth; truth != nil {
		g.add("truth", fmt.Sprintf("the %d nearest of %d query sets; recall was measured of %g %% of their batches", truth.Depth, truth.Sets,
			significant(100*truth.Rate, 6)))
	}
	return g
}

// optionFacts are the options of the scripts' client.
func (p *part) optionFacts() FactGroup {
	g := FactGroup{Name: "client options"}
	for _, name := range slices.Sorted(maps.Keys(p.info.Options)) {
		g.add(name, p.info.Options[name])
	}
	return g
}

func (p *part) planFacts() FactGroup {
	g := FactGroup{Name: "plan"}
	plan := p.plan
	g.add("strategies", join(plan.Strategies))
	g.add("users", strings.Trim(strings.ReplaceAll(fmt.Sprint(plan.Users), " ", ", "), "[]"))
	if plan.Rate > 0 {
		g.add("rate", fmt.Sprintf("%d batches/s (open loop)", plan.Rate))
	}
	if plan.RunTime > 0 {
		g.add("run time", plan.RunTime.String())
	}
	if plan.Ramp > 0 {
		g.add("ramp", plan.Ramp.String())
	}
	if n := len(plan.Blocks); n > 0 {
		g.add("blocks", fmt.Sprintf("%d of %v (warm-up %v, drain %v) in %d rounds",
			n, plan.Block, plan.Warmup, plan.Drain, plan.Blocks[n-1].Round+1))
		g.add("seed", strconv.FormatUint(plan.Seed, 10))
	}
	return g
}

func join(strategies []fanout.Strategy) string {
	names := make([]string, len(strategies))
	for i, s := range strategies {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}

// beforeFacts are what setup() found.
func (p *part) beforeFacts() FactGroup {
	g := FactGroup{Name: groupBefore}
	if s := p.info.Settle; s != nil {
		state := "settled"
		if !s.Settled {
			state = "did not settle"
		}
		g.add("server", fmt.Sprintf("%s after %v; its batch durations changed by %.0f %% last", state, s.After.Round(100*time.Millisecond), 100*s.Drift))
	}
	if c := p.info.Comparison; c != nil {
		g.add("results compared", fmt.Sprintf("%d query sets by every strategy; %d queries found other objects, %d "+
			"did so when asked twice by the same", c.Sets, c.Different, c.Unsteady))
		for _, d := range c.Differences[:min(len(c.Differences), maxDifferences)] {
			g.add("difference", differenceText(d))
		}
	}
	return g
}

// maxDifferences is how many differences are told one by one.
const maxDifferences = 5

func differenceText(d measure.Difference) string {
	return fmt.Sprintf("query set %d, %s, %s: %s", d.Set, d.Collection, d.Strategy, d.Text)
}

func processFacts(name string, p *record.Process) FactGroup {
	g := FactGroup{Name: name}
	g.add("versions", fmt.Sprintf("xk6-weaviate %s, k6 %s, %s", p.Versions.Extension, p.Versions.K6, p.Versions.Go))
	machine := fmt.Sprintf("%s/%s, %d processors, %g cores used at most", p.Machine.OS, p.Machine.Arch, p.Machine.CPUs, p.Machine.Cores())
	if p.Machine.CPU != "" {
		machine = p.Machine.CPU + ", " + machine
	}
	g.add("machine", machine)
	g.add("script", p.Script)
	g.add("command line", strings.Join(p.CommandLine, " "))
	g.add("part of the run", p.Segment)
	g.add("k6 options", optionsThatAreSet(p.Options))
	g.add("ended early", p.Stopped)
	return g
}

// optionsThatAreSet are k6's options without those that are null or empty, which are most of them.
func optionsThatAreSet(options json.RawMessage) string {
	var all any
	if err := json.Unmarshal(options, &all); err != nil {
		return string(options)
	}
	text, err := json.Marshal(withoutEmpty(all))
	if err != nil {
		return string(options)
	}
	return string(text)
}

// withoutEmpty takes what is null or empty out of a JSON value; nil when nothing is left.
func withoutEmpty(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if member = withoutEmpty(member); member == nil {
				delete(value, name)
			} else {
				value[name] = member
			}
		}
		if len(value) == 0 {
			return nil
		}
	case []any:
		if len(value) == 0 {
			return nil
		}
	}
	return value
}
