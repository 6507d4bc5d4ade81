// Package cluster looks at a Weaviate cluster, so that query files fit it: what its collections are made of, which vectors and
// tenants they have, and what their objects say. It changes nothing there.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	api "github.com/weaviate/weaviate-go-client/v5/weaviate"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/fault"
	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// timeout limits each request.
const timeout = time.Minute

// Config says where the cluster is.
type Config struct {
	// URL is Weaviate's HTTP address; GRPC is its gRPC address, or empty for where it is by convention.
	URL, GRPC string
	// APIKey is empty for a cluster that wants none.
	APIKey string
}

// Cluster is a cluster that answers.
type Cluster struct {
	url     string
	engine  *fanout.Client
	api     *api.Client
	classes map[string]*models.Class
}

// Open makes sure that the cluster answers, and reads its schema. Close it.
func Open(ctx context.Context, config Config) (*Cluster, error) {
	base, err := fanout.ParseURL(config.URL)
	if err != nil {
		return nil, err
	}
	address, secure, err := fanout.GRPCAddress(base, config.GRPC)
	if err != nil {
		return nil, err
	}
	header, headers := make(http.Header), make(map[string]string)
	if config.APIKey != "" {
		header.Set("Authorization", "Bearer "+config.APIKey)
		headers["Authorization"] = header.Get("Authorization")
	}
	c := &Cluster{url: config.URL}
	c.engine, err = fanout.NewClient(fanout.Config{
		URL: config.URL, GRPC: address, GRPCSecure: secure, Header: header, Timeout: timeout,
	})
	if err != nil {
		return nil, err
	}
	if err := c.engine.Reach(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.api, err = api.NewClient(api.Config{
		Scheme: base.Scheme, Host: base.Host + base.Path, Headers: headers, ConnectionClient: c.engine.HTTPClient(),
	})
	if err == nil {
		err = c.readSchema(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Close closes the connections.
func (c *Cluster) Close() error { return c.engine.Close() }

func (c *Cluster) readSchema(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	schema, err := c.api.Schema().Getter().Do(ctx)
	if err != nil {
		return c.refused("read the schema", err)
	}
	c.classes = make(map[string]*models.Class, len(schema.Classes))
	for _, class := range schema.Classes {
		if class == nil || slices.Contains(class.Properties, nil) {
			return fmt.Errorf("cannot read the schema at %s: it is no Weaviate's, as it has null where a collection or a property is to be", c.url)
		}
		c.classes[class.Class] = class
	}
	return nil
}

// class is what the schema says of a collection.
func (c *Cluster) class(name string) (*models.Class, error) {
	if class := c.classes[name]; class != nil {
		return class, nil
	}
	if len(c.classes) == 0 {
		return nil, fmt.Errorf("the server at %s has no collections: make yours, or the nine of songs with `k6 x weaviate seed`", c.url)
	}
	names := make([]string, 0, len(c.classes))
	for name := range c.classes {
		names = append(names, name)
	}
	slices.Sort(names)
	return nil, fmt.Errorf("the server at %s has no collection %s%s It has %s",
		c.url, name, fanout.DidYouMean(name, names), some(names))
}

// Try searches the cluster once for the file's first query set: what the schema does not tell shows then.
func (c *Cluster) Try(ctx context.Context, f *queries.File) error {
	sets, err := f.QuerySets(1)
	if err != nil {
		return err
	}
	result, err := c.engine.Do(ctx, sets[0], fanout.ParallelGRPC, fanout.Options{})
	if err != nil {
		return err
	}
	for i := range result.Members {
		if m := &result.Members[i]; !m.OK() {
			return fmt.Errorf("a trial search of %s failed (%s): %s", sets[0].Queries()[i].Collection, m.Category, m.Error)
		}
	}
	return nil
}

// refused explains an error of the official client, whose own texts show status codes and JSON.
func (c *Cluster) refused(what string, err error) error { return c.engine.Hide(c.explained(what, err)) }

func (c *Cluster) explained(what string, err error) error {
	var status *fault.WeaviateClientError
	if !errors.As(err, &status) {
		return fmt.Errorf("cannot %s at %s: %w", what, c.url, err)
	}
	switch {
	case status.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("cannot %s at %s: it refuses the API key; set WEAVIATE_API_KEY to one of this server", what, c.url)
	case status.StatusCode == http.StatusForbidden:
		return fmt.Errorf("cannot %s at %s: the API key may not; set WEAVIATE_API_KEY to one that may", what, c.url)
	case status.DerivedFromError != nil:
		return fmt.Errorf("cannot %s at %s: %w", what, c.url, status.DerivedFromError)
	default:
		return fmt.Errorf("cannot %s at %s: HTTP %d (%s)", what, c.url, status.StatusCode, strings.TrimSpace(status.Msg))
	}
}

// some are the first names of a list, for error messages. Those that are too long to be names are shown as far as a name goes.
func some(names []string) string {
	const most, longest = 10, 256
	shown := make([]string, min(len(names), most))
	for i := range shown {
		shown[i] = strings.ToValidUTF8(names[i][:min(len(names[i]), longest)], "")
	}
	if len(names) <= most {
		return strings.Join(shown, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), len(names)-most)
}
