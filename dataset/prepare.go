package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/weaviate/weaviate-go-client/v5/weaviate/fault"
)

// prepare makes the collections that are missing and counts the others' objects. Nothing is made or deleted unless all nine
// may be touched.
func (s *seeder) prepare(ctx context.Context) error {
	schema, err := s.api.Schema().Getter().Do(ctx)
	if err != nil {
		return fmt.Errorf("cannot read the schema at %s: %w", s.options.URL, inner(err))
	}
	found := make(map[string]string) // descriptions
	for _, class := range schema.Classes {
		if class == nil {
			return fmt.Errorf("cannot read the schema at %s: it is no Weaviate's, as it has null where a collection is to be", s.options.URL)
		}
		found[class.Class] = class.Description
	}
	wanted := marker(s.supply.songs(), s.options.Dimensions)
	if s.options.Replace {
		if err := s.deleteAll(ctx, found); err != nil {
			return err
		}
	} else if err := mayTouch(found, wanted); err != nil {
		return err
	}
	for _, name := range Names() {
		if _, there := found[name]; there {
			continue
		}
		if err := s.api.Schema().ClassCreator().WithClass(class(name, wanted, s.columns)).Do(ctx); err != nil {
			return fmt.Errorf("cannot create the collection %s: %w", name, inner(err))
		}
	}
	s.had, err = s.count(ctx)
	if err != nil {
		return err
	}
	for c, had := range s.had {
		if had > s.totals[c] {
			s.note("%s has %d objects, more than the %d of this scale, and is left as it is: --replace makes all nine anew",
				Collections()[c].Name, had, s.totals[c])
			s.summary.Total += had - s.totals[c]
			s.totals[c] = had
		}
	}
	s.summary.Objects = sum(s.had)
	return nil
}

// mayTouch checks that no collection is in the way.
func mayTouch(found map[string]string, wanted string) error {
	var foreign, other, otherSongs []string
	for _, name := range Names() {
		description, there := found[name]
		songs, ours := strings.CutPrefix(description, madeBy)
		switch {
		case !there, description == wanted:
		case !ours:
			foreign = append(foreign, name)
		default:
			other = append(other, name)
			if !slices.Contains(otherSongs, songs) {
				otherSongs = append(otherSongs, songs)
			}
		}
	}
	const remedy = "--replace deletes the nine collections of these names with all their objects"
	switch {
	case len(foreign) > 0:
		return fmt.Errorf("the server has collections that this command did not make: %s; %s", strings.Join(foreign, ", "), remedy)
	case len(other) > 0:
		return fmt.Errorf("the server has collections of other songs than those asked for: %s (%s; asked for: %s); %s",
			strings.Join(other, ", "), strings.Join(otherSongs, "; "), strings.TrimPrefix(wanted, madeBy), remedy)
	}
	return nil
}

func (s *seeder) deleteAll(ctx context.Context, found map[string]string) error {
	for _, name := range Names() {
		if _, there := found[name]; !there {
			continue
		}
		if err := s.api.Schema().ClassDeleter().WithClassName(name).Do(ctx); err != nil {
			return fmt.Errorf("cannot delete the collection %s: %w", name, inner(err))
		}
		delete(found, name)
	}
	return nil
}

// inner is what is inside an error of the official client, which says little by itself.
func inner(err error) error {
	var wrapped *fault.WeaviateClientError
	if errors.As(err, &wrapped) && wrapped.DerivedFromError != nil {
		return wrapped.DerivedFromError
	}
	return err
}
