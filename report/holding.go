package report

// standsOut is the least share of a duration that it takes to be worth a name: less is in the order in which equal members are sent and woken.
const standsOut = 0.01

// noneStandsOut says that one is the slowest as another might be.
const noneStandsOut = "none stands out"

// StandsOut says whether the batch waits for the collection: half of the times in which it completed last it did so later than the second last by
// more than a hundredth of the median batch, or the batch's 95th percentile without it would be shorter by more than that. Known is false when too
// few batches tell.
func (h *Holding) StandsOut(median Number) (stands, known bool) {
	margin, ok := h.Margin.Get()
	p50, has := median.Get()
	if ok && has {
		known = true
		stands = margin > standsOut*p50
	}
	with, ok := h.With.Get()
	without, has := h.Without.Get()
	if ok && has && with > 0 {
		known = true
		stands = stands || 1-without/with > standsOut
	}
	return stands, known
}

// Slowest is the collection that the batch waits for, the one that completed last most often. Where it is nil, the text says why: no collection
// stands out, or it is not known, or a strategy cannot know.
func (r *Result) Slowest() (h *Holding, why string) {
	if len(r.Holding) == 0 {
		return nil, "–"
	}
	h = &r.Holding[0]
	stands, known := h.StandsOut(r.Duration.P50)
	switch {
	case !known:
		return nil, Unknown
	case !stands:
		return nil, noneStandsOut
	}
	return h, ""
}
