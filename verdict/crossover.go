package verdict

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Load is an effect on a duration at a number of users.
type Load struct {
	Users  int
	Effect Effect
	// Invalid says that the verdict is INVALID there, so that the effect means nothing.
	Invalid bool
}

// Crossover is a change of sign: a strategy that is faster at one number of users is slower at another, both beyond doubt.
type Crossover struct {
	// From and To are the numbers of users that it lies between. At From the strategy is faster if Faster, else slower, and at
	// To the other way round.
	From, To int
	Faster   bool
	// Undecided are the numbers of users in between at which the interval holds 1.
	Undecided []int
	// Invalid are all numbers of users at which the measurement is INVALID. They are left out.
	Invalid []int
	// Users is where the estimates cross, between their neighbours on a logarithmic scale of users. It has no interval.
	Users float64
}

// String says it in words.
func (c Crossover) String() string {
	words := [2]string{"slower", "faster"}
	if c.Faster {
		words = [2]string{"faster", "slower"}
	}
	s := fmt.Sprintf("%s with %s, %s with %d", words[0], fanout.Count(c.From, "user", "users"), words[1], c.To)
	if len(c.Undecided) > 0 {
		s += ", too near to tell with " + numbers(c.Undecided)
	}
	if len(c.Invalid) > 0 {
		s += "; left out: with " + numbers(c.Invalid) + " the measurement is INVALID"
	}
	return s
}

// numbers writes numbers of users.
func numbers(users []int) string {
	list := make([]string, len(users))
	for i, n := range users {
		list[i] = strconv.Itoa(n)
	}
	return strings.Join(list, " and ")
}

// Crossovers finds the changes of sign over the users. An effect whose interval holds 1 has no sign, and effects that are not
// known, or of an INVALID verdict, are left out.
func Crossovers(loads []Load) []Crossover {
	known := slices.DeleteFunc(slices.Clone(loads), func(l Load) bool { return l.Invalid || !l.Effect.Known() })
	slices.SortFunc(known, func(a, b Load) int { return cmp.Compare(a.Users, b.Users) })
	var invalid []int
	for _, l := range loads {
		if l.Invalid {
			invalid = append(invalid, l.Users)
		}
	}
	slices.Sort(invalid)
	var found []Crossover
	last := -1 // the last that had a sign
	for i := range known {
		sign := known[i].sign()
		if sign == 0 {
			continue
		}
		if last >= 0 && known[last].sign() != sign {
			c := crossover(known[last : i+1])
			c.Invalid = invalid
			found = append(found, c)
		}
		last = i
	}
	return found
}

// sign is -1 when the strategy is faster beyond doubt, 1 when it is slower, else 0.
func (l Load) sign() int {
	switch {
	case l.Effect.Log.Upper < 0:
		return -1
	case l.Effect.Log.Lower > 0:
		return 1
	default:
		return 0
	}
}

// crossover is the one between the first and the last of these loads.
func crossover(loads []Load) Crossover {
	first, last := loads[0], loads[len(loads)-1]
	c := Crossover{From: first.Users, To: last.Users, Faster: first.sign() < 0}
	for i := range loads[1:] {
		a, b := loads[i], loads[i+1]
		if i+1 < len(loads)-1 {
			c.Undecided = append(c.Undecided, b.Users)
		}
		// The first place at which the estimates change sides.
		ya, yb := a.Effect.Log.Estimate, b.Effect.Log.Estimate
		if c.Users == 0 && (ya < 0) == c.Faster && (yb < 0) != c.Faster {
			xa, xb := math.Log(float64(a.Users)), math.Log(float64(b.Users))
			c.Users = math.Exp(xa + (xb-xa)*ya/(ya-yb))
		}
	}
	return c
}
