package weaviate

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// defaultLimit is how many objects a query of a plain array asks for when it does not say. Weaviate's own defaults differ
// between protocols (100 over GraphQL, 10 over gRPC), so one is always sent.
const defaultLimit = 100

// toSet reads what a script passes as a query set: a handle from loadQuerySets, or a plain array of query objects.
func toSet(value sobek.Value) (*querySet, error) {
	if isMissing(value) {
		return nil, errors.New("a query set is missing: pass one from loadQuerySets(…), or an array of queries like " +
			"[{ collection: 'Articles', bm25: { query: 'solar power' }, limit: 10 }]")
	}
	if given, ok := handle[*querySet](value); ok {
		return given, nil
	}
	object, ok := value.(*sobek.Object)
	if !ok || object.ClassName() != "Array" {
		return nil, fmt.Errorf("the query set must come from loadQuerySets or be an array of queries, not %s", describe(value))
	}
	queries := make([]fanout.Query, int(object.Get("length").ToInteger()))
	for i := range queries {
		if err := readQuery(fmt.Sprintf("query %d", i+1), object.Get(strconv.Itoa(i)), &queries[i]); err != nil {
			return nil, err
		}
	}
	return newSet(queries)
}

func newSet(queries []fanout.Query) (*querySet, error) {
	set, err := fanout.NewSet(queries)
	return &querySet{set: set}, err
}

// toSingle reads what a script passes as one query: a query object, or a query set of one.
func toSingle(value sobek.Value) (*querySet, error) {
	object, ok := value.(*sobek.Object)
	if _, given := handle[*querySet](value); ok && !given && object.ClassName() == "Object" {
		queries := make([]fanout.Query, 1)
		if err := readQuery("the query", value, &queries[0]); err != nil {
			return nil, err
		}
		return newSet(queries)
	}
	set, err := toSet(value)
	if err == nil && set.set.Len() != 1 {
		return nil, fmt.Errorf("the query set has %d queries: use run for all of them, or pass one", set.set.Len())
	}
	return set, err
}

// readQuery reads one query object.
func readQuery(what string, value sobek.Value, q *fanout.Query) error {
	if isMissing(value) {
		return fmt.Errorf("%s is missing", what)
	}
	q.Limit = defaultLimit
	searches := 0
	search := func(t fanout.QueryType, inner fields) func(sobek.Value) error {
		return func(value sobek.Value) error {
			q.Type = t
			searches++
			return inner.fromKnowing(value, fanout.NotMeasured)
		}
	}
	alpha := 0.75 // Weaviate's own default
	all := fields{
		"collection":       readString(&q.Collection),
		"limit":            readCount(&q.Limit, 1),
		"offset":           readCount(&q.Offset, 0),
		"properties":       readStrings(&q.Properties),
		"additional":       readStrings(&q.Additional),
		"tenant":           readString(&q.Tenant),
		"targetVector":     readString(&q.TargetVector),
		"where":            readFilter(&q.Where),
		"autocut":          readCount(&q.Autocut, 0),
		"consistencyLevel": readConsistencyLevel(&q.ConsistencyLevel),
		"nearVector": search(fanout.Vector, fields{
			"vector": readVector(&q.Vector), "distance": readNumberIfAny(&q.Distance), "certainty": readNumberIfAny(&q.Certainty),
		}),
		"nearText": func(value sobek.Value) error {
			err := search(fanout.Vector, fields{
				"concepts": readStrings(&q.NearText), "distance": readNumberIfAny(&q.Distance), "certainty": readNumberIfAny(&q.Certainty),
			})(value)
			if err == nil && len(q.NearText) == 0 {
				return errors.New("has no concepts: give it at least one text")
			}
			return err
		},
		"bm25": search(fanout.BM25, fields{
			"query": readString(&q.Text), "properties": readStrings(&q.SearchProperties),
			"operator": readString((*string)(&q.Keywords.Operator)), "minimumMatch": readCount(&q.Keywords.MinimumMatch, 1),
		}),
		"hybrid": search(fanout.Hybrid, fields{
			"query": readString(&q.Text), "properties": readStrings(&q.SearchProperties),
			"vector": readVector(&q.Vector), "alpha": readNumber(&alpha),
			"fusionType": readString((*string)(&q.Fusion)), "maxVectorDistance": readNumberIfAny(&q.MaxVectorDistance),
			"operator": readString((*string)(&q.Keywords.Operator)), "minimumMatch": readCount(&q.Keywords.MinimumMatch, 1),
		}),
	}
	if err := all.fromKnowing(value, fanout.NotMeasured); err != nil {
		return named(what, err)
	}
	if searches != 1 {
		return fmt.Errorf("%s has %d searches: give it exactly one of nearVector, nearText, bm25, hybrid", what, searches)
	}
	q.Alpha = 0
	if q.Type == fanout.Hybrid {
		q.Alpha = alpha
	}
	return nil
}

// readFilter reads a filter as JSON, which is how query files hold it: one reader for both.
func readFilter(to **fanout.Filter) func(sobek.Value) error {
	return func(value sobek.Value) error {
		text, err := objectJSON(value)
		if err != nil {
			return err
		}
		filter := &fanout.Filter{}
		if err := filter.UnmarshalJSON(text); err != nil {
			return fmt.Errorf("is wrong: %w", err)
		}
		*to = filter
		return nil
	}
}

// objectJSON is an object as JSON.
func objectJSON(value sobek.Value) ([]byte, error) {
	object, ok := value.(*sobek.Object)
	if !ok {
		return nil, fmt.Errorf("must be an object, not %s", describe(value))
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return text, nil
}
