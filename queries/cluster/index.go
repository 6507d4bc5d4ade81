package cluster

import (
	"context"
	"fmt"

	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Index says which vector a query with that target vector, empty for none, searches in a collection, and by which distance its index
// compares vectors. The vector is empty where it has no name.
func (c *Cluster) Index(collection, target string) (vector, distance string, err error) {
	class, err := c.class(collection)
	if err != nil {
		return "", "", err
	}
	settings := class.VectorIndexConfig
	switch config, named := class.VectorConfig[target]; {
	case named:
		vector, settings = target, config.VectorIndexConfig
	case target != "":
		return "", "", fmt.Errorf("collection %s has no vector %s%s It has %s",
			collection, target, fanout.DidYouMean(target, namedVectors(class)), some(namedVectors(class)))
	case class.VectorIndexType == "":
		if vector, err = (&Choice{}).vector(class); err != nil {
			return "", "", err
		}
		settings = class.VectorConfig[vector].VectorIndexConfig
	}
	index, _ := settings.(map[string]any)
	if multi, ok := index["multivector"].(map[string]any); ok && multi["enabled"] == true {
		return "", "", fmt.Errorf("the vector %s of collection %s has many vectors an object, which no query here searches", vector, collection)
	}
	distance, _ = index["distance"].(string)
	return vector, distance, nil
}

// Count is the exact number of objects of a collection, or of one of its tenants.
func (c *Cluster) Count(ctx context.Context, collection, tenant string) (int64, error) {
	class, err := c.class(collection)
	if err != nil {
		return 0, err
	}
	if err := mayRead(class, tenant); err != nil {
		return 0, err
	}
	count, err := c.engine.Count(ctx, collection, tenant)
	if err != nil {
		return 0, c.engine.Hide(fmt.Errorf("cannot count the objects of %s: %w", collection, err))
	}
	return count, nil
}

// ReadPage reads a page of objects.
func (c *Cluster) ReadPage(ctx context.Context, page *fanout.Page) ([]fanout.StoredObject, error) {
	return c.engine.ReadPage(ctx, page)
}

// mayRead says what is wrong with naming a tenant, or none.
func mayRead(class *models.Class, tenant string) error {
	switch {
	case hasTenants(class) && tenant == "":
		return fmt.Errorf("collection %s has tenants, and the queries name none: make query files with `k6 x weaviate queries --tenant`", class.Class)
	case !hasTenants(class) && tenant != "":
		return fmt.Errorf("collection %s has no tenants, and the queries name %s: make query files without", class.Class, tenant)
	default:
		return nil
	}
}
