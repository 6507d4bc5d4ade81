package tests_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// everyCall is a script's object with a call of each operation.
const everyCall = `
	const id = '00000000-0000-4000-8000-000000000001';
	const where = { path: ['title'], operator: 'Like', valueText: '*' };
	const calls = {
		createCollection: (c) => c.createCollection('SongLyrics', { properties: [] }),
		deleteCollection: (c) => c.deleteCollection('SongLyrics'),
		createTenant: (c) => c.createTenant('SongLyrics', [{ name: 'a' }]),
		updateTenant: (c) => c.updateTenant('SongLyrics', [{ name: 'a', activityStatus: 'COLD' }]),
		deleteTenant: (c) => c.deleteTenant('SongLyrics', ['a']),
		objectInsert: (c) => c.objectInsert('SongLyrics', { properties: { title: 'x' } }),
		batchCreate: (c) => c.batchCreate([{ class: 'SongLyrics' }, { class: 'SongLyrics' }, { class: 'SongLyrics' }]),
		batchDelete: (c) => c.batchDelete('SongLyrics', { where }),
		fetchObjects: (c) => c.fetchObjects('SongLyrics', { limit: 4 }),
	};
`

func TestEveryCallIsMeasured(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	byMetric := runScript(t, server, everyCall+`
		export default function () {
			const tagged = new Client({ tags: { a: 'b' } });
			Object.values(calls).forEach((call) => call(tagged));
		}`)
	objects := map[fanout.Operation]int{fanout.ObjectInsert: 1, fanout.BatchCreate: 3, fanout.BatchDelete: 1, fanout.FetchObjects: 4}
	for _, operation := range []fanout.Operation{
		fanout.CreateCollection, fanout.DeleteCollection, fanout.CreateTenant, fanout.UpdateTenant, fanout.DeleteTenant,
		fanout.ObjectInsert, fanout.BatchCreate, fanout.BatchDelete, fanout.FetchObjects,
	} {
		kind := "write"
		if operation == fanout.FetchObjects {
			kind = "fetch"
		}
		tags := []string{"operation", string(operation), "collection", "SongLyrics", "a", "b", "scenario", "default"}
		require.Equal(t, 1, byMetric["weaviate_"+kind+"_duration"].count(tags...), operation)
		require.Equal(t, 1, byMetric["weaviate_"+kind+"_failed"].count(tags...), operation)
		require.Equal(t, objects[operation], byMetric["weaviate_"+kind+"_objects"].sum(tags...), operation)
	}
	require.Len(t, byMetric["weaviate_write_duration"], 8)
	require.Len(t, byMetric["weaviate_fetch_duration"], 1)
	require.Zero(t, byMetric["weaviate_write_failed"].sum()+byMetric["weaviate_fetch_failed"].sum())
	for _, none := range []string{"write_failures", "write_refused", "fetch_failures", "batches"} {
		require.Empty(t, byMetric["weaviate_"+none])
	}
	reqs := byMetric["http_reqs"]
	require.Len(t, reqs, 7)
	require.Equal(t, 1, reqs.sum("method", "DELETE", "url", server.URL()+"/v1/schema/{collection}/tenants", "status", "200"))
	require.Equal(t, 1, reqs.sum("method", "POST", "name", server.URL()+"/v1/objects"))
	require.Equal(t, 1, byMetric["grpc_req_duration"].count("method", "BatchObjects", "status", "0"))
	require.Equal(t, 1, byMetric["grpc_req_duration"].count("method", "BatchDelete"))
	require.NotZero(t, byMetric["data_sent"].sum())
}

