package record

import "github.com/xk6-weaviate/xk6-weaviate/measure"

// maxDifferences is how many differences between the strategies are kept.
const maxDifferences = 100

// info cleans what setup() told of a run: it may repeat what a server said, and it is not ours to trust that it holds no secret.
func (c *cleaner) info(info *measure.RunInfo) *measure.RunInfo {
	clean := *info
	clean.URL, clean.GRPC = c.clean(info.URL, maxText), c.clean(info.GRPC, maxText)
	clean.Server = c.clean(info.Server, maxText)
	clean.Queries.File = c.clean(info.Queries.File, maxText)
	clean.Options = make(map[string]string, len(info.Options))
	for name, value := range info.Options {
		if secretName.MatchString(name) {
			value = hidden
		}
		clean.Options[name] = c.clean(value, maxText)
	}
	if info.Comparison != nil {
		comparison := *info.Comparison
		comparison.Differences = nil
		for _, d := range info.Comparison.Differences[:min(len(info.Comparison.Differences), maxDifferences)] {
			d.Text = c.clean(d.Text, maxText)
			comparison.Differences = append(comparison.Differences, d)
		}
		clean.Comparison = &comparison
	}
	return &clean
}
