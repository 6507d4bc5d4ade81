package report

import "fmt"

// Title tells a test from the others of the report in as few words as will do.
func (r *Report) Title(t *Test) string {
	types, limits := 0, 0
	for i := range r.Tests {
		if r.Tests[i].SearchType == t.SearchType {
			types++
			if r.Tests[i].Limit == t.Limit {
				limits++
			}
		}
	}
	switch {
	case types <= 1:
		return string(t.SearchType)
	case limits <= 1:
		return fmt.Sprintf("%s, limit %d", t.SearchType, t.Limit)
	default:
		return t.Name
	}
}

// Title says what the load was.
func (l *Load) Title() string {
	switch {
	case l.Rate > 0:
		return fmt.Sprintf("%g batches/s", l.Rate)
	case l.Users == 1:
		return "1 user"
	case l.Users > 1:
		return grouped(int64(l.Users)) + " users"
	default:
		return "unknown"
	}
}

// Apart says what the fan-out and the protocol do to the median, apart from one another; empty when one of them is not known.
func (l *Load) Apart() string {
	if l.FanOut.Change == "" || l.Protocol.Change == "" {
		return ""
	}
	return fmt.Sprintf("fan-out alone (%s ÷ %s) %s; protocol alone (%s ÷ %s) %s",
		l.FanOut.Strategy, l.FanOut.Against, l.FanOut.Change, l.Protocol.Strategy, l.Protocol.Against, l.Protocol.Change)
}

// Summary are the facts of the first test that say most of what was run: the others of a bench have the same.
func (r *Report) Summary() []Fact {
	if len(r.Tests) == 0 {
		return nil
	}
	var facts []Fact
	for _, wanted := range [][2]string{
		{"server", "Weaviate"}, {"server", "collections"}, {"plan", "users"}, {"plan", "blocks"}, {"client", "versions"}, {"client", "machine"},
		{groupRun, "first batch"},
	} {
		for _, group := range r.Tests[0].Facts {
			for _, fact := range group.Facts {
				if group.Name == wanted[0] && fact.Name == wanted[1] {
					facts = append(facts, fact)
				}
			}
		}
	}
	return facts
}
