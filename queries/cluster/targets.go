package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// Choice is what a person says about the queries to make. What is left empty is chosen from the schema.
type Choice struct {
	Collections []string
	// Searched and Returned are names of properties, and Vectors of named vectors. Each collection takes those that it has.
	Searched, Returned, Vectors []string
	// Tenant is whose objects are searched in the collections with tenants.
	Tenant string
	// ByVector and ByText say what the queries search by: what they do not is not asked for.
	ByVector, ByText bool
}

// Targets are the chosen collections, with what is searched in each and what is returned.
func (c *Cluster) Targets(ctx context.Context, choice Choice) ([]queries.Target, error) {
	targets, err := c.targets(ctx, choice)
	return targets, c.engine.Hide(err) // it names what the schema names
}

func (c *Cluster) targets(ctx context.Context, choice Choice) ([]queries.Target, error) {
	classes := make([]*models.Class, len(choice.Collections))
	for i, name := range choice.Collections {
		class, err := c.class(name)
		if err != nil {
			return nil, err
		}
		classes[i] = class
	}
	if err := choice.checkNames(classes); err != nil {
		return nil, err
	}
	targets := make([]queries.Target, len(classes))
	for i, class := range classes {
		target, err := choice.target(class)
		if err == nil {
			err = c.checkTenant(ctx, class, choice.Tenant, &target)
		}
		if err != nil {
			return nil, err
		}
		targets[i] = target
	}
	return targets, nil
}

// checkNames refuses a name that no collection has: a typing error would go unnoticed otherwise.
func (choice *Choice) checkNames(classes []*models.Class) error {
	have := func(names func(*models.Class) []string) map[string]bool {
		all := make(map[string]bool)
		for _, class := range classes {
			for _, name := range names(class) {
				all[name] = true
			}
		}
		return all
	}
	for _, list := range []struct {
		flag, what string
		names      []string
		have       map[string]bool
	}{
		{"--search-properties", "searchable text property", choice.Searched, have(searchable)},
		{"--properties", "plain property", choice.Returned, have(returnable)},
		{"--target-vector", "named vector", choice.Vectors, have(namedVectors)},
	} {
		for _, name := range list.names {
			name, _, _ = strings.Cut(name, "^") // a weight, as in title^2
			switch {
			case len(list.have) == 0:
				return fmt.Errorf("%s: no collection has a %s, so leave it out", list.flag, list.what)
			case !list.have[name]:
				known := slices.Sorted(maps.Keys(list.have))
				return fmt.Errorf("%s: no collection has a %s %q%s There is %s",
					list.flag, list.what, name, fanout.DidYouMean(name, known), some(known))
			}
		}
	}
	tenants := slices.ContainsFunc(classes, hasTenants)
	if choice.Tenant != "" && !tenants {
		return errors.New("no collection has tenants: leave --tenant out")
	}
	return nil
}

// target is what the choice makes of one collection.
func (choice *Choice) target(class *models.Class) (queries.Target, error) {
	target := queries.Target{Collection: class.Class, Searched: keywordProperties(class), Returned: returnable(class)}
	if choice.Returned != nil {
		target.Returned = thoseOf(choice.Returned, returnable(class))
	}
	if choice.Searched != nil {
		target.Searched = thoseOf(choice.Searched, searchable(class))
		if choice.ByText && len(target.Searched) == 0 {
			return target, fmt.Errorf("collection %s has none of --search-properties %s: it has %s", class.Class,
				strings.Join(choice.Searched, ","), orNone(searchable(class)))
		}
	}
	if choice.ByText && len(target.Searched) == 0 {
		return target, fmt.Errorf("collection %s has no text property that keyword searches look in: leave it out, or make files "+
			"for vector searches only (--search-types vector)", class.Class)
	}
	if !choice.ByVector {
		return target, nil
	}
	var err error
	target.TargetVector, err = choice.vector(class)
	return target, err
}

// vector is the named vector to search in a collection; empty where there is one without a name.
func (choice *Choice) vector(class *models.Class) (string, error) {
	names := namedVectors(class)
	chosen := thoseOf(choice.Vectors, names)
	switch {
	case len(chosen) == 1:
		return chosen[0], nil
	case len(chosen) > 1:
		return "", fmt.Errorf("collection %s has %d of the vectors of --target-vector (%s): name one of them only",
			class.Class, len(chosen), strings.Join(chosen, ", "))
	case len(names) == 0 || class.VectorIndexType != "":
		return "", nil // also where there are named ones besides
	case len(names) == 1:
		return names[0], nil
	default:
		return "", fmt.Errorf("collection %s has %d named vectors (%s): choose one, like --target-vector %s",
			class.Class, len(names), some(names), names[0])
	}
}

// checkTenant makes sure that the tenant is there, in a collection with tenants.
func (c *Cluster) checkTenant(ctx context.Context, class *models.Class, tenant string, target *queries.Target) error {
	if !hasTenants(class) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	tenants, err := c.api.Schema().TenantsGetter().WithClassName(class.Class).Do(ctx)
	if err != nil {
		return c.refused("read the tenants of "+class.Class, err)
	}
	names := make([]string, len(tenants))
	for i := range tenants {
		names[i] = tenants[i].Name
		if names[i] == tenant {
			return useTenant(class, &tenants[i], target)
		}
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return fmt.Errorf("collection %s has tenants, but none yet: fill one, and name it with --tenant", class.Class)
	case tenant == "":
		return fmt.Errorf("collection %s has tenants: choose one, like --tenant %s. It has %s", class.Class, names[0], some(names))
	default:
		return fmt.Errorf("collection %s has no tenant %s%s It has %s",
			class.Class, tenant, fanout.DidYouMean(tenant, names), some(names))
	}
}

func useTenant(class *models.Class, tenant *models.Tenant, target *queries.Target) error {
	sleeping := tenant.ActivityStatus != models.TenantActivityStatusACTIVE && tenant.ActivityStatus != models.TenantActivityStatusHOT
	if sleeping && !class.MultiTenancyConfig.AutoTenantActivation {
		return fmt.Errorf("tenant %s of collection %s is %s: make it ACTIVE first, or choose another with --tenant",
			tenant.Name, class.Class, tenant.ActivityStatus)
	}
	target.Tenant = tenant.Name
	return nil
}

// thoseOf are the names that are among others; a weight, as in title^2, does not count.
func thoseOf(names, others []string) []string {
	kept := []string{}
	for _, name := range names {
		bare, _, _ := strings.Cut(name, "^")
		if slices.Contains(others, bare) {
			kept = append(kept, name)
		}
	}
	return kept
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none that is searchable"
	}
	return some(names)
}
