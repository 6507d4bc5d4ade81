package report

// FactGroup is what is known of one thing: the server, the client, the queries, the plan.
type FactGroup struct {
	Name  string `json:"name"`
	Facts []Fact `json:"facts"`
}

// Fact is one thing that is known, with its unit.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