// TestFailedWritesThrowAndCount holds each kind of failure to its category, in what is thrown and in the metrics.
func TestFailedWritesThrowAndCount(t *testing.T) {
	t.Parallel()
	overREST := []string{"createCollection", "deleteTenant", "objectInsert"}
	overGRPC := []string{"batchCreate", "batchDelete"}
	for name, c := range map[string]struct {
		fault    stub.Fault
		calls    []string
		category fanout.Category
		status   string
		says     string
	}{
		"422":           {stub.HTTPStatus(422, `{"error":[{"message":"already exists"}]}`), overREST, fanout.CategoryHTTP, "422", "already exists"},
		"403":           {stub.HTTPStatus(403, ""), overREST, fanout.CategoryAuth, "403", "HTTP 403 Forbidden"},
		"429":           {stub.HTTPStatus(429, ""), overREST, fanout.CategoryRateLimited, "429", "HTTP 429"},
		"hang":          {stub.Hang(), overREST, fanout.CategoryTimeout, "0", "no complete reply within the limit of 300ms"},
		"reset":         {stub.ResetBefore(), overREST, fanout.CategoryConnection, "0", "connection reset by peer"},
		"page":          {stub.HTML(), overREST, fanout.CategoryBadReply, "200", "the reply is not JSON; it begins "},
		"cut short":     {stub.Truncated(), overREST, fanout.CategoryBadReply, "200", "the reply is not JSON"},
		"no object":     {stub.EmptyReply(), []string{"objectInsert"}, fanout.CategoryBadReply, "200", "the reply is no object"},
		"gRPC unknown":  {stub.GRPCStatus(codes.Unknown, "no such class"), overGRPC, fanout.CategoryGRPC, "2", "Unknown: no such class"},
		"gRPC limit":    {stub.RateLimit(), overGRPC, fanout.CategoryRateLimited, "2", "429 Too many requests"},
		"gRPC denied":   {stub.GRPCStatus(codes.PermissionDenied, "no"), overGRPC, fanout.CategoryAuth, "7", "PermissionDenied: no"},
		"gRPC hang":     {stub.Hang(), overGRPC, fanout.CategoryTimeout, "4", "within the limit of 300ms"},
		"gRPC reset":    {stub.ResetBefore(), overGRPC, fanout.CategoryConnection, "14", "Unavailable"},
		"gRPC no proto": {stub.Malformed(), overGRPC, fanout.CategoryGRPC, "13", "Internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			server.SetWrites(stub.Behaviour{Fault: c.fault})
			byMetric := runScript(t, server, everyCall+`
				export default function () {
					const client = new Client({ timeout: 300 });
					for (const name of __ENV.CALLS.split(',')) {
						let thrown;
						try { calls[name](client); } catch (error) { thrown = error; }
						equal(thrown instanceof Error, true, name + ' throws');
						equal([thrown.category, String(thrown.status)], [__ENV.CATEGORY, __ENV.STATUS], name + ': ' + thrown.message);
						equal(thrown.message.startsWith(name + ': ' + thrown.category + ': '), true, thrown.message);
						equal(thrown.message.includes(__ENV.SAYS), true, thrown.message);
					}
				}`, "-e", "CALLS="+strings.Join(c.calls, ","), "-e", "CATEGORY="+string(c.category), "-e", "STATUS="+c.status, "-e", "SAYS="+c.says)
			failures := byMetric["weaviate_write_failures"]
			require.Equal(t, len(c.calls), server.Writes(), "nothing is sent again")
			require.Len(t, byMetric["weaviate_write_duration"], len(c.calls))
			require.Equal(t, len(c.calls), byMetric["weaviate_write_failed"].sum())
			require.Equal(t, len(c.calls), failures.sum("category", string(c.category)))
			require.Contains(t, failures[0].Metadata["error"], c.says)
			require.Empty(t, byMetric["weaviate_write_objects"])
		})
	}
}

func TestRefusedObjectsAreToldAndCounted(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.RefuseObjects("429 Too many requests")
	byMetric := runScript(t, server, everyCall+`
		export default function () {
			const results = calls.batchCreate(client);
			equal(results.map((r) => r.status), ['error', 'success', 'error'], 'statuses');
			equal(results[0].error, [{ message: '429 Too many requests' }], 'why');
			equal('error' in results[1], false, 'no why');
			equal(results.every((r) => /^[0-9a-f-]{36}$/.test(r.id) && r.class === 'SongLyrics'), true, 'ids');
			const deleted = client.batchDelete('SongLyrics', { where });
			equal(deleted, { failed: 1, matches: 1,
				objects: [{ error: [{ message: '429 Too many requests' }], id: '00000000-0000-0000-0000-000000000001', status: 'failed' }],
				successful: 0 }, 'those that failed');
		}`)
	require.Equal(t, 1, byMetric["weaviate_write_objects"].sum())
	require.Equal(t, 2, byMetric["weaviate_write_refused"].sum("operation", "batchCreate"))
	require.Equal(t, 1, byMetric["weaviate_write_refused"].sum("operation", "batchDelete"))
	require.Equal(t, 2, byMetric["weaviate_write_failed"].sum())
	require.Equal(t, 2, byMetric["weaviate_write_failures"].sum("category", "rate_limited"))
}

func TestWritesReachTheServerAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	runScript(t, server, everyCall+`
		export default function () {
			const object = { vector: [1, 0, 2.5], properties: {
				text: 'a', whole: 3, none: null, list: [1, 'b'], deep: { on: true }, date: new Date(Date.UTC(2026, 0, 2)),
				typed: Float32Array.of(0.5) } };
			client.batchCreate([{ class: 'A', id, tenant: 'own', ...object }, { class: 'A', vectors: { title: Float64Array.of(1, 2) } }]);
			new Client({ consistencyLevel: 'ONE', tenant: 'default' }).objectInsert('A', object);
			client.batchDelete('A', { dryRun: true, tenant: 'own', consistencyLevel: 'quorum', where: { operator: 'And', operands: [
				{ path: ['id'], operator: 'Equal', valueString: id }, { path: ['year'], operator: 'LessThan', valueInt: 3 }] } });
		}`)
	created := server.LastCreate().GetObjects()
	require.Equal(t, "00000000-0000-4000-8000-000000000001", created[0].GetUuid())
	require.Equal(t, "own", created[0].GetTenant())
	require.Equal(t, []byte{0, 0, 128, 63, 0, 0, 0, 0, 0, 0, 32, 64}, created[0].GetVectorBytes())
	properties := map[string]any{
		"text": "a", "whole": 3.0, "none": nil, "list": []any{1.0, "b"}, "deep": map[string]any{"on": true},
		"date": "2026-01-02T00:00:00Z", "typed": []any{0.5},
	}
	require.Equal(t, properties, created[0].GetProperties().GetNonRefProperties().AsMap())
	require.Equal(t, "title", created[1].GetVectors()[0].GetName())
	require.Len(t, created[1].GetVectors()[0].GetVectorBytes(), 8)
	require.Len(t, created[1].GetUuid(), 36, "gRPC wants an id")
	inserted := server.LastWrite()
	require.Equal(t, "/v1/objects?consistency_level=ONE", inserted.URI)
	require.JSONEq(t, `{"class":"A","tenant":"default","vector":[1,0,2.5],"properties":{"text":"a","whole":3,"none":null,"list":[1,"b"],`+
		`"deep":{"on":true},"date":"2026-01-02T00:00:00Z","typed":[0.5]}}`, inserted.Body)
	deleted := server.LastDelete()
	require.True(t, deleted.GetDryRun())
	require.Equal(t, "own", deleted.GetTenant())
	require.Equal(t, "CONSISTENCY_LEVEL_QUORUM", deleted.GetConsistencyLevel().String())
	operands := deleted.GetFilters().GetFilters()
	require.Equal(t, "00000000-0000-4000-8000-000000000001", operands[0].GetValueText())
	require.Equal(t, int64(3), operands[1].GetValueInt())
}

func TestCollectionsAndTenantsReachTheServer(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]stub.Write{
		`client.createCollection('A', { multiTenancy: { enabled: true }, properties: [{ name: 'a', dataType: ['text'] }] })`: {
			Method: "POST", URI: "/v1/schema",
			Body: `{"class":"A","multiTenancyConfig":{"enabled":true},"properties":[{"name":"a","dataType":["text"]}]}`,
		},
		`client.createCollection('A')`:                                          {Method: "POST", URI: "/v1/schema", Body: `{"class":"A"}`},
		`client.deleteCollection('A')`:                                          {Method: "DELETE", URI: "/v1/schema/A"},
		`client.createTenant('A', [{ name: 'x' }, { name: 'y' }])`:              {Method: "POST", URI: "/v1/schema/A/tenants", Body: `[{"name":"x"},{"name":"y"}]`},
		`client.updateTenant('A', [{ name: 'x', activityStatus: 'INACTIVE' }])`: {Method: "PUT", URI: "/v1/schema/A/tenants", Body: `[{"name":"x","activityStatus":"INACTIVE"}]`},
		`client.deleteTenant('A', ['x', 'y'])`:                                  {Method: "DELETE", URI: "/v1/schema/A/tenants", Body: `["x","y"]`},
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			runScript(t, server, "export default function () { equal("+call+", undefined, 'returns'); }")
			got := server.LastWrite()
			require.Equal(t, [2]string{want.Method, want.URI}, [2]string{got.Method, got.URI})
			if want.Body == "" {
				require.Empty(t, got.Body)
				return
			}
			require.JSONEq(t, want.Body, got.Body)
		})
	}
}

