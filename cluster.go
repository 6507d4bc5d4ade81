package weaviate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/sobek"
	api "github.com/weaviate/weaviate-go-client/v5/weaviate"
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
	ok, err := official.Misc().ReadyChecker().Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("no Weaviate answers at %s (%w): start it (`make start` starts one here), or set "+
			"WEAVIATE_URL to where it is", c.config.URL, err)
	}
	if !ok {
		return nil, fmt.Errorf("the server at %s is not ready: wait until %s/v1/.well-known/ready answers 200",
			c.config.URL, strings.TrimSuffix(c.config.URL, "/"))
	}
	meta, err := official.Misc().MetaGetter().Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("the server at %s is ready but refuses /v1/meta (%w): check WEAVIATE_API_KEY", c.config.URL, err)
	}
	if err := engine.Health(ctx); err != nil {
		return nil, fmt.Errorf("no Weaviate answers over gRPC at %s (%w): open that port, or set WEAVIATE_GRPC to host:port "+
			"of the gRPC side", c.config.GRPC, err)
	}
	return &serverObject{Version: meta.Version}, nil
}

// collections lists the server's collections, by name.
func (c *client) collections(sobek.FunctionCall) sobek.Value {
	list, err := c.listCollections()
	if err != nil {
		c.mi.throw("collections: %w", err)
	}
	return c.mi.vu.Runtime().ToValue(list)
}

func (c *client) listCollections() ([]collectionObject, error) {
	official, engine, err := c.rest()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.mi.vu.Context(), c.options.timeout)
	defer cancel()
	schema, err := official.Schema().Getter().Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the schema: %w", err)
	}
	nodes, err := official.Cluster().NodesStatusGetter().WithOutput("verbose").Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the object counts: %w", err)
	}
	byName := make(map[string]*collectionObject, len(schema.Classes))
	list := make([]collectionObject, len(schema.Classes))
	for i, class := range schema.Classes {
		list[i].Name = class.Class
		byName[class.Class] = &list[i]
	}
	addShards(byName, nodes)
	for i := range list {
		// A collection with tenants has no count of its own: what the nodes say has to do.
		if exact, err := engine.Count(ctx, list[i].Name); err == nil {
			list[i].Objects = int(exact)
		}
		list[i].Dimensions = vectorLength(ctx, official, list[i].Name)
	}
	slices.SortFunc(list, func(a, b collectionObject) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func addShards(byName map[string]*collectionObject, nodes *models.NodesStatusResponse) {
	for _, node := range nodes.Nodes {
		for _, shard := range node.Shards {
			if collection := byName[shard.Class]; collection != nil {
				collection.Objects += int(shard.ObjectCount)
				collection.Queue += int(shard.VectorQueueLength)
			}
		}
	}
}

// vectorLength is the length of the vector of one object; 0 when there is none or it cannot be read (tenants, for one).
func vectorLength(ctx context.Context, official *api.Client, collection string) int {
	objects, err := official.Data().ObjectsGetter().WithClassName(collection).WithVector().WithLimit(1).Do(ctx)
	if err != nil || len(objects) == 0 {
		return 0
	}
	return len(objects[0].Vector)
}
