package tests_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// tooLarge is above the bound of a reply.
const tooLarge = 104_858_001

func replyRows() []failure {
	page := func(t *testing.T, j *job) { t.Helper(); j.at("http://"+nobody, webServer(t, 200)) }
	return []failure{
		{
			happens: "an empty reply (200)",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryBadReply, 200, "the reply is empty: Weaviate answers so when a search panicked; see its log", strikes(stub.EmptyReply())},
			},
			advice: "See the server's log. (Over gRPC, an empty message is a reply without objects.)",
		},
		{
			happens: "a page instead of a reply (200)",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryBadReply, 200, "the reply is not …: unexpected '<' at byte 0; it begins \"<!DOCTYPE html> <html>…", strikes(stub.HTML())},
				{overGRPC, everyone, fanout.CategoryBadReply, int(codes.Unknown), "Unknown: unexpected HTTP status code received from server: 200 (OK); transport: received unexpected content-type \"text/html\"…", page},
			},
			advice: "Something else answers at the address, such as the sign-in page of a proxy: correct `WEAVIATE_URL` or `WEAVIATE_GRPC`.",
		},
		{
			happens: "a reply that is malformed",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryBadReply, 200, "the reply is not …: unexpected '…' at byte …; it begins …", strikes(stub.Malformed())},
				{overGRPC, alone, fanout.CategoryBadReply, 0, "the reply is not a SearchReply message: …", strikes(stub.Malformed())},
			},
			advice: "Is it a Weaviate that answers? If so, report it there.",
		},
		{
			happens: "a reply that ends too early",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryBadReply, 200, "the reply ends in the middle, after … bytes; it begins …", strikes(stub.Truncated())},
				{overGRPC, alone, fanout.CategoryBadReply, 0, "the reply is not a SearchReply message: it ends in the middle of a field", strikes(stub.Truncated())},
			},
			advice: "As above; proxies that rewrite replies do so.",
		},
		{
			happens: "a reply longer than 104,858,000 bytes",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryBadReply, 200, "the reply is longer than 104858000 bytes: lower the limit", strikes(stub.Oversized(tooLarge))},
				{overGRPC, alone, fanout.CategoryBadReply, int(codes.ResourceExhausted), "ResourceExhausted: grpc: received message larger than max (… vs. 104858000)", strikes(stub.Oversized(tooLarge))},
			},
			advice: "Ask for fewer objects or properties. The bound is Weaviate's own for gRPC, and keeps a broken server from filling the memory.",
		},
		{
			happens: "a reply without the collection",
			cases: []failureCase{
				{overGraphQL, alone, fanout.CategoryBadReply, 200, "the reply has no list of objects for this collection; it begins …", strikes(stub.MissingField())},
			},
			advice: "Is it a Weaviate that answers? If so, report it there.",
		},
	}
}

// Rows that the real server is held to as well.
const (
	noCollection = "the collection does not exist"
	noProperty   = "the collection does not have the property"
	wrongLength  = "the vector has the wrong length"
	graphqlOff   = "GraphQL is switched off"
	// Both are about role-based access control.
	someCollections = "the API key may read these collections, but not all that there are"
	bulkRefused     = "`bulk`, where role-based access control is on"
)

func searchRows() []failure {
	unknownClass := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{})
		j.Set[struck]["collection"] = "NoSuchCollection"
	}
	unknownProperty := func(t *testing.T, j *job) {
		t.Helper()
		collections := stub.DefaultCollections()
		collections[struck].Properties = []string{"title"}
		j.start(t, stub.Config{Collections: collections})
		j.Set[struck]["properties"] = []string{"title", "nothing"}
	}
	vectorLength := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{Collections: stub.Nine(100, 384)})
		j.Set[struck]["nearVector"] = map[string]any{"vector": vectorOf(3)}
	}
	const failed = "runtime error: index out of range"
	return []failure{
		{
			happens: "Weaviate limits the searches (429 in its text)",
			cases: []failureCase{
				{overGraphQL, alone, fanout.CategoryRateLimited, 200, "429 Too many requests", strikes(stub.RateLimit())},
				{overGRPC, alone, fanout.CategoryRateLimited, int(codes.Unknown), "Unknown: 429 Too many requests", strikes(stub.RateLimit())},
			},
			advice: "Raise `MAXIMUM_CONCURRENT_GET_REQUESTS` of the server, or use fewer users or a lower `concurrency`.",
		},
		{
			happens: "the search of one collection fails",
			cases: []failureCase{
				{overGraphQL, alone, fanout.CategoryGraphQL, 200, failed, strikes(stub.FieldError(failed))},
				{overGRPC, alone, fanout.CategoryGRPC, int(codes.Unknown), "Unknown: " + failed, strikes(stub.FieldError(failed))},
			},
			advice: "The text is Weaviate's own.",
		},
		{
			happens: noCollection,
			cases: []failureCase{
				{overGraphQL, document, fanout.CategoryGraphQL, 200, `Cannot query field "NoSuchCollection" on type …`, unknownClass},
				{overGRPC, alone, fanout.CategoryGRPC, int(codes.Unknown), "Unknown: could not find class NoSuchCollection in schema", unknownClass},
			},
			advice: "Correct the name, or make the collection (`k6 x weaviate seed` makes the nine).",
		},
		{
			happens: noProperty,
			cases: []failureCase{
				{overGraphQL, document, fanout.CategoryGraphQL, 200, `Cannot query field "nothing" on type …`, unknownProperty},
				{overGRPC, alone, fanout.CategoryGRPC, int(codes.Unknown), "Unknown: …no such prop with name 'nothing' found in class …", unknownProperty},
			},
			advice: "Correct `properties` of the query. Of an object, a place, a phone number or a reference, GraphQL alone wants to be told which fields " +
				"(`must have a sub selection`): name plain properties.",
		},
		{
			happens: wrongLength,
			cases: []failureCase{
				{overGraphQL, alone, fanout.CategoryGraphQL, 200, "…vector lengths don't match…", vectorLength},
				{overGRPC, alone, fanout.CategoryGRPC, int(codes.Unknown), "Unknown: …vector lengths don't match…", vectorLength},
			},
			advice: "Use vectors of the model that the collection was filled with.",
		},
	}
}

func endRows() []failure {
	return []failure{
		{
			happens: ended, elsewhere: true,
			cases: []failureCase{
				{fanout.Strategies(), everyone, fanout.CategoryCanceled, 0, "the run ended before the reply was complete", nil},
			},
			advice: "Nothing: the batches in flight are counted, so that the counts add up. The report leaves them out of its tables; " +
				"k6's own rates have them.",
		},
	}
}
