package report

// guide says how to read a report, in the order in which it comes.
func guide() []Term {
	return []Term{
		{"PASS, FAIL, INCONCLUSIVE, INVALID", "PASS: every criterion is met, with its whole interval. FAIL: one is missed with its " +
			"whole interval. INCONCLUSIVE: an interval holds its limit, so that either may be true; more rounds would decide. INVALID: a check " +
			"failed, so that the measurement does not answer the question."},
		{"interval", "95 % intervals (or as set) over rounds: in each round a strategy's block is held against the baseline's. Blocks, and not " +
			"single batches, are what varies independently. Each interval stands for itself: of twenty, one is expected to miss the truth."},
		{"noise floor", "The baseline against itself, which runs twice in each round: what a difference between equals looks like here. Whether an effect " +
			"is one, its own interval says, also where it lies within the floor."},
		{"batch duration", "From the dispatch of a batch's first member to the completion of its last. A batch with a failed member counts with " +
			"the batch limit, else failing fast would be rewarded."},
		{"batches/s", "Batches without a failed member per second. In a closed loop it follows from the batch duration and is no evidence of its own."},
		{"unknown", "Was not measured, or there are too few batches: ten must lie beyond a percentile for it to be told."},
		{"slowest, margin", "The slowest is the member that completed last; the margin is how long before it the second last did."},
		{"without", "What the batch's 95th percentile would have been without one collection. A large gain points at what to fix."},
		{"predicted tail", "What the batch's percentiles would be if its members were independent of one another. Measured below predicted: members are " +
			"slow together, in the same batches. Above: they hold each other up, or are slow in different batches."},
		{"warm-up", "The beginning of each block; it is shown in time lines and counts nowhere."},
	}
}

// recallTerm says what recall is, where it was measured.
func recallTerm() Term {
	return Term{"recall", "The share of the truly nearest objects, by exact search, that vector queries found; recall@k is of the k nearest. It was measured " +
		"of a sample of batches, over members that answered: one that failed counts as failed. Its interval is over blocks, and about the query " +
		"sets whose truth is known. Keyword search is exact by itself, and what a hybrid search should find depends on its fusion: they have none."}
}

// guideToComparison says how to read a comparison of two folders, which has no verdicts and is not paired by rounds.
func guideToComparison() []Term {
	terms := []Term{{"interval", "95 % intervals (or as set) over blocks, which are what varies independently: the two folders have no rounds in " +
		"common. Each interval stands for itself: of twenty, one is expected to miss the truth."}}
	for _, term := range guide() {
		switch term.Name {
		case "batch duration", "batches/s", "unknown":
			terms = append(terms, term)
		}
	}
	return terms
}
