// Command k6 is k6 with this extension, as xk6 makes it, but for its dependencies: they are those of go.mod, always. Releases are built
// from it, so that anybody can build the same bytes.
package main

import (
	k6 "go.k6.io/k6/v2/cmd"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers itself
)

func main() { k6.Execute() }
