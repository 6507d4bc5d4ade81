package cluster

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// Object is what a query can look for: the words and the vector of an object that is there.
type Object struct {
	// Text is the beginning of one of the object's texts; empty if it has none.
	Text string
	// Vector is the target's vector of the object; nil if it has none.
	Vector queries.Vector
}

// Sample reads objects of a target, at most so many, always the same ones of the same data. They come in the order of their
// ids, which is random enough for ids that are.
func (c *Cluster) Sample(ctx context.Context, target *queries.Target, most int) ([]Object, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	getter := c.api.Data().ObjectsGetter().WithClassName(target.Collection).WithVector().WithLimit(most)
	if target.Tenant != "" {
		getter = getter.WithTenant(target.Tenant)
	}
	found, err := getter.Do(ctx)
	if err != nil {
		return nil, c.refused("read objects of "+target.Collection, err)
	}
	objects := make([]Object, 0, len(found))
	for _, object := range found {
		if object == nil {
			continue
		}
		vector, err := vectorOf(object, target)
		if err != nil {
			return nil, err
		}
		objects = append(objects, Object{textOf(object, target.Searched), vector})
	}
	return objects, nil
}

func vectorOf(object *models.Object, target *queries.Target) (queries.Vector, error) {
	if target.TargetVector == "" {
		return queries.Vector(object.Vector), nil
	}
	switch vector := object.Vectors[target.TargetVector].(type) {
	case nil:
		return nil, nil
	case []float32:
		return vector, nil
	default:
		return nil, fmt.Errorf("the vector %s of collection %s has many vectors an object, which no query here searches: "+
			"choose another with --target-vector, or leave the collection out", target.TargetVector, target.Collection)
	}
}

// textOf is what a person might type to find the object: the first words of the first of its texts.
func textOf(object *models.Object, properties []string) string {
	values, ok := object.Properties.(map[string]any)
	if !ok {
		return ""
	}
	for _, name := range properties {
		name, _, _ = strings.Cut(name, "^")
		text := ""
		switch value := values[name].(type) {
		case string:
			text = value
		case []any:
			if len(value) > 0 {
				text, _ = value[0].(string)
			}
		}
		if text = firstWords(text); text != "" {
			return text
		}
	}
	return ""
}

const (
	termWords = 5
	termRunes = 60
)

// firstWords are the first words of a text, bare of punctuation.
func firstWords(text string) string {
	var words []string
	for word := range strings.FieldsSeq(text) {
		word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		if word != "" {
			words = append(words, word)
		}
		if len(words) == termWords {
			break
		}
	}
	term := []rune(strings.Join(words, " "))
	return strings.TrimSpace(string(term[:min(len(term), termRunes)]))
}
