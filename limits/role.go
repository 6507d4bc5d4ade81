package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	k6 "go.k6.io/k6/v2/cmd"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with k6
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// The program runs itself for each process that it needs: so all of them are of one build, and nothing has to be built before.
const (
	roleVariable = "XK6_WEAVIATE_LIMITS_ROLE"
	roleStub     = "stub"
	roleK6       = "k6"
)

// play makes this process what it was started for, and returns its exit status.
func play(role string) int {
	if role == roleK6 {
		k6.Execute()
		return exitDone
	}
	if err := playStub(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return exitDone
}

// The stub's replies have 20 KB with 200 objects.
const (
	objectSize = 100
	dimensions = 384
)

// playStub is a stub that answers at once, until its input ends.
func playStub() error {
	server, err := stub.New(stub.Config{Collections: stub.Nine(objectSize, dimensions)})
	if err != nil {
		return err
	}
	defer server.Close()
	if err := json.NewEncoder(os.Stdout).Encode(target{"stub", server.URL(), server.GRPC()}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
