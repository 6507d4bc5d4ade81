package stub

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
)

const (
	bearer  = "Bearer "
	refused = "anonymous access not enabled. Please authenticate through one of the available methods: [API-keys]"
)

// routes are the parts of Weaviate's HTTP API that the server has.
func (s *Server) routes() http.Handler {
	open := http.NewServeMux() // who serves these asks for no key
	open.HandleFunc("GET /v1/.well-known/ready", func(http.ResponseWriter, *http.Request) {})
	open.HandleFunc("GET /v1/.well-known/live", func(http.ResponseWriter, *http.Request) {})
	open.Handle("/", s.authorized())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.counters.httpRequests.Add(1)
		header := r.Header
		s.counters.lastHeader.Store(&header)
		open.ServeHTTP(w, r)
	})
}

func (s *Server) authorized() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/graphql", s.graphql(false))
	mux.HandleFunc("POST /v1/graphql/batch", s.graphql(true))
	mux.HandleFunc("GET /v1/meta", s.meta)
	mux.HandleFunc("GET /v1/schema", s.schema)
	mux.HandleFunc("GET /v1/schema/{class}", s.class)
	mux.HandleFunc("GET /v1/nodes", s.nodes)
	mux.HandleFunc("GET /v1/objects", s.objects)
	for _, pattern := range []string{
		"POST /v1/schema", "DELETE /v1/schema/{class}", "POST /v1/objects",
		"POST /v1/schema/{class}/tenants", "PUT /v1/schema/{class}/tenants", "DELETE /v1/schema/{class}/tenants",
	} {
		mux.HandleFunc(pattern, s.writeREST)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, fmt.Sprintf("path %s was not found", r.URL.Path))
	})
	if s.config.APIKey == "" {
		return mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != bearer+s.config.APIKey {
			problem(w, http.StatusUnauthorized, refused)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// object is a JSON object; encoding/json sorts its keys, as Weaviate does.
type object = map[string]any

func sendJSON(w http.ResponseWriter, v any) {
	reply, err := json.Marshal(v)
	if err != nil {
		panic(err) // made here, of what marshals
	}
	send(w, reply)
}

func (s *Server) meta(w http.ResponseWriter, _ *http.Request) {
	sendJSON(w, object{
		"grpcMaxMessageSize": maxMessage, "hostname": s.URL(), "modules": object{}, "version": s.config.Version,
	})
}

func (s *Server) schema(w http.ResponseWriter, _ *http.Request) {
	classes := make([]object, len(s.names))
	for i, name := range s.names {
		classes[i] = s.collections[name].class()
	}
	sendJSON(w, object{"classes": classes})
}

func (s *Server) class(w http.ResponseWriter, r *http.Request) {
	c := s.collections[r.PathValue("class")]
	if c == nil {
		sendAs(w, http.StatusNotFound, jsonType, nil)
		return
	}
	sendJSON(w, c.class())
}

// class describes the collection as the schema does, defaults left out.
func (c *collection) class() object {
	properties := make([]object, 0, len(c.properties()))
	for _, name := range c.properties() {
		properties = append(properties, object{
			"name": name, "dataType": []string{"text"}, "tokenization": "word",
			"indexFilterable": true, "indexRangeFilters": false, "indexSearchable": true,
		})
	}
	return object{
		"class": c.Name, "properties": properties, "vectorizer": "none", "vectorIndexType": "hnsw",
		"vectorIndexConfig":  object{"distance": "cosine", "ef": -1, "efConstruction": 128, "maxConnections": 32},
		"multiTenancyConfig": object{"autoTenantActivation": false, "autoTenantCreation": false, "enabled": false},
		"replicationConfig":  object{"asyncEnabled": false, "factor": 1},
	}
}

// shard is the name of the collection's one shard.
func (c *collection) shard() string { return idText(c.id(-1))[:8] }

func (s *Server) nodes(w http.ResponseWriter, r *http.Request) {
	node := object{
		"name": "node1", "status": "HEALTHY", "version": s.config.Version, "operationalMode": "ReadWrite",
		"batchStats": object{"queueLength": 0, "ratePerSecond": 0},
	}
	if r.URL.Query().Get("output") == "verbose" {
		total := 0
		shards := make([]object, len(s.names))
		for i, name := range s.names {
			c := s.collections[name]
			total += c.Objects
			shards[i] = object{
				"class": name, "name": c.shard(), "objectCount": c.Objects, "loaded": true, "compressed": false,
				"vectorIndexingStatus": "READY", "vectorQueueLength": 0, "asyncReplicationStatus": []string{},
				"numberOfReplicas": 1, "replicationFactor": 1,
			}
		}
		node["shards"] = shards
		node["stats"] = object{"objectCount": total, "shardCount": len(shards)}
	}
	sendJSON(w, object{"nodes": []object{node}})
}

// objects lists the first objects of a collection.
func (s *Server) objects(w http.ResponseWriter, r *http.Request) {
	uri := r.URL.RequestURI()
	s.writes.lastFetch.Store(&uri)
	query := r.URL.Query()
	c := s.collections[query.Get("class")]
	if c == nil {
		sendAs(w, http.StatusNotFound, jsonType, nil)
		return
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 25
	}
	list := make([]object, max(0, min(limit, c.Objects)))
	sel := selection{properties: c.properties(), additional: []string{"id"}}
	size := c.textSize(sel)
	for i := range list {
		properties := make(object, len(sel.properties))
		for _, p := range sel.properties {
			properties[p] = text(i, size)
		}
		list[i] = object{"class": c.Name, "id": idText(c.id(i)), "properties": properties}
		if query.Get("include") == "vector" && c.Dimensions > 0 {
			list[i]["vector"] = c.vector(i)
		}
	}
	sendJSON(w, object{"deprecations": []string{}, "objects": list, "totalResults": len(list)})
}

// silence is a log for what net/http says about the faults that tests ask for.
func silence() *log.Logger { return log.New(io.Discard, "", 0) }
