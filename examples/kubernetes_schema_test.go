package examples_test

import (
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// The places in the schema of a TestRun of that of a pod's parts, and of that of a claim: the API server knows them by the same types.
const (
	ofRunner = "/properties/spec/properties/runner/properties"
	ofClaim  = ofRunner + "/volumes/items/properties/ephemeral/properties/volumeClaimTemplate/properties/spec"
)

// TestManifestsFitTheirSchemas holds the manifests against what the operator publishes, and Kubernetes' own types that are in it.
func TestManifestsFitTheirSchemas(t *testing.T) {
	t.Parallel()
	schemas := testRunSchema(t)
	fits := func(place string, value any) error {
		schema, err := schemas.Compile(testRunURL + "#" + place)
		require.NoError(t, err)
		return schema.Validate(asJSON(t, value))
	}
	var document, pod, claim map[string]any
	readYAML(t, "kubernetes/testrun.yaml", &document)
	readYAML(t, "kubernetes/report.yaml", &pod)
	readYAML(t, "kubernetes/results.yaml", &claim)
	require.Equal(t, "k6.io/v1alpha1", document["apiVersion"])
	require.Equal(t, "TestRun", document["kind"])
	require.NoError(t, fits("", document))
	require.NoError(t, fits(ofClaim, claim["spec"]))
	spec := pod["spec"].(map[string]any)
	for name, place := range map[string]string{
		"initContainers": "initContainers", "containers": "initContainers", "volumes": "volumes", "securityContext": "securityContext",
	} {
		require.NotEmpty(t, spec[name])
		require.NoError(t, fits(ofRunner+"/"+place, spec[name]), name)
		delete(spec, name)
	}
	require.Equal(t, map[string]any{"restartPolicy": "Never"}, spec, "the rest is in no schema here")

	document["spec"].(map[string]any)["paralellism"] = 2
	require.ErrorContains(t, fits("", document), "additional properties 'paralellism' not allowed")
	claim["spec"].(map[string]any)["accessModes"] = "ReadWriteMany"
	require.ErrorContains(t, fits(ofClaim, claim["spec"]), "got string, want array")
}

// testRunURL is the name by which the schema of a TestRun is compiled.
const testRunURL = "testrun.json"

// testRunSchema is the schema of a TestRun, to be compiled, which knows no other fields than those it names: kubectl refuses them, too.
func testRunSchema(t *testing.T) *jsonschema.Compiler {
	t.Helper()
	var definition struct {
		Spec struct {
			Versions []struct {
				Name   string
				Schema struct {
					OpenAPIV3Schema map[string]any `yaml:"openAPIV3Schema"`
				}
			}
		}
	}
	readYAML(t, "testdata/schemas/k6.io_testruns.yaml", &definition)
	require.Len(t, definition.Spec.Versions, 1)
	require.Equal(t, "v1alpha1", definition.Spec.Versions[0].Name)
	schema := asJSON(t, definition.Spec.Versions[0].Schema.OpenAPIV3Schema)
	closeObjects(schema)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource(testRunURL, schema))
	return compiler
}

// closeObjects makes every object of a schema refuse the fields that it does not name.
func closeObjects(schema any) {
	switch node := schema.(type) {
	case map[string]any:
		if _, names := node["properties"].(map[string]any); names && node["type"] == "object" {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			closeObjects(child)
		}
	case []any:
		for _, child := range node {
			closeObjects(child)
		}
	}
}
