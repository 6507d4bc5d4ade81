package graphql

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// Weaviate's own defaults over GraphQL, which a query here says outright.
const (
	defaultLimit = 100
	defaultAlpha = 0.75
)

// query makes a query of the search of one collection, beside those of its document that were searched before.
func (t *translation) query(field *ast.Field, before map[string]bool) queries.Query {
	limit := defaultLimit
	q := queries.Query{Collection: field.Name, Limit: &limit}
	if before[field.Name] {
		t.refuse(field.Position, "collection %s is searched twice: a query set has one query per collection, so write a document for each", field.Name)
	}
	before[field.Name] = true
	read := arguments{
		"limit":      t.whole(q.Limit),
		"offset":     t.whole(&q.Offset),
		"autocut":    t.whole(&q.Autocut),
		"tenant":     t.text(&q.Tenant),
		"where":      t.filter(&q.Where),
		"nearVector": func(v *ast.Value) { q.NearVector = &queries.NearVector{}; t.nearVector(v, &q) },
		"nearText":   func(v *ast.Value) { q.NearText = &queries.NearText{}; t.nearText(v, &q) },
		"bm25":       func(v *ast.Value) { q.BM25 = &queries.BM25{}; t.bm25(v, q.BM25) },
		"hybrid":     func(v *ast.Value) { q.Hybrid = &queries.Hybrid{}; t.hybrid(v, &q) },
	}
	for _, argument := range field.Arguments {
		if use := read[argument.Name]; use != nil {
			use(argument.Value)
		} else {
			t.leaveArgument(argument.Position, argument.Name, "", argument.Value)
		}
	}
	if q.NearVector == nil && q.NearText == nil && q.BM25 == nil && q.Hybrid == nil {
		t.refuse(field.Position, "%s is not searched by nearVector, nearText, bm25 or hybrid: nothing else is measured here", field.Name)
	}
	q.Properties = []string{}
	for _, selection := range field.SelectionSet {
		if f := t.field(selection); f != nil {
			t.selected(f, &q)
		}
	}
	return q
}

// leaveArgument notes an argument that a query here does not have.
func (t *translation) leaveArgument(p *ast.Position, name, of string, value *ast.Value) {
	t.variables(value)
	if of != "" {
		name = of + "." + name
	}
	switch name {
	case "consistencyLevel":
		t.leave(p, "consistencyLevel: it is an option of the client")
	default:
		t.leave(p, "%s: it is not measured here", name)
	}
}

// selected reads one field of what comes back.
func (t *translation) selected(f *ast.Field, q *queries.Query) {
	for _, argument := range f.Arguments {
		t.variables(argument.Value)
	}
	switch {
	case f.Name == "_additional":
		for _, selection := range f.SelectionSet {
			if inner := t.field(selection); inner != nil {
				t.additional(inner, q)
			}
		}
	case len(f.SelectionSet) > 0:
		t.leave(f.Position, "the fields of %s: only plain properties are returned here", f.Name)
	case len(f.Arguments) > 0 || f.Name == "__typename":
		t.leave(f.Position, "%s: it is no plain property", f.Name)
	default:
		q.Properties = append(q.Properties, f.Name)
	}
}

// additional reads one field of _additional.
func (t *translation) additional(f *ast.Field, q *queries.Query) {
	for _, argument := range f.Arguments {
		t.variables(argument.Value)
	}
	switch {
	case f.Name == "vectors" && len(f.Arguments) == 0:
		for _, selection := range f.SelectionSet {
			if vector := t.field(selection); vector != nil {
				q.Additional = append(q.Additional, "vectors."+vector.Name)
			}
		}
	case f.Name == "id":
	case len(f.SelectionSet) > 0 || len(f.Arguments) > 0 || !fanout.IsAdditional(f.Name):
		t.leave(f.Position, "_additional.%s: it is not measured here", f.Name)
	default:
		q.Additional = append(q.Additional, f.Name)
	}
}

