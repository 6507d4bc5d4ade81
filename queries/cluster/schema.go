package cluster

import (
	"maps"
	"slices"
	"strings"

	"github.com/weaviate/weaviate/entities/models"
)

// searchable are the text properties that keyword searches can look in.
func searchable(class *models.Class) []string {
	var names []string
	for _, p := range class.Properties {
		if isText(p) && (p.IndexSearchable == nil || *p.IndexSearchable) {
			names = append(names, p.Name)
		}
	}
	return names
}

// keywordProperties are those of the searchable ones that are worth searching by words: not the ones that are one token as a
// whole (names of genres, addresses of pages), unless there is nothing else.
func keywordProperties(class *models.Class) []string {
	var worded []string
	for _, p := range class.Properties {
		if p.Tokenization != models.PropertyTokenizationField && slices.Contains(searchable(class), p.Name) {
			worded = append(worded, p.Name)
		}
	}
	if worded == nil {
		return searchable(class)
	}
	return worded
}

// returnable are the plain properties, which both protocols return by their names alone. That is about what Weaviate's own
// clients return of an object unless they are told otherwise.
func returnable(class *models.Class) []string {
	names := []string{}
	for _, p := range class.Properties {
		if isPlain(p) {
			names = append(names, p.Name)
		}
	}
	return names
}

func isText(p *models.Property) bool {
	kind := typeOf(p)
	return kind == "text" || kind == "string" // the latter in schemas from before 1.19
}

func isPlain(p *models.Property) bool {
	switch typeOf(p) {
	case "text", "string", "int", "number", "boolean", "date", "uuid":
		return true
	default: // references, objects, places, telephone numbers, blobs
		return false
	}
}

// typeOf is the data type of a property, or of its elements if it is an array.
func typeOf(p *models.Property) string {
	if len(p.DataType) != 1 {
		return "" // a reference to several collections
	}
	return strings.TrimSuffix(p.DataType[0], "[]")
}

// namedVectors are the names of the collection's vectors.
func namedVectors(class *models.Class) []string {
	return slices.Sorted(maps.Keys(class.VectorConfig))
}

func hasTenants(class *models.Class) bool {
	return class.MultiTenancyConfig != nil && class.MultiTenancyConfig.Enabled
}
