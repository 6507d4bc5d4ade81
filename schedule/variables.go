package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.k6.io/k6/v2/lib/types"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Variable is one setting that scripts and the bench take from -e or the environment.
type Variable struct {
	Name, Default, Help string

	read func(o *Options, value string) error
}

// Variables is the table of settings.
func Variables() []Variable {
	return []Variable{
		{"STRATEGY", string(fanout.DefaultStrategy), "how batches are sent; several, separated by commas, alternate in blocks",
			func(o *Options, value string) error {
				o.Strategies = nil
				for _, name := range strings.Split(value, ",") {
					strategy, err := fanout.ParseStrategy(strings.TrimSpace(name))
					if err != nil {
						return err
					}
					o.Strategies = append(o.Strategies, strategy)
				}
				return nil
			}},
		{"USERS", "100", "users (VUs); several, separated by commas, are a sweep, each with its own rounds",
			func(o *Options, value string) error {
				o.Users = nil
				for _, number := range strings.Split(value, ",") {
					users := 0
					if err := whole(strings.TrimSpace(number), 1, &users); err != nil {
						return err
					}
					o.Users = append(o.Users, users)
				}
				return nil
			}},
		{"SPAWN_RATE", "5", "users that start each second, until all are there (one strategy)", func(o *Options, value string) error {
			rate, err := strconv.ParseFloat(value, 64)
			if err != nil || !(rate > 0) {
				return fmt.Errorf("%q is not a number of users a second above 0", value)
			}
			o.SpawnRate = rate
			return nil
		}},
		{"RATE", "", "batches that start each second, whether earlier ones have completed or not (an open model); USERS is then the most that run at once",
			func(o *Options, value string) error { return whole(value, 1, &o.Rate) }},
		{"RUN_TIME", "5m", "length of one test, the ramp included", duration(func(o *Options) *time.Duration { return &o.RunTime })},
		{"ROUNDS", "", "rounds of blocks; by default what RUN_TIME holds, at least 6 (several strategies)",
			func(o *Options, value string) error { return whole(value, 1, &o.Rounds) }},
		{"BLOCK", "10s", "length of a block (several strategies)", duration(func(o *Options) *time.Duration { return &o.Block })},
		{"WARMUP", "2s", "beginning of a block, or of a run at a fixed RATE, that does not count", duration(func(o *Options) *time.Duration { return &o.Warmup })},
		{"DRAIN", "1s", "end of a block in which no batch starts", duration(func(o *Options) *time.Duration { return &o.Drain })},
		{"SETTLE", "1m", "longest wait before the test until the server's times stop changing; 0s for none",
			duration(func(o *Options) *time.Duration { return &o.Settle })},
		{VariableStart, "", "when to begin, like 2026-11-25T05:00:00Z or in seconds since 1970: for k6 processes that share one run",
			func(o *Options, value string) (err error) {
				o.Start, err = readTime(value)
				return err
			}},
		{"SEED", "1", "decides the order of the strategies within each round", func(o *Options, value string) error {
			seed, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				return fmt.Errorf("%q is not a whole number from 0 up", value)
			}
			o.Seed = seed
			return nil
		}},
	}
}

// VariableStart is the name of the variable that says when a run begins.
const VariableStart = "START"

// latest is the last second of the year 9999, in seconds since 1970: no time that is written in RFC 3339 is later.
const latest = 253402300799

// readTime reads a time as RFC 3339 writes it, or in seconds since 1970, which every shell can add to.
func readTime(value string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 && seconds <= latest {
		return time.Unix(seconds, 0), nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, fmt.Errorf("%q is not a time: write it like 2026-11-25T05:00:00Z, or in seconds since 1970", value)
	}
	return t, nil
}

// Read makes a schedule from settings. get returns the value of a variable, empty for one that is not set.
func Read(get func(name string) string) (*Schedule, error) {
	var o Options
	for _, v := range Variables() {
		value := get(v.Name)
		if value == "" {
			value = v.Default
		}
		if value == "" {
			continue
		}
		if err := v.read(&o, value); err != nil {
			return nil, fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return New(o)
}

func whole(value string, least int, to *int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < least {
		return fmt.Errorf("%q is not a whole number from %d up", value, least)
	}
	*to = n
	return nil
}

func duration(field func(*Options) *time.Duration) func(*Options, string) error {
	return func(o *Options, value string) error {
		d, err := types.ParseExtendedDuration(value)
		if err != nil || d < 0 {
			return fmt.Errorf("%q is not a duration: write it like 30s or 5m", value)
		}
		*field(o) = d
		return nil
	}
}
