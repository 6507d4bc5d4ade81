package weaviate

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// announce tells outputs what is run against which server.
func (c *client) announce(call sobek.FunctionCall) sobek.Value {
	state := c.mi.vu.State()
	if state == nil {
		c.mi.throw("announce: %w", errInit)
	}
	info, err := c.readRunInfo(call.Argument(0))
	if err != nil {
		c.mi.throw("announce: %w", err)
	}
	sample, err := c.mi.metrics.RunInfo(state.Tags.GetCurrentValues(), info, time.Now())
	if err != nil {
		c.mi.throw("announce: %w", err)
	}
	state.Samples <- sample
	return sobek.Undefined()
}

// readRunInfo reads what a script knows of the run, and adds what the client does.
func (c *client) readRunInfo(value sobek.Value) (*measure.RunInfo, error) {
	info := &measure.RunInfo{URL: withoutUser(c.config.URL), GRPC: c.config.GRPC, Options: c.options.plain()}
	var collections []collectionObject
	var sets *querySets
	err := readObject("the run's info", value, fields{
		"server": func(value sobek.Value) error {
			server, ok := handle[*serverObject](value)
			if !ok {
				return fmt.Errorf("must be what ready() returned, not %s", describe(value))
			}
			info.Server = server.Version
			return nil
		},
		"collections": func(value sobek.Value) (err error) {
			var ok bool
			if collections, ok = handle[[]collectionObject](value); !ok {
				err = fmt.Errorf("must be what collections() returned, not %s", describe(value))
			}
			return err
		},
		"sets": func(value sobek.Value) (err error) {
			var ok bool
			if sets, ok = handle[*querySets](value); !ok {
				err = fmt.Errorf("must come from loadQuerySets, not %s", describe(value))
			}
			return err
		},
		"schedule": func(value sobek.Value) error {
			plan, ok := c.mi.schedules[value]
			if !ok {
				return fmt.Errorf("must be a Schedule, not %s", describe(value))
			}
			info.Plan = plan.Plan()
			return nil
		},
		"settle":     readSettle(&info.Settle),
		"comparison": readComparison(&info.Comparison),
	})
	if err != nil {
		return nil, err
	}
	if sets == nil {
		return nil, errors.New("the run's info has no sets: pass what loadQuerySets returned")
	}
	info.Queries = sets.info()
	if sets.truth != nil {
		info.Truth = &measure.Truth{Depth: sets.truth.Depth, Sets: sets.truth.Covers(), Rate: c.options.recallRate}
	}
	for _, name := range sets.Collections {
		for i := range collections {
			if found := &collections[i]; found.Name == name {
				info.Collections = append(info.Collections, measure.CollectionInfo{
					Name: name, Objects: int64(found.Objects), Dimensions: found.Dimensions,
				})
			}
		}
	}
	return info, nil
}

// info is what a run file holds of the queries.
func (s *querySets) info() measure.QueryInfo {
	return measure.QueryInfo{
		File: filepath.Base(s.path), SHA256: s.file.hash(),
		SearchType: fanout.SearchType(s.SearchType), Sets: s.Length, Limit: s.limit,
	}
}

// plain are the options that a run file holds: no key and no headers.
func (o *clientOptions) plain() map[string]string {
	plain := map[string]string{
		"strategy": string(o.strategy), "timeout": o.timeout.String(), "builtinMetrics": strconv.FormatBool(o.builtinMetrics),
	}
	for name, value := range map[string]string{
		"consistencyLevel": string(o.defaults.ConsistencyLevel), "tenant": o.defaults.Tenant,
	} {
		if value != "" {
			plain[name] = value
		}
	}
	if o.concurrency > 0 {
		plain["concurrency"] = strconv.Itoa(o.concurrency)
	}
	return plain
}

// withoutUser is an address without the user and password that it may hold.
func withoutUser(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}

func readSettle(to **measure.Settle) func(sobek.Value) error {
	return func(value sobek.Value) error {
		settle := &measure.Settle{}
		var after float64
		err := fields{
			"settled": readBool(&settle.Settled), "after": readNumber(&after), "drift": readNumber(&settle.Drift),
		}.from(value)
		settle.After = time.Duration(after * float64(time.Millisecond))
		*to = settle
		return err
	}
}

func readComparison(to **measure.Comparison) func(sobek.Value) error {
	return func(value sobek.Value) error {
		comparison := &measure.Comparison{}
		*to = comparison
		return fields{
			"sets": readCount(&comparison.Sets, 0), "unsteady": readCount(&comparison.Unsteady, 0),
			"different": readCount(&comparison.Different, 0),
			"differences": func(value sobek.Value) error {
				return eachElement(value, func(value sobek.Value) error {
					var d measure.Difference
					err := fields{
						"set": readCount(&d.Set, 0), "collection": readString(&d.Collection), "text": readString(&d.Text),
						"strategy": readStrategy(&d.Strategy),
					}.from(value)
					comparison.Differences = append(comparison.Differences, d)
					return err
				})
			},
		}.from(value)
	}
}

// eachElement reads each element of an array.
func eachElement(value sobek.Value, read func(sobek.Value) error) error {
	object, ok := value.(*sobek.Object)
	if !ok || object.ClassName() != "Array" {
		return fmt.Errorf("must be an array, not %s", describe(value))
	}
	for i := range object.Get("length").ToInteger() {
		index := strconv.FormatInt(i, 10)
		if err := read(object.Get(index)); err != nil {
			return wrongAt("["+index+"]", err)
		}
	}
	return nil
}