func TestFetchesReachTheServer(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	runScript(t, server, everyCall+`
		export default function () {
			const { objects } = client.fetchObjects('SongLyrics', { limit: '2', offset: 1, after: id, tenant: 'own', nodeName: 'node1',
				consistencyLevel: 'all', additional: ['id', 'vector', 'classification'] });
			equal(objects.length, 2, 'objects');
			equal(Object.keys(objects[0]).sort(), ['id', 'properties'], 'keys');
			equal(Array.isArray(objects), true, 'a list');
		}`)
	require.Equal(t, "/v1/objects?after=00000000-0000-4000-8000-000000000001&class=SongLyrics&consistency_level=ALL"+
		"&include=vector%2Cclassification&limit=2&node_name=node1&offset=1&tenant=own", server.LastFetch())
}

func TestDeleteAllCollections(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	byMetric := runScript(t, server, `export default () => client.deleteAllCollections();`)
	durations := byMetric["weaviate_write_duration"]
	require.Len(t, durations, 9)
	for _, name := range server.Collections() {
		require.Equal(t, 1, durations.count("operation", "deleteCollection", "collection", name), name)
	}
}

// TestWrongCallsSayWhatToChange: a call that is wrong in itself is neither sent nor measured.
func TestWrongCallsSayWhatToChange(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	byMetric := runScript(t, server, everyCall+`
		export default function () {
			const circle = {}; circle.self = circle;
			for (const [call, want] of [
				[() => client.createCollection(), "createCollection: the collection's name must be a string, not undefined"],
				[() => client.deleteCollection('../meta'), 'deleteCollection: collection name "../meta" is not a Weaviate name'],
				[() => client.createCollection('A', { propertys: [] }), 'createCollection: the config has no "propertys": did you mean "properties"?'],
				[() => client.createCollection('A', []), 'createCollection: the config must be an object'],
				[() => client.createCollection('A', { multiTenancy: {}, multiTenancyConfig: {} }), 'createCollection: the config has both'],
				[() => client.createTenant('A', 'x'), 'createTenant: the list of tenants must be an array, not "x"'],
				[() => client.createTenant('A', [{ nam: 'x' }]), 'createTenant: the list of tenants [0] has no "nam"'],
				[() => client.deleteTenant('A', [1]), 'deleteTenant: the list of tenants must be an array of strings'],
				[() => client.objectInsert('A'), 'objectInsert: the object is missing'],
				[() => client.objectInsert('A', { class: 'B' }), 'objectInsert: the object\'s class is "B" and the collection "A"'],
				[() => client.objectInsert('A', { vector: [1, 'x'] }), 'objectInsert: the object: vector must be an array of numbers; element 1 is x'],
				[() => client.objectInsert('A', { vector: [1], vectors: { a: [1] } }), 'objectInsert: the object has both vector and vectors'],
				[() => client.objectInsert('A', { properties: [1] }), 'objectInsert: the object: properties must be an object'],
				[() => client.objectInsert('A', { properties: { f: () => 1 } }), 'objectInsert: the object: properties hold a '],
				[() => client.objectInsert('A', { properties: circle }), 'objectInsert: the object: properties are nested too deep, or hold themselves'],
				[() => client.batchCreate({}), 'batchCreate: the objects must be an array'],
				[() => client.batchCreate([{ class: 'A' }, { properties: {} }]), 'batchCreate: object 2 has no class'],
				[() => client.batchCreate([{ class: 'A', vectr: [1] }]), 'batchCreate: object 1 has no "vectr": did you mean "vector"?'],
				[() => client.batchCreate([{ class: 'A', tenant: 'a b' }]), 'batchCreate: object 1: tenant "a b" is not a Weaviate name'],
				[() => client.batchDelete('A'), 'batchDelete: where is missing'],
				[() => client.batchDelete('A', { where: { path: ['a'], operator: 'Lik', valueText: 'x' } }), 'batchDelete: where is wrong: unknown operator "Lik"'],
				[() => client.batchDelete('A', { where, output: 'loud' }), 'batchDelete: the options: output must be \'minimal\' or \'verbose\', not "loud"'],
				[() => client.batchDelete('A', { where, consistencyLevel: 'most' }), 'batchDelete: the options: consistencyLevel is wrong: unknown consistency level "most"'],
				[() => client.fetchObjects('A', { limit: 'ten' }), 'fetchObjects: the options: limit must be a whole number from 0 up, not "ten"'],
			]) {
				equal(message(call).slice(0, want.length), want, want);
			}
		}`)
	require.Zero(t, server.Writes())
	require.Empty(t, byMetric["weaviate_write_duration"])
}

