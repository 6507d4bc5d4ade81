// Package weaviate is a k6 extension that searches many Weaviate collections at once and measures each of them.
//
// It registers the JavaScript module k6/x/weaviate, the output --out weaviate=FILE and the command k6 x weaviate. index.d.ts documents the JavaScript API.
//
// The Go packages of this module are no public API: any version may change them. Semantic versioning covers the JavaScript API, the command line and
// its variables, the metrics, run files and report.json.
package weaviate

import (
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/output"
	"go.k6.io/k6/v2/subcommand"

	"github.com/xk6-weaviate/xk6-weaviate/command"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

func init() { //nolint:gochecknoinits // how k6 extensions register
	modules.Register("k6/x/weaviate", newModule())
	output.RegisterExtension("weaviate", record.New)
	subcommand.RegisterExtension("weaviate", command.New)
}
