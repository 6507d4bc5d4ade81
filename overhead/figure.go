package main

import (
	"fmt"
	"slices"
)

// figure is one row of the table: how two costs compare.
type figure struct {
	group  string // the rows that belong together
	what   string
	values []float64 // a round each
	bar    float64   // the most that the median may be; 0 for none
}

// median is the middle of the rounds' values.
func (f *figure) median() float64 {
	sorted := slices.Sorted(slices.Values(f.values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func (f *figure) holds() bool { return f.bar == 0 || f.median() <= f.bar }

// The bars.
const (
	barBare        = 1.3
	barBareBuiltin = 1.6
	barScript      = 1.0 / 2
	barGenerated   = 1.0 / 3
	barMemory      = 1.0 / 8
	barShare       = 1 // of what is allowed
)

// figures are the rows of a situation.
func (in *situation) figures(measured costs) []figure {
	var list []figure
	compare := func(of, to contender, bar float64, what string, by func(*cost) float64) {
		rounds := len(measured[of])
		if rounds == 0 || len(measured[to]) != rounds {
			return // one of them does not take part
		}
		f := figure{group: in.name(), what: fmt.Sprintf("%s: %s ÷ %s", what, of, to), bar: bar}
		for i := range rounds {
			f.values = append(f.values, by(&measured[of][i])/by(&measured[to][i]))
		}
		list = append(list, f)
	}
	cpu := func(c *cost) float64 { return c.cpu }
	for _, of := range []contender{extension, withBuiltin} {
		bare := barBare
		if of == withBuiltin {
			bare = barBareBuiltin
		}
		compare(of, bareLoop, in.barFrom(usualUsers, bare), "CPU", cpu)
		compare(of, httpBatch, in.barFrom(1, barScript), "CPU", cpu)
		compare(of, generatedLoop, in.barFrom(1, barGenerated), "CPU", cpu)
	}
	for _, to := range []contender{bareLoop, generatedLoop} {
		compare(engine, to, 0, "CPU", cpu)
		compare(engine, to, 0, "objects allocated", func(c *cost) float64 { return c.objects })
		compare(engine, to, 0, "bytes allocated", func(c *cost) float64 { return c.bytes })
	}
	if in.users == manyUsers {
		memory := func(c *cost) float64 { return c.memory }
		for _, of := range []contender{extension, withBuiltin} {
			compare(of, httpBatch, barMemory, "memory", memory)
			compare(of, httpShared, 0, "memory", memory)
			compare(of, bareLoop, 0, "memory", memory)
			compare(of, generatedLoop, 0, "memory", memory)
		}
	}
	return list
}

// barFrom is the bar where there is one: for usual replies and this many users or more.
func (in *situation) barFrom(users int, bar float64) float64 {
	if in.size != usualSize || in.users < users {
		return 0
	}
	return bar
}
