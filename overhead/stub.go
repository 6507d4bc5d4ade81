package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// The questions to the stub.
const (
	askAddresses = 'a'
	askRequests  = 'n' // how many it has received so far
	askTimes     = 't' // what each search took since this was asked last
)

// stubConfig is what the stub is told by its argument.
type stubConfig struct {
	ObjectSize int
	Slow       bool // the collections take as long as slowness says, and are timed
	Skip       int  // the first searches of each collection that are not timed
}

// addresses are where the stub listens.
type addresses struct {
	HTTP string // a URL
	GRPC string // host:port
}

// times are what the searches of each collection took, in milliseconds.
type times map[string][]float64

// slowness is how long the searches of each collection take in the middle; a single one, half to one and a half times as long.
func slowness() []time.Duration {
	const ms = time.Millisecond
	return []time.Duration{80 * ms, 70 * ms, 60 * ms, 50 * ms, 40 * ms, 30 * ms, 20 * ms, 10 * ms, 5 * ms}
}

func playStub() error {
	var config stubConfig
	if err := json.Unmarshal([]byte(os.Args[1]), &config); err != nil {
		return err
	}
	var mutex sync.Mutex
	took := make(times)
	stubbed := stub.Config{Collections: stub.Nine(config.ObjectSize, 0)}
	if config.Slow {
		stubbed.Served = func(collection string, d time.Duration) {
			mutex.Lock()
			defer mutex.Unlock()
			took[collection] = append(took[collection], milliseconds(d))
		}
	}
	server, err := stub.New(stubbed)
	if err != nil {
		return err
	}
	if config.Slow {
		for i, name := range server.Collections() {
			middle := slowness()[i]
			server.Set(name, stub.Behaviour{Delays: func() time.Duration {
				return middle/2 + rand.N(middle) //nolint:gosec // not a secret
			}})
		}
	}
	answer(func(question byte) any {
		switch question {
		case askAddresses:
			return addresses{server.URL(), server.GRPC()}
		case askRequests:
			return server.Requests()
		default:
			mutex.Lock()
			defer mutex.Unlock()
			told := took
			took = make(times)
			for collection, all := range told {
				told[collection] = all[min(config.Skip, len(all)):]
			}
			return told
		}
	})
	select {} // until the parent has gone
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// server is the stub in a process of its own.
type server struct {
	*process

	at addresses
}

func startServer(ctx context.Context, config stubConfig) (*server, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	p, err := launch(ctx, "the stub", roleStub, nil, string(text))
	if err != nil {
		return nil, err
	}
	s := &server{process: p}
	if err := s.ask(askAddresses, &s.at); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(s.at.HTTP, "http://") || s.at.GRPC == "" {
		s.end()
		return nil, fmt.Errorf("the stub listens nowhere: %+v", s.at)
	}
	return s, nil
}

// requests is how many requests the stub has received so far.
func (s *server) requests() (n int, err error) {
	err = s.ask(askRequests, &n)
	return n, err
}
