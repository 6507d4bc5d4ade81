package page

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
)

// sustained are the highest sustainable rates of one search type.
type sustained struct {
	Title    string
	Findings []*slo.Finding
}

func newSustained(r *report.Report) []sustained {
	var list []sustained
	for i := range r.Limits {
		f := &r.Limits[i]
		title := fmt.Sprintf("%s, limit %d", f.SearchType, f.Limit)
		if len(list) == 0 || list[len(list)-1].Title != title {
			list = append(list, sustained{Title: title})
		}
		last := &list[len(list)-1]
		last.Findings = append(last.Findings, f)
	}
	return list
}
