package weaviate

import (
	"fmt"
	"net/http"
	"time"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// clientOptions are what new Client(options) takes.
type clientOptions struct {
	url            string
	grpc           string
	strategy       fanout.Strategy
	apiKey         string
	headers        map[string]string
	timeout        time.Duration
	concurrency    int
	defaults       fanout.Defaults
	tags           map[string]string
	builtinMetrics bool
	recallRate     float64
}

// readClientOptions reads the options of a script, with defaults from the environment.
func (mi *instance) readClientOptions(value sobek.Value) (*clientOptions, error) {
	o := &clientOptions{
		strategy: fanout.DefaultStrategy, timeout: fanout.DefaultTimeout, builtinMetrics: true,
		recallRate: defaultRecallRate, apiKey: mi.env.get("WEAVIATE_API_KEY", ""),
	}
	token := ""
	err := readObject("new Client(options)", value, fields{
		"url":              readString(&o.url),
		"grpc":             readString(&o.grpc),
		"strategy":         readStrategy(&o.strategy),
		"apiKey":           readSecret(readString(&o.apiKey), "a string"),
		"authToken":        readSecret(readString(&token), "a string"),
		"headers":          readSecret(readStringMap(&o.headers), "an object of strings"),
		"timeout":          readDuration(&o.timeout),
		"concurrency":      readCount(&o.concurrency, 1),
		"tenant":           readString(&o.defaults.Tenant),
		"consistencyLevel": readConsistencyLevel(&o.defaults.ConsistencyLevel),
		"tags":             readStringMap(&o.tags),
		"builtinMetrics":   readBool(&o.builtinMetrics),
		"recallRate":       readShare(&o.recallRate),
	})
	if err != nil {
		return nil, err
	}
	if token != "" {
		o.apiKey = token // both are sent as Authorization: Bearer …
	}
	if o.url == "" {
		o.url = mi.env.get("WEAVIATE_URL", fanout.DefaultURL)
		if o.grpc == "" {
			o.grpc = mi.env.get("WEAVIATE_GRPC", "")
		}
	}
	return o, nil
}

// readSecret keeps what a script gave out of the error text.
func readSecret(read func(sobek.Value) error, want string) func(sobek.Value) error {
	return func(value sobek.Value) error {
		if read(value) != nil {
			return fmt.Errorf("must be %s", want)
		}
		return nil
	}
}

func readStrategy(to *fanout.Strategy) func(sobek.Value) error {
	return func(value sobek.Value) error {
		var name string
		if err := readString(&name)(value); err != nil {
			return err
		}
		strategy, err := fanout.ParseStrategy(name)
		if err != nil {
			return fmt.Errorf("is wrong: %w", err)
		}
		*to = strategy
		return nil
	}
}

func readConsistencyLevel(to *fanout.ConsistencyLevel) func(sobek.Value) error {
	return func(value sobek.Value) error {
		var name string
		if err := readString(&name)(value); err != nil {
			return err
		}
		level, err := fanout.ParseConsistencyLevel(name)
		if err != nil {
			return fmt.Errorf("is wrong: %w", err)
		}
		*to = level
		return nil
	}
}

// config is what the engine needs of the options.
func (o *clientOptions) config() (fanout.Config, error) {
	base, err := fanout.ParseURL(o.url)
	if err != nil {
		return fanout.Config{}, err
	}
	address, secure, err := fanout.GRPCAddress(base, o.grpc)
	if err != nil {
		return fanout.Config{}, err
	}
	header := make(http.Header, len(o.headers)+2)
	if o.apiKey != "" {
		header.Set("Authorization", "Bearer "+o.apiKey)
	}
	if fanout.IsCloud(base.Hostname()) {
		// Weaviate Cloud's own vectorizer wants to know whose searches it makes vectors for.
		header.Set("X-Weaviate-Cluster-Url", "https://"+base.Host)
	}
	for name, value := range o.headers {
		header.Set(name, value)
	}
	config := fanout.Config{
		URL: o.url, GRPC: address, GRPCSecure: secure, Header: header,
		Timeout: o.timeout, Concurrency: o.concurrency, Defaults: o.defaults,
	}
	err = config.Validate()
	return config, err
}
