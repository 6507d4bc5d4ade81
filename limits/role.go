package main

import (
	"encoding/json"
	"io"
	"os"

	k6 "go.k6.io/k6/v2/cmd"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with k6
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// The roles of the processes that the program starts.
const (
	roleStub = "stub"
	roleK6   = "k6"
)

// play makes this process what it was started for.
func play(role string) error {
	if role == roleStub {
		return playStub()
	}
	k6.Execute()
	return nil
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