// TestAWriteThatTheEndCutsShortCounts interrupts one that hangs.
func TestAWriteThatTheEndCutsShortCounts(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"batchCreate", "objectInsert"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			server.SetWrites(stub.Behaviour{Fault: stub.Hang()})
			out := filepath.Join(t.TempDir(), "out.json")
			run(t, 0, k6run.Options{Env: append(at(server), "CALL="+call), Stdin: prelude + everyCall + `
				export const options = { scenarios: { default: {
					executor: 'constant-vus', vus: 2, duration: '1s', gracefulStop: '0s' } } };
				export default () => calls[__ENV.CALL](client);`}, "run", "--quiet", "--out", "json="+out, "-")
			// k6 may begin more iterations between the end of the scenario and that of its users: they end at once.
			byMetric := readSamples(t, out)
			canceled := byMetric["weaviate_write_failures"].sum("operation", call, "category", "canceled")
			require.GreaterOrEqual(t, canceled, 2, "those of both users that hung")
			require.Len(t, byMetric["weaviate_write_duration"], canceled)
		})
	}
}

// TestCollectionsWithoutEndShareATag runs a script that gives each iteration a collection of its own.
func TestCollectionsWithoutEndShareATag(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	byMetric := runScript(t, server, `
		export const options = { vus: 5, iterations: 300 };
		export default () => client.deleteCollection('C' + exec.scenario.iterationInTest);`)
	durations := byMetric["weaviate_write_duration"]
	require.Len(t, durations, 300)
	names := make(map[string]bool)
	for _, s := range durations {
		names[s.Tags["collection"]] = true
	}
	require.Len(t, names, 201)
	require.Equal(t, 100, durations.count("collection", "others"))
}

// TestKeysAreNotShownByFailedWrites lets servers quote the key, as some do.
func TestKeysAreNotShownByFailedWrites(t *testing.T) {
	t.Parallel()
	const key = "Secret-key-1"
	for name, prepare := range map[string]func(*stub.Server){
		"objectInsert": func(s *stub.Server) { s.SetWrites(stub.Behaviour{Fault: stub.HTTPStatus(403, "no right for "+key)}) },
		"batchDelete": func(s *stub.Server) {
			s.SetWrites(stub.Behaviour{Fault: stub.GRPCStatus(codes.PermissionDenied, "no right for "+key)})
		},
		"batchCreate": func(s *stub.Server) { s.RefuseObjects("no right for " + key) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			prepare(server)
			out := filepath.Join(t.TempDir(), "out.json")
			result := run(t, 0, k6run.Options{Env: append(at(server), "WEAVIATE_API_KEY="+key, "CALL="+name), Stdin: prelude + everyCall + `
				export default () => { console.log(JSON.stringify(calls[__ENV.CALL](client)), message(() => calls[__ENV.CALL](client))); };`},
				"run", "--quiet", "--out", "json="+out, "-")
			require.Contains(t, result.Stderr, "no right for [hidden]")
			require.NotContains(t, result.Stdout+result.Stderr, key)
			text, err := os.ReadFile(out)
			require.NoError(t, err)
			require.NotContains(t, string(text), key)
		})
	}
}

func TestWritesObeyNoConnectionReuse(t *testing.T) {
	t.Parallel()
	for reuse, opened := range map[string]int{"false": 1, "true": 3} {
		server := stub.Start(t)
		runScript(t, server, everyCall+`
			export default () => { for (let i = 0; i < 3; i += 1) { calls.batchCreate(client); calls.objectInsert(client); } };`,
			"--no-connection-reuse="+reuse)
		require.Equal(t, opened, server.Stats().HTTPOpened, "HTTP")
		require.Equal(t, opened, server.Stats().GRPCOpened, "gRPC")
	}
}
