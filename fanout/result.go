package fanout

import (
	"slices"
	"time"
)

// Outcome says how much of a batch succeeded.
type Outcome string

// The outcomes.
const (
	Full    Outcome = "full"    // every member succeeded
	Partial Outcome = "partial" // some members failed
	Failed  Outcome = "failed"  // every member failed
)

// Outcomes lists all outcomes.
func Outcomes() []Outcome { return []Outcome{Full, Partial, Failed} }

// Result is one executed batch. Nothing writes to it once Do has returned.
type Result struct {
	Strategy Strategy
	// Set is what was sent; Members[i] answers Set.Queries()[i].
	Set *Set
	// Start is the dispatch of the first member.
	Start time.Time
	// Duration is from the dispatch of the first member to the completion of the last, waiting for connections
	// included.
	Duration time.Duration
	// Wait is the part of it that the longest-waiting member spent without a connection.
	Wait time.Duration
	// Requests is the number of requests that carried the batch: 1 for multi and bulk, otherwise one per member.
	Requests int
	Members  []Member
	// IDs are the ids of each member's objects, in their order, if the Options asked for them; nil otherwise. A member that
	// failed has none.
	IDs [][]string

	slowest int
	failed  int
}

// Member is what became of one query of a batch.
type Member struct {
	// Start and End count from the start of the batch. Members that share a request share both.
	Start, End time.Duration
	// Wait is how long the member's request waited for a connection; it is part of the duration.
	Wait time.Duration
	// Status is the HTTP status or the gRPC code; 0 for gRPC's OK and for an HTTP request without a reply.
	Status int
	// Category says what kind of failure the member met; empty when it succeeded.
	Category Category
	// Error is the failure in words; empty when the member succeeded.
	Error string
	// Took is the server's own search time (gRPC only): without encoding, sending and waiting. HasTook says whether
	// the server told it.
	Took    time.Duration
	HasTook bool
	// Objects is the number of objects returned; 0 when the member failed.
	Objects int
	// Bytes is the length of the reply (HTTP body, gRPC message). Members that share a request share its reply: the first
	// carries its bytes.
	Bytes int
	// Unsent says that the batch ended before the member's turn came (its strategy or the concurrency let it wait): it failed
	// without having been sent, and has no duration.
	Unsent bool
}

// OK says whether the member succeeded.
func (m *Member) OK() bool { return m.Category == "" }

// Duration is the member's own time, from its dispatch to its completion.
func (m *Member) Duration() time.Duration { return m.End - m.Start }

func (m *Member) fail(f *failure) { m.Category, m.Error = f.category, f.text }

// Outcome says how much of the batch succeeded.
func (r *Result) Outcome() Outcome {
	switch r.failed {
	case 0:
		return Full
	case len(r.Members):
		return Failed
	default:
		return Partial
	}
}

// Failed is the number of failed members.
func (r *Result) Failed() int { return r.failed }

// Canceled says whether the end of the run cut the batch short, so that it has no whole time.
func (r *Result) Canceled() bool {
	return r.failed > 0 && slices.ContainsFunc(r.Members, func(m Member) bool { return m.Category == CategoryCanceled })
}

// TimesMember says whether member i has a duration of its own.
func (r *Result) TimesMember(i int) bool { return r.Strategy.TimesMembers() && !r.Members[i].Unsent }

// Slowest is the index of the member that completed last, or -1 where there is none: in what is no fan-out, or when nothing
// was sent.
func (r *Result) Slowest() int { return r.slowest }

// Overhead is what the batch took beyond its slowest member; 0 where there is none.
func (r *Result) Overhead() time.Duration {
	if r.slowest < 0 {
		return 0
	}
	return r.Duration - r.Members[r.slowest].Duration()
}

// Margin is how long before the slowest member the second slowest completed; 0 where there are no two.
func (r *Result) Margin() time.Duration {
	second := -1
	for i := range r.Members {
		if i != r.slowest && !r.Members[i].Unsent && (second < 0 || r.Members[i].End > r.Members[second].End) {
			second = i
		}
	}
	if r.slowest < 0 || second < 0 {
		return 0
	}
	return r.Members[r.slowest].End - r.Members[second].End
}

// finish adds up what the members say, once all of them are joined.
func (r *Result) finish() {
	r.slowest = -1
	for i := range r.Members {
		m := &r.Members[i]
		if !m.OK() {
			r.failed++
		}
		r.Wait = max(r.Wait, m.Wait)
		if r.Strategy.FansOut() && !m.Unsent && (r.slowest < 0 || m.End > r.Members[r.slowest].End) {
			r.slowest = i
		}
	}
}
