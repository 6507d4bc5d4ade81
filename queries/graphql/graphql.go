// Package graphql makes query sets of GraphQL documents that search Weaviate: one set of each document.
package graphql

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// What bounds a document: far beyond any real one, and short of what hurts. The parser goes as deep as a document does.
const (
	MaxSize    = 16 << 20 // bytes
	maxTokens  = 1 << 20  // numbers of vectors among them
	maxDepth   = 64       // brackets within each other
	maxQueries = 10_000   // in each operation
)

// mostNamed is how many problems an error names: the next ones show when these are gone.
const mostNamed = 12

// Read makes a query set of each operation of a text; name is what errors call it. What a query here cannot say is an error or, if it may be
// left out, told: the notes say what was. An error names all that is wrong with the text, each with its line and column.
func Read(text, name string, leaveOut bool) (sets []queries.Set, notes []string, err error) {
	document, err := parse(text, name)
	if err != nil {
		return nil, nil, err
	}
	t := &translation{name: name}
	for _, f := range document.Fragments {
		t.refuse(f.Position, "a fragment: write its fields where they are used")
	}
	for _, operation := range document.Operations {
		sets = append(sets, t.operation(operation))
	}
	if len(sets) == 0 {
		return nil, nil, fmt.Errorf("%s holds no query: write { Get { … } }", name)
	}
	return sets, t.left, t.verdict(leaveOut)
}

// parse reads a document that is no larger and no deeper than may be.
func parse(text, name string) (*ast.QueryDocument, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s is larger than %d MiB: split it", name, MaxSize>>20)
	}
	source := &ast.Source{Name: name, Input: text}
	tokens, depth := lexer.New(source), 0
	for n := 0; ; n++ {
		if n > maxTokens {
			return nil, fmt.Errorf("%s has more than %d words and numbers: split it", name, maxTokens)
		}
		token, err := tokens.ReadToken()
		if err != nil {
			return nil, syntax(name, err)
		}
		switch token.Kind {
		case lexer.BraceL, lexer.BracketL, lexer.ParenL:
			depth++
		case lexer.BraceR, lexer.BracketR, lexer.ParenR:
			depth--
		}
		if depth > maxDepth {
			return nil, fmt.Errorf("%s:%d:%d: brackets within each other more than %d deep", name, token.Pos.Line, token.Pos.Column, maxDepth)
		}
		if token.Kind == lexer.EOF {
			break
		}
	}
	document, err := parser.ParseQuery(source)
	if err != nil {
		return nil, syntax(name, err)
	}
	return document, nil
}

// syntax says where a text stops being GraphQL.
func syntax(name string, err error) error {
	var wrong *gqlerror.Error
	if !errors.As(err, &wrong) || len(wrong.Locations) == 0 {
		return fmt.Errorf("%s is not GraphQL: %w", name, err)
	}
	at := wrong.Locations[0]
	return fmt.Errorf("%s:%d:%d: it is not GraphQL there: %s", name, at.Line, at.Column, wrong.Message)
}

// translation is one text on its way.
type translation struct {
	name  string
	left  []string // what a query here cannot say
	wrong []string // what nothing can be made of
}

func (t *translation) at(p *ast.Position, format string, args ...any) string {
	if p == nil {
		p = &ast.Position{}
	}
	return fmt.Sprintf("%s:%d:%d: %s", t.name, p.Line, p.Column, fmt.Sprintf(format, args...))
}

// refuse notes what nothing can be made of.
func (t *translation) refuse(p *ast.Position, format string, args ...any) {
	t.wrong = append(t.wrong, t.at(p, format, args...))
}

// leave notes what a query here cannot say.
func (t *translation) leave(p *ast.Position, format string, args ...any) {
	t.left = append(t.left, t.at(p, format, args...))
}

// verdict is what is wrong with the text, as one error.
func (t *translation) verdict(leaveOut bool) error {
	problems, remedy := t.wrong, ""
	if len(problems) == 0 && !leaveOut && len(t.left) > 0 {
		problems = t.left
		remedy = ". --leave-out leaves that out; docs/leaving-graphql.md says what it means"
	}
	if len(problems) == 0 {
		return nil
	}
	more := ""
	if len(problems) > mostNamed {
		more = fmt.Sprintf("; and %d more", len(problems)-mostNamed)
		problems = problems[:mostNamed]
	}
	return errors.New(strings.Join(problems, "; ") + more + remedy)
}

// operation makes a set of one operation.
func (t *translation) operation(o *ast.OperationDefinition) queries.Set {
	var set queries.Set
	if o.Operation != ast.Query {
		t.refuse(o.Position, "a %s: only queries search", o.Operation)
		return set
	}
	if len(o.VariableDefinitions) > 0 {
		t.refuse(o.VariableDefinitions[0].Position, "the variable $%s: write its value where it is used", o.VariableDefinitions[0].Variable)
	}
	t.directives(o.Directives)
	searched := make(map[string]bool)
	for _, selection := range o.SelectionSet {
		get := t.field(selection)
		switch {
		case get == nil:
		case get.Name != "Get":
			t.leave(get.Position, "%s beside Get: it is a call of its own", get.Name)
		default:
			for _, selection := range get.SelectionSet {
				if len(set.Queries) == maxQueries {
					t.refuse(selection.GetPosition(), "more than %d searches: split it", maxQueries)
					return set
				}
				if field := t.field(selection); field != nil {
					set.Queries = append(set.Queries, t.query(field, searched))
				}
			}
		}
	}
	if len(set.Queries) == 0 {
		t.refuse(o.Position, "nothing that is searched: write { Get { Articles(…) { title } } }")
	}
	return set
}

// field is a selection, which must be a field; nil for others.
func (t *translation) field(selection ast.Selection) *ast.Field {
	field, ok := selection.(*ast.Field)
	if !ok {
		t.refuse(selection.GetPosition(), "a fragment: write its fields where they are used")
		return nil
	}
	t.directives(field.Directives)
	return field
}

func (t *translation) directives(list ast.DirectiveList) {
	for _, directive := range list {
		t.leave(directive.Position, "the directive @%s", directive.Name)
	}
}
