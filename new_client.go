package weaviate

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// newClientTimeout limits each call of a client that newClient made and that has no timeout of its own.
const newClientTimeout = time.Minute

// newClient is the function newClient(options): new Client(options) by other names, which are those of an older extension.
func (mi *instance) newClient(call sobek.FunctionCall) sobek.Value {
	o, err := mi.readNewClientOptions(call.Argument(0))
	if err != nil {
		mi.throw("%w", err)
	}
	rt := mi.vu.Runtime()
	object := rt.CreateObject(mi.constructor.Get("prototype").ToObject(rt))
	mi.clientWith("newClient(options)", o).equip(object)
	return object
}

func (mi *instance) readNewClientOptions(value sobek.Value) (*clientOptions, error) {
	o := &clientOptions{
		strategy: fanout.DefaultStrategy, timeout: newClientTimeout, builtinMetrics: true, apiKey: mi.env.get("WEAVIATE_API_KEY", ""),
	}
	scheme, host, token := "http", "", ""
	const what = "newClient(options)"
	err := readObject(what, value, fields{
		"host":      readString(&host),
		"scheme":    readString(&scheme),
		"grpcHost":  readString(&o.grpc),
		"apiKey":    readSecret(readString(&o.apiKey), "a string"),
		"authToken": readSecret(readString(&token), "a string"),
		"headers":   readSecret(readStringMap(&o.headers), "an object of strings"),
		"timeout":   readSeconds(&o.timeout),
	})
	if err != nil {
		return nil, err
	}
	if token != "" {
		o.apiKey = token // both are sent as Authorization: Bearer …
	}
	if host == "" {
		return nil, errors.New(what + " has no host: host is required, like 'localhost:8080'")
	}
	for _, prefix := range []string{"http", "https"} {
		if len(host) > len(prefix)+3 && strings.EqualFold(host[:len(prefix)+3], prefix+"://") {
			scheme, host = prefix, host[len(prefix)+3:]
		}
	}
	name, _, _ := strings.Cut(host, ":")
	switch cloud := fanout.IsCloud(name); {
	case cloud:
		scheme = "https"
	case o.grpc == "":
		return nil, errors.New(what + " has no grpcHost: grpcHost is required, like 'localhost:50051'")
	case !strings.Contains(o.grpc, "://"):
		// Whatever the scheme: scripts that were written for the older extension rest on this.
		o.grpc = map[bool]string{true: "https://", false: "http://"}[strings.HasSuffix(o.grpc, ":443")] + o.grpc
	}
	o.url = scheme + "://" + host
	return o, nil
}

// readSeconds reads a number of seconds, also as text, or a duration with its unit. 0 is the default.
func readSeconds(to *time.Duration) func(sobek.Value) error {
	return func(value sobek.Value) error {
		seconds, ok := exportNumber(value.Export())
		if text, isText := value.Export().(string); isText {
			var err error
			seconds, err = strconv.ParseFloat(text, 64)
			ok = err == nil
		}
		if ok {
			if !(seconds >= 0 && seconds <= 1<<31) {
				return fmt.Errorf("must be a number of seconds, not %s", describe(value))
			}
			if seconds > 0 {
				*to = time.Duration(seconds * float64(time.Second))
			}
			return nil
		}
		return readDuration(to)(value)
	}
}
