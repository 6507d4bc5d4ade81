package weaviate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/sobek"
	api "github.com/weaviate/weaviate-go-client/v5/weaviate"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/schema"
	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// serverObject is what ready() tells of the server.
type serverObject struct {
	Version string `js:"version"`
}

// collectionObject is one collection as collections() tells of it.
type collectionObject struct {
	Name       string `js:"name"`
	Objects    int    `js:"objects"`    // over all nodes and shards
	Queue      int    `js:"queue"`      // vectors that wait to be indexed
	Dimensions int    `js:"dimensions"` // of the first object's vector; 0 when it has none
}

// rest is the official client over the engine's connections: for set-up, never for what is measured.
func (c *client) rest() (*api.Client, *fanout.Client, error) {
	engine, err := c.connect()
	if err != nil {
		return nil, nil, err
	}
	if c.official != nil {
		return c.official, engine, nil
	}
	base, err := fanout.ParseURL(c.config.URL)
	if err != nil {
		return nil, nil, err
	}
	headers := make(map[string]string, len(c.config.Header))
	for name := range c.config.Header {
		headers[name] = c.config.Header.Get(name)
	}
	c.official, err = api.NewClient(api.Config{
		Scheme: base.Scheme, Host: base.Host + base.Path, Headers: headers, ConnectionClient: engine.HTTPClient(),
	})
	return c.official, engine, err
}

// ready checks that both sides of the server answer, and throws what is wrong otherwise.
func (c *client) ready(sobek.FunctionCall) sobek.Value {
	server, err := c.checkReady()
	if err != nil {
		c.mi.throw("%w", err)
	}
	return c.mi.vu.Runtime().ToValue(server)
}

func (c *client) checkReady() (*serverObject, error) {
	official, engine, err := c.rest()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.mi.vu.Context(), c.options.timeout)
	defer cancel()
	if err := engine.Reach(ctx); err != nil {
		return nil, err
	}
	meta, err := official.Misc().MetaGetter().Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("the server at %s does not tell its version: %w", c.config.URL, engine.Hide(err))
	}
	return &serverObject{Version: engine.HideText(meta.Version)}, nil
}

// collections tells of the server's collections, by name, or of those that query sets search.
func (c *client) collections(call sobek.FunctionCall) sobek.Value {
	list, err := c.listCollections(call.Argument(0))
	if err != nil {
		c.mi.throw("collections: %w", err)
	}
	return c.mi.vu.Runtime().ToValue(list)
}

func (c *client) listCollections(of sobek.Value) ([]collectionObject, error) {
	official, engine, err := c.rest()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.mi.vu.Context(), c.options.timeout)
	defer cancel()
	dump, err := official.Schema().Getter().Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the schema: %w", engine.Hide(err))
	}
	searches, err := searchesOf(of, dump)
	if err != nil {
		return nil, err
	}
	nodes, err := official.Cluster().NodesStatusGetter().WithOutput("verbose").Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the object counts: %w", engine.Hide(err))
	}
	byName := make(map[string]*collectionObject, len(searches))
	list := make([]collectionObject, len(searches))
	for i := range searches {
		list[i].Name = searches[i].Collection
		byName[list[i].Name] = &list[i]
	}
	addShards(byName, nodes)
	for i := range searches {
		q := &searches[i]
		// A collection with tenants has no count of its own: unless the tenant is known, what the nodes say has to do.
		if exact, err := engine.Count(ctx, q.Collection, q.Tenant); err == nil {
			list[i].Objects = int(exact)
		}
		list[i].Dimensions = vectorLength(ctx, official, q)
	}
	slices.SortFunc(list, func(a, b collectionObject) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// searchesOf says which collections to tell of, with the tenants and vectors that are searched: those of the first query set,
// as far as the server has them, or without query sets all of them.
func searchesOf(sets sobek.Value, dump *schema.Dump) ([]fanout.Query, error) {
	var searches []fanout.Query
	if isMissing(sets) {
		for _, class := range dump.Classes {
			if class != nil {
				searches = append(searches, fanout.Query{Collection: class.Class})
			}
		}
		return searches, nil
	}
	given, ok := handle[*querySets](sets)
	if !ok {
		return nil, fmt.Errorf("the argument must come from loadQuerySets, not %s", describe(sets))
	}
	known := make(map[string]bool, len(dump.Classes))
	for _, class := range dump.Classes {
		if class != nil {
			known[class.Class] = true
		}
	}
	for _, q := range given.sets[0].Queries() {
		if known[q.Collection] {
			searches = append(searches, q)
		}
	}
	return searches, nil
}

func addShards(byName map[string]*collectionObject, nodes *models.NodesStatusResponse) {
	for _, node := range nodes.Nodes {
		if node == nil {
			continue
		}
		for _, shard := range node.Shards {
			if shard == nil {
				continue
			}
			if collection := byName[shard.Class]; collection != nil {
				collection.Objects += int(shard.ObjectCount)
				collection.Queue += int(shard.VectorQueueLength)
			}
		}
	}
}

// vectorLength is the length of the vector of one object; 0 when there is none or it cannot be read.
func vectorLength(ctx context.Context, official *api.Client, q *fanout.Query) int {
	objects, err := official.Data().ObjectsGetter().WithClassName(q.Collection).WithTenant(q.Tenant).WithVector().WithLimit(1).Do(ctx)
	if err != nil || len(objects) == 0 || objects[0] == nil {
		return 0
	}
	if q.TargetVector == "" {
		return len(objects[0].Vector)
	}
	named, _ := objects[0].Vectors[q.TargetVector].([]float32) // a multi-vector has no one length
	return len(named)
}
