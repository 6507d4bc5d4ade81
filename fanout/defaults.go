package fanout

import (
	"fmt"
	"regexp"
	"strings"
)

//nolint:gochecknoglobals // compiled once
var tenantName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Defaults are what a client adds to the queries that do not say it themselves.
type Defaults struct {
	// Tenant is whose objects are searched, in collections with tenants; empty for none.
	Tenant string
	// ConsistencyLevel is how many replicas must answer; empty for the server's own default.
	ConsistencyLevel ConsistencyLevel
}

// Validate says what is wrong with the defaults.
func (d *Defaults) Validate() error {
	if err := checkTenant(d.Tenant); err != nil {
		return err
	}
	if d.ConsistencyLevel == "" {
		return nil
	}
	_, err := ParseConsistencyLevel(string(d.ConsistencyLevel))
	return err
}

// checkTenant holds the name of a tenant, if there is one, to Weaviate's grammar.
func checkTenant(name string) error {
	if name != "" && !tenantName.MatchString(name) {
		return fmt.Errorf("tenant %q is not a Weaviate name: use 1 to 64 letters, digits, _ and -", name)
	}
	return nil
}

// applyTo returns the queries with the defaults filled in.
func (d *Defaults) applyTo(queries []Query) []Query {
	filled := make([]Query, len(queries))
	for i, q := range queries {
		if q.Tenant == "" {
			q.Tenant = d.Tenant
		}
		if q.ConsistencyLevel == "" {
			q.ConsistencyLevel = d.ConsistencyLevel
		}
		filled[i] = q
	}
	return filled
}

// ConsistencyLevel is how many replicas must answer a search.
type ConsistencyLevel string

// The consistency levels.
const (
	ConsistencyOne    ConsistencyLevel = "ONE"
	ConsistencyQuorum ConsistencyLevel = "QUORUM"
	ConsistencyAll    ConsistencyLevel = "ALL"
)

// ConsistencyLevels lists all consistency levels.
func ConsistencyLevels() []ConsistencyLevel {
	return []ConsistencyLevel{ConsistencyOne, ConsistencyQuorum, ConsistencyAll}
}

// ParseConsistencyLevel reads a consistency level; the error suggests the nearest one.
func ParseConsistencyLevel(name string) (ConsistencyLevel, error) {
	var names []string
	for _, known := range ConsistencyLevels() {
		if name == string(known) {
			return known, nil
		}
		names = append(names, string(known))
	}
	return "", fmt.Errorf("unknown consistency level %q%s The levels are %s",
		name, DidYouMean(name, names), strings.Join(names, ", "))
}
