// Command stubd runs the stub Weaviate server by itself, for trying by hand and for benchmarks in another process. It prints
// its addresses as one line of JSON and ends when its standard input closes, or on SIGTERM or an interrupt.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

const replyObjects = 200 // that -reply-size is told for

func main() {
	if err := run(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var config stub.Config
	flag.StringVar(&config.HTTPAddress, "http", "127.0.0.1:0", "address of the HTTP side")
	flag.StringVar(&config.GRPCAddress, "grpc", "127.0.0.1:0", "address of the gRPC side")
	flag.StringVar(&config.APIKey, "api-key", "", "what clients must send as a bearer token")
	flag.DurationVar(&config.IdleTimeout, "idle-timeout", 0, "close idle HTTP connections after this long")
	delay := flag.Duration("delay", 0, "how long a search takes")
	objects := flag.Int("objects", 0, "objects in each collection (default: as many as the name says)")
	dimensions := flag.Int("dimensions", 0, "length of the vectors (default: any)")
	size := flag.Int("reply-size", 20_000, fmt.Sprintf("bytes of a reply with %d objects, about", replyObjects))
	names := flag.String("collections", "", "names of the collections, with commas (default: the project's nine)")
	flag.Parse()

	config.Collections = stub.DefaultCollections()
	if *names != "" {
		config.Collections = nil
		for name := range strings.SplitSeq(*names, ",") {
			config.Collections = append(config.Collections, stub.Collection{Name: name})
		}
	}
	for i := range config.Collections {
		c := &config.Collections[i]
		c.ObjectSize, c.Dimensions = max(1, *size/replyObjects), *dimensions
		if *objects > 0 {
			c.Objects = *objects
		}
	}
	server, err := stub.New(config)
	if err != nil {
		return err
	}
	defer server.Close()
	server.SetAll(stub.Behaviour{Delay: *delay})
	return serve(server)
}

// serve says where the server is and waits until it is to end.
func serve(server *stub.Server) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	started := time.Now()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{
		"url": server.URL(), "grpc": server.GRPC(), "pid": os.Getpid(),
	}); err != nil {
		return err
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	select {
	case <-ctx.Done():
	case <-closed:
	}
	s := server.Stats()
	_, err := fmt.Fprintf(os.Stderr, "stubd: %d HTTP requests, %d gRPC searches, at most %d at once, in %v\n",
		s.HTTPRequests, s.Calls, s.MostInFlight, time.Since(started).Round(time.Millisecond))
	return err
}
