package fanout

import (
	"errors"
	"fmt"
	"math"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// Keywords say which objects a keyword search matches. The zero Keywords leave it to the server: those with any of the words.
type Keywords struct {
	Operator KeywordOperator
	// MinimumMatch is how many of the words an object must have, for OrWords; 0 leaves it at one.
	MinimumMatch int
}

// KeywordOperator says whether an object must have all words of a keyword search, or any.
type KeywordOperator string

// The operators of keyword searches.
const (
	AndWords KeywordOperator = "and"
	OrWords  KeywordOperator = "or"
)

// FusionType is how a hybrid query puts the scores of its legs together.
type FusionType string

// The fusion types.
const (
	FusionRanked        FusionType = "ranked"
	FusionRelativeScore FusionType = "relativeScore"
)

// validateCuts checks what decides how much of a search's objects is taken.
func (q *Query) validateCuts() error {
	if err := q.validateKeywords(); err != nil {
		return err
	}
	for _, cut := range []struct {
		name  string
		value *float64
		fits  bool
		use   string
	}{
		{"distance", q.Distance, q.Type == Vector, "nearVector and nearText"},
		{"certainty", q.Certainty, q.Type == Vector, "nearVector and nearText"},
		{"maxVectorDistance", q.MaxVectorDistance, q.Type == Hybrid, "hybrid"},
	} {
		switch {
		case cut.value == nil:
		case !cut.fits:
			return fmt.Errorf("%s is for %s: leave it out of a %s query", cut.name, cut.use, q.Type)
		case math.IsNaN(*cut.value) || math.Abs(*cut.value) > math.MaxFloat32:
			return fmt.Errorf("%s is %v: use a finite number that fits a float32", cut.name, *cut.value)
		}
	}
	switch {
	case q.Distance != nil && q.Certainty != nil:
		return errors.New("the query has both distance and certainty: give it one")
	case q.Certainty != nil && (*q.Certainty < 0 || *q.Certainty > 1):
		return fmt.Errorf("certainty is %v: use 0 to 1", *q.Certainty)
	case q.Fusion == "":
		return nil
	case q.Type != Hybrid:
		return fmt.Errorf("fusionType is for hybrid: leave it out of a %s query", q.Type)
	case q.Fusion != FusionRanked && q.Fusion != FusionRelativeScore:
		return fmt.Errorf("unknown fusionType %q: use ranked or relativeScore", q.Fusion)
	}
	return nil
}

func (q *Query) validateKeywords() error {
	k := q.Keywords
	switch {
	case k == (Keywords{}):
		return nil
	case q.Type == Vector:
		return errors.New("operator and minimumMatch are for bm25 and hybrid: leave them out of a vector query")
	case k.Operator != "" && k.Operator != AndWords && k.Operator != OrWords:
		return fmt.Errorf("unknown operator %q: use and (all words) or or (any of them)", k.Operator)
	case k.MinimumMatch < 0 || k.MinimumMatch > math.MaxInt32:
		return fmt.Errorf("minimumMatch is %d: use a whole number of words from 1 up", k.MinimumMatch)
	case k.MinimumMatch > 0 && k.Operator != OrWords:
		return errors.New("minimumMatch is for operator or: set that, or leave minimumMatch out")
	}
	return nil
}

// appendKeywords writes the operator of a keyword search under the name that the search has for it.
func appendKeywords(b []byte, name string, k Keywords) []byte {
	if k.Operator == "" {
		return b
	}
	b = append(b, ',')
	b = append(b, name...)
	b = append(b, ":{operator:"...)
	b = append(b, map[KeywordOperator]string{AndWords: "And", OrWords: "Or"}[k.Operator]...)
	if k.MinimumMatch > 0 {
		b = fmt.Appendf(b, ",minimumOrTokensMatch:%d", k.MinimumMatch)
	}
	return append(b, '}')
}

// message is what gRPC requests carry; nil for the server's own default.
func (k Keywords) message() *protocol.SearchOperatorOptions {
	if k.Operator == "" {
		return nil
	}
	message := &protocol.SearchOperatorOptions{Operator: protocol.SearchOperatorOptions_OPERATOR_OR}
	if k.Operator == AndWords {
		message.Operator = protocol.SearchOperatorOptions_OPERATOR_AND
	}
	if k.MinimumMatch > 0 {
		least := int32(k.MinimumMatch) //nolint:gosec // Validate holds it to 0..MaxInt32
		message.MinimumOrTokensMatch = &least
	}
	return message
}

func (f FusionType) grpc() protocol.Hybrid_FusionType {
	switch f {
	case FusionRanked:
		return protocol.Hybrid_FUSION_TYPE_RANKED
	case FusionRelativeScore:
		return protocol.Hybrid_FUSION_TYPE_RELATIVE_SCORE
	default:
		return protocol.Hybrid_FUSION_TYPE_UNSPECIFIED
	}
}