func (t *translation) nearVector(v *ast.Value, q *queries.Query) {
	n := q.NearVector
	t.object(v, "nearVector", arguments{
		"vector": t.vector(&n.Vector), "distance": t.number(&n.Distance), "certainty": t.number(&n.Certainty), "targetVectors": t.target(q),
	})
	if n.Vector == nil {
		t.refuse(v.Position, "nearVector has no vector")
	}
}

func (t *translation) nearText(v *ast.Value, q *queries.Query) {
	n := q.NearText
	t.object(v, "nearText", arguments{
		"concepts": t.texts(&n.Concepts), "distance": t.number(&n.Distance), "certainty": t.number(&n.Certainty), "targetVectors": t.target(q),
	})
	if n.Concepts == nil {
		t.refuse(v.Position, "nearText has no concepts")
	}
}

func (t *translation) bm25(v *ast.Value, b *queries.BM25) {
	t.object(v, "bm25", arguments{
		"query": t.text(&b.Query), "properties": t.texts(&b.Properties), "searchOperator": t.keywords(&b.Keywords, "bm25.searchOperator"),
	})
}

func (t *translation) hybrid(v *ast.Value, q *queries.Query) {
	h := q.Hybrid
	alpha := defaultAlpha
	h.Alpha = &alpha
	fusions := map[string]fanout.FusionType{"rankedFusion": fanout.FusionRanked, "relativeScoreFusion": fanout.FusionRelativeScore}
	t.object(v, "hybrid", arguments{
		"query": t.text(&h.Query), "alpha": t.number(&h.Alpha), "vector": t.vector(&h.Vector), "properties": t.texts(&h.Properties),
		"maxVectorDistance": t.number(&h.MaxVectorDistance), "targetVectors": t.target(q),
		"bm25SearchOperator": t.keywords(&h.Keywords, "hybrid.bm25SearchOperator"),
		"fusionType": func(v *ast.Value) {
			fusion, ok := fusions[v.Raw]
			if !ok || v.Kind != ast.EnumValue {
				t.unfit(v, "rankedFusion or relativeScoreFusion")
			}
			h.FusionType = fusion
		},
	})
}

// keywords reads the operator of a keyword search.
func (t *translation) keywords(k *queries.Keywords, name string) func(*ast.Value) {
	operators := map[string]fanout.KeywordOperator{"And": fanout.AndWords, "Or": fanout.OrWords}
	return func(v *ast.Value) {
		t.object(v, name, arguments{
			"operator": func(v *ast.Value) {
				operator, ok := operators[v.Raw]
				if !ok || v.Kind != ast.EnumValue {
					t.unfit(v, "And or Or")
				}
				k.Operator = operator
			},
			"minimumOrTokensMatch": t.whole(&k.MinimumMatch),
		})
		if k.Operator == fanout.AndWords {
			k.MinimumMatch = 0 // Weaviate looks at it for Or only
		}
	}
}

// target reads the names of the vectors that are searched, of which there must be one.
func (t *translation) target(q *queries.Query) func(*ast.Value) {
	return func(v *ast.Value) {
		var names []string
		t.texts(&names)(v)
		if len(names) > 1 {
			t.refuse(v.Position, "%d target vectors: a query here searches one, so write a document for each", len(names))
		}
		if len(names) == 1 {
			q.TargetVector = names[0]
		}
	}
}

// arguments say what reads each key of an object.
type arguments map[string]func(*ast.Value)

// object reads an object.
func (t *translation) object(v *ast.Value, name string, read arguments) {
	if v.Kind != ast.ObjectValue {
		t.unfit(v, "an object")
		return
	}
	for _, child := range v.Children {
		if use := read[child.Name]; use != nil {
			use(child.Value)
		} else {
			t.leaveArgument(child.Position, child.Name, name, child.Value)
		}
	}
}
