/**
 * k6/x/weaviate searches many Weaviate collections at once and measures each of them.
 *
 * ```js
 * import { Client, loadQuerySets } from 'k6/x/weaviate';
 *
 * const sets = loadQuerySets('../queries/vector.json', { limit: 200 });
 * const client = new Client({ url: 'http://127.0.0.1:8080', grpc: '127.0.0.1:50051' });
 *
 * export default function () {
 *   const batch = client.parallelQuery(sets.random());
 *   if (batch.outcome !== 'full') console.warn(batch.results.filter((result) => !result.ok));
 * }
 * ```
 *
 * Words: a **query** is one search on one collection. A **query set** holds one query per collection. A **batch** is one
 * query set executed; its **members** are the queries. The **strategy** is how a batch is sent. A **write** changes what the
 * server holds: collections, tenants, objects.
 *
 * All durations are in milliseconds unless a line says otherwise. A call that is wrong in itself (an unknown key, an empty
 * vector, alpha outside 0 to 1) throws at once. A search that fails does not: it is in the result and in the metrics. A write or
 * a fetch that fails throws a {@link CallError}, after it was measured.
 */
declare module 'k6/x/weaviate' {
  /**
   * How a batch is sent.
   * - `multi`: one GraphQL document with one sub-query per collection. Weaviate runs them one after another.
   * - `bulk`: one HTTP request with one GraphQL document per collection (`/v1/graphql/batch`). Weaviate runs them at once and
   *   answers when the last is done. Where role-based access control is on, it refuses such requests.
   * - `parallel-graphql`: one GraphQL request per collection, all at once.
   * - `parallel-grpc`: one gRPC call per collection, all at once. The default.
   * - `sequential-grpc`: one gRPC call per collection, one after the other: the control, which tells the gain of the protocol
   *   from the gain of sending all at once.
   *
   * The members of `multi` and `bulk` share one request and so one time. The two parallel strategies are fan-outs: one of
   * their members is the slowest, which the batch waits for.
   */
  export type Strategy = 'multi' | 'bulk' | 'parallel-graphql' | 'parallel-grpc' | 'sequential-grpc';

  /** What a batch does as a whole. `mixed` when its members differ; hybrids are named by their alpha. */
  export type SearchType = 'vector' | 'bm25' | 'hybrid_01' | 'hybrid_09' | 'mixed' | `hybrid_${string}`;

  /** What one query does. */
  export type QueryType = 'vector' | 'bm25' | 'hybrid';

  /** What a write or a fetch does: the name of its method, and the tag `operation` of its metrics. */
  export type Operation =
    | 'createCollection' | 'deleteCollection' | 'objectInsert' | 'batchCreate' | 'batchDelete'
    | 'createTenant' | 'updateTenant' | 'deleteTenant' | 'fetchObjects';

  /** How much of a batch succeeded: every member, some, none. */
  export type Outcome = 'full' | 'partial' | 'failed';

  /**
   * What kind of failure a member, a write or a fetch met.
   * - `connection`: no connection, or it broke
   * - `timeout`: the batch limit, or that of the call, passed before the reply was complete
   * - `http`: an HTTP status other than 200 without a category of its own
   * - `graphql`: an error in the reply, for this collection or for the whole document
   * - `grpc`: a gRPC status without a category of its own, or an object of a batchCreate or batchDelete that was refused
   * - `rate_limited`: the server said that there are too many requests
   * - `auth`: the API key is missing or wrong, or lacks the right
   * - `bad_reply`: a reply that is empty, cut short, malformed, too large or without this collection
   * - `canceled`: the run ended before the reply was complete
   */
  export type Category =
    | 'connection' | 'timeout' | 'http' | 'graphql' | 'grpc' | 'rate_limited' | 'auth' | 'bad_reply' | 'canceled';

  /**
   * The part of a run that a batch belongs to: users are being added, the beginning of a block, what counts.
   */
  export type Phase = 'ramp' | 'warmup' | 'measure';

  /** A vector: one number per dimension, finite, at most 65,535 of them. */
  export type Vector = number[] | Float32Array | Float64Array;

  /** One search on one collection. Exactly one of nearVector, nearText, bm25 and hybrid says which. */
  export interface Query {
    /** The collection's name, as in the schema: it starts with a capital letter. */
    collection: string;
    /** The objects nearest to a vector. */
    nearVector?: { vector: Vector } & Cut;
    /** The objects nearest to texts, of which the collection's vectorizer makes the vector. Its query type is `vector`. */
    nearText?: { concepts: string[] } & Cut;
    /** Keyword search. `properties` are searched: all text properties by default. */
    bm25?: { query: string; properties?: string[] } & Keywords;
    /**
     * Both at once. `alpha` is the vector's share, from 0 (keywords only) to 1 (vector only); 0.75 by default. Without a
     * `vector`, the collection's vectorizer makes it of the text; a collection that has none refuses. `fusionType` is how the
     * two are put together, the server's default (relativeScore since 1.24) if it is left out; `maxVectorDistance` ends what the vector finds.
     */
    hybrid?: {
      query: string; vector?: Vector; alpha?: number; properties?: string[];
      fusionType?: 'ranked' | 'relativeScore'; maxVectorDistance?: number;
    } & Keywords;
    /** Objects asked for, at least 1; 100 by default. */
    limit?: number;
    /** Objects passed over first; 0 by default. */
    offset?: number;
    /** Ends the objects before the limit, after that many jumps in their distance or score; 0, the default, is off. */
    autocut?: number;
    /** Which objects are considered; all by default. */
    where?: Filter;
    /** Properties returned with each object besides its id; none by default. Plain ones: no objects and no references. */
    properties?: string[];
    /** What else is returned with each object; nothing by default. A returned vector can cost more than the search. */
    additional?: Additional[];
    /** The name of the vector that is searched, in a collection with named vectors. Not for bm25. */
    targetVector?: string;
    /** Whose objects are searched, in a collection with tenants; the client's by default. */
    tenant?: string;
    /** How many replicas must answer; the client's by default. See {@link ClientOptions.consistencyLevel}. */
    consistencyLevel?: ConsistencyLevel;
  }

  /** Ends what a vector search finds before the limit: at a distance, or at a certainty of 0 to 1. At most one. */
  export interface Cut {
    distance?: number;
    certainty?: number;
  }

  /** Whether an object must have all words of a keyword search, or any; or, with `or`, how many of them. The server's default is any. */
  export interface Keywords {
    operator?: 'and' | 'or';
    minimumMatch?: number;
  }

  /**
   * What is returned with an object besides its properties, by the names of GraphQL's `_additional`. `vector` is the vector that is
   * searched, also where `targetVector` names it; `vectors.NAME` is any vector by its name. Over GraphQL, Weaviate knows `isConsistent`
   * only for collections with a replication factor above 1.
   */
  export type Additional =
    | 'id' | 'vector' | `vectors.${string}` | 'distance' | 'certainty' | 'score' | 'explainScore' | 'creationTimeUnix'
    | 'lastUpdateTimeUnix' | 'isConsistent';

  /** How many replicas must answer a search. */
  export type ConsistencyLevel = 'ONE' | 'QUORUM' | 'ALL';

  /** A filter combines others, or compares a property with a value, in the shape of Weaviate's GraphQL filters. */
  export type Filter = FilterCombination | FilterComparison;

  /** `Not` takes exactly one operand. */
  export interface FilterCombination {
    operator: 'And' | 'Or' | 'Not';
    /** At least one. */
    operands: Filter[];
  }

  /**
   * Compares a property, like `{ path: ['year'], operator: 'GreaterThan', valueInt: 1990 }`. Exactly one value, of the type
   * that the property has: over GraphQL, Weaviate refuses another one. ContainsAny, ContainsAll and ContainsNone take an
   * array, Like takes valueText, IsNull valueBoolean, WithinGeoRange valueGeoRange.
   */
  export interface FilterComparison {
    operator:
      | 'Equal' | 'NotEqual' | 'GreaterThan' | 'GreaterThanEqual' | 'LessThan' | 'LessThanEqual' | 'Like' | 'IsNull'
      | 'ContainsAny' | 'ContainsAll' | 'ContainsNone' | 'WithinGeoRange';
    /** The property, or reference, collection and property for one of a referenced object. */
    path: string[];
    /** Text, uuid and id. */
    valueText?: string | string[];
    /** What Weaviate called `valueText` before. */
    valueString?: string | string[];
    /** RFC 3339, like '2006-01-02T15:04:05Z'. */
    valueDate?: string | string[] | Date | Date[];
    /** Whole, within ±2^53. */
    valueInt?: number | number[];
    valueNumber?: number | number[];
    valueBoolean?: boolean | boolean[];
    /** Degrees, and metres. */
    valueGeoRange?: { geoCoordinates: { latitude: number; longitude: number }; distance: { max: number } };
  }

  /** One query set of a file. Opaque: pass it to the methods of a client. */
  export interface QuerySet {
    readonly searchType: SearchType;
    /** The number of queries. */
    readonly length: number;
  }

  /** The query sets of a file, read once per process and shared by all VUs. */
  export interface QuerySets {
    /** The number of query sets. */
    readonly length: number;
    /** The collections that every set searches. */
    readonly collections: string[];
    readonly searchType: SearchType;
    /** The length of the vectors; 0 for a file without any, or whose collections differ in it. */
    readonly dimensions: number;
    /** What recall is measured against; null without the option `truth`. */
    readonly truth: Truth | null;
    /** Set `i`, from 0. Throws when there is none. `at(exec.scenario.iterationInTest % sets.length)` replays the file. */
    at(i: number): QuerySet;
    /** One of the sets at random, each with the same probability. */
    random(): QuerySet;
  }

  /** The objects that are truly nearest, for some of the query sets, as `k6 x weaviate truth` found them by exact search. */
  export interface Truth {
    /** The most objects that it holds for a query: recall is measured at that, or at the query's limit where that is smaller. */
    readonly depth: number;
    /** The number of query sets that have one. */
    readonly sets: number;
    /** What it was made of: where the number of objects has changed since, recall means nothing. The tenant is '' where there are none. */
    readonly collections: { readonly name: string; readonly tenant: string; readonly objects: number }[];
  }

  /**
   * Reads a query file. Call it at the top of the script, so that archives carry the file.
   *
   * @param path relative to the entry script, or a file:// URL from `import.meta.resolve`
   * @param options `limit`: objects that each query asks for, 200 by default, unless the file says otherwise for a query;
   *   `truth`: the path of its truth, which makes the client measure recall ({@link ClientOptions.recallRate}); none by default
   * @throws when a file is missing or wrong, or the truth is that of another query file; the message says where and what to change
   */
  export function loadQuerySets(path: string, options?: { limit?: number; truth?: string }): QuerySets;

  /** What a client is made from. Unknown keys are errors. */
  export interface ClientOptions {
    /** Weaviate's HTTP address. WEAVIATE_URL by default, else http://127.0.0.1:8080. */
    url?: string;
    /**
     * Weaviate's gRPC address, host:port. By default WEAVIATE_GRPC, unless the script says the url; else the url's host, with
     * port 50051 or as Weaviate Cloud names it (grpc-….weaviate.cloud:443). It speaks TLS when the url is https;
     * `https://host:port` and `http://host:port` say so, or not, outright.
     */
    grpc?: string;
    /** What `run` uses; `parallelQuery` follows it to GraphQL if it is `parallel-graphql`. Default `parallel-grpc`. */
    strategy?: Strategy;
    /** Sent as `Authorization: Bearer …`. WEAVIATE_API_KEY by default, which keeps it out of scripts and archives. */
    apiKey?: string;
    /**
     * A token of an identity provider (OIDC), sent likewise; it wins over the apiKey. The client does not renew it: a run that is longer than
     * the token lives ends in failures of category `auth`. Ask the provider for one that lives long enough.
     */
    authToken?: string;
    /**
     * Sent with every request, as HTTP headers and as gRPC metadata, so printable ASCII only. They win over what the client
     * sends by itself: `Authorization` for the apiKey and, to Weaviate Cloud, `X-Weaviate-Cluster-Url` for its vectorizer.
     */
    headers?: { [name: string]: string };
    /**
     * The limit of a batch, from dispatch to the last member's completion, and of a write or a fetch: '30s' by default, or
     * milliseconds.
     */
    timeout?: string | number;
    /** Members of a batch in flight at once, at least 1; all by default. For the parallel strategies. */
    concurrency?: number;
    /**
     * Whose objects are searched by queries that do not say it themselves, in collections with tenants. Requests are kept for
     * each tenant: a query set of nine takes some tens of kilobytes for each.
     */
    tenant?: string;
    /**
     * How many replicas must answer, for queries that do not say it themselves; the server's own default otherwise. Over
     * GraphQL, Weaviate knows it only for collections with a replication factor above 1 and refuses searches of others.
     */
    consistencyLevel?: ConsistencyLevel;
    /** Added to every sample of this client. */
    tags?: { [name: string]: string };
    /** Whether k6's http_req_* or grpc_req_duration are measured too; true by default. */
    builtinMetrics?: boolean;
    /**
     * The share, from 0 to 1, of the measured batches of query sets with a truth whose recall is measured; 0.1 by default. Their
     * replies are copied as they come in and compared once the batch was timed, which takes up to a few milliseconds of the user's time.
     */
    recallRate?: number;
  }

  /**
   * The options of {@link newClient}. Unknown keys are errors.
   */
  export interface NewClientOptions {
    /** Host and port of Weaviate's HTTP side, with or without `http://` or `https://` before it. */
    host: string;
    /** `http` by default; a scheme in `host` wins, and Weaviate Cloud is always `https`. */
    scheme?: string;
    /**
     * Host and port of its gRPC side. It speaks TLS if the port is 443, or `https://` is before it. Weaviate Cloud needs none;
     * for any other host it is required.
     */
    grpcHost?: string;
    /** Sent as `Authorization: Bearer …`. WEAVIATE_API_KEY by default. */
    apiKey?: string;
    /** A token of an identity provider (OIDC), sent likewise; it wins over the apiKey. It is not renewed. */
    authToken?: string;
    /** Sent with every request, as HTTP headers and as gRPC metadata. */
    headers?: { [name: string]: string };
    /** The limit of each call and of each batch: a number of *seconds*, or a text like '500ms'; 60 by default. */
    timeout?: number | string;
  }

  /** What a failed write or fetch throws. */
  export interface CallError extends Error {
    readonly category: Category;
    /** The HTTP status or the gRPC code; 0 for an HTTP request without a reply. */
    readonly status: number;
  }

  /** A collection as Weaviate's schema has it. Any key of the schema may be given, and goes to the server as it is. */
  export interface CollectionConfig {
    description?: string;
    properties?: { name: string; dataType: string[]; description?: string; tokenization?: string; [key: string]: any }[];
    vectorizer?: string;
    vectorIndexType?: string;
    vectorIndexConfig?: { [key: string]: any };
    /** Named vectors: `{ title: { vectorizer: { none: {} }, vectorIndexType: 'hnsw' } }`. */
    vectorConfig?: { [name: string]: { vectorizer?: object; vectorIndexType?: string; vectorIndexConfig?: object } };
    invertedIndexConfig?: { [key: string]: any };
    /** Tenants: another name of `multiTenancyConfig`. */
    multiTenancy?: { enabled?: boolean; autoTenantCreation?: boolean; autoTenantActivation?: boolean };
    multiTenancyConfig?: { enabled?: boolean; autoTenantCreation?: boolean; autoTenantActivation?: boolean };
    replicationConfig?: { factor?: number; asyncEnabled?: boolean; deletionStrategy?: string; [key: string]: any };
    shardingConfig?: { [key: string]: any };
    moduleConfig?: { [key: string]: any };
    objectTtlConfig?: { [key: string]: any };
  }

  /** An object's properties: texts, numbers, booleans, dates, null, and arrays and objects of these. */
  export interface Properties {
    [name: string]: any;
  }

  /** An object to be written. */
  export interface NewObject {
    /** A UUID; a random one by default. */
    id?: string;
    properties?: Properties;
    /** The vector, in a collection with one. */
    vector?: Vector;
    /** The vectors by their names, in a collection with named vectors. */
    vectors?: { [name: string]: Vector };
    /** Whose object it is, in a collection with tenants; the client's by default. */
    tenant?: string;
  }

  /** An object to be written by objectInsert. */
  export interface InsertedObject extends NewObject {
    /** How many replicas must answer; the client's by default. Lower case works as well. */
    consistencyLevel?: ConsistencyLevel | 'one' | 'quorum' | 'all';
  }

  /** An object to be written by batchCreate. */
  export interface BatchObject extends NewObject {
    /** The collection. */
    class: string;
  }

  /** An object as the server has it. */
  export interface StoredObject {
    id: string;
    properties: Properties;
    vector?: number[];
    vectors?: { [name: string]: number[] };
    /** Whatever else was asked for. */
    additional?: { [name: string]: any };
    tenant?: string;
  }

  /** What became of one object of a batchCreate. */
  export interface BatchCreateResult {
    class: string;
    /** Its own, or the one that it was given. */
    id: string;
    status: 'success' | 'error';
    /** Why the server refused it. */
    error?: { message: string }[];
  }

  /** Which objects batchDelete deletes. */
  export interface BatchDeleteOptions {
    where: Filter;
    /** Whether the objects are only found; false by default. */
    dryRun?: boolean;
    /** `verbose` lists all objects, `minimal`, the default, those that could not be deleted. */
    output?: 'minimal' | 'verbose';
    tenant?: string;
    consistencyLevel?: ConsistencyLevel | 'one' | 'quorum' | 'all';
  }

  /** What became of a batchDelete. */
  export interface BatchDeleteResult {
    /** Objects that the filter finds. The server deletes no more at once than it is set to, 10,000 by default. */
    matches: number;
    successful: number;
    failed: number;
    objects?: { id: string; status: 'success' | 'failed' | 'dryrun'; error?: { message: string }[] }[];
  }

  /** What fetchObjects fetches. */
  export interface FetchOptions {
    /** One object. The call fails if there is none. */
    id?: string;
    /** Objects at most; 25 by default. */
    limit?: number | string;
    /** Objects to skip first. */
    offset?: number | string;
    /** The id after which to go on. */
    after?: string;
    tenant?: string;
    /** Which node answers. */
    nodeName?: string;
    consistencyLevel?: ConsistencyLevel | 'one' | 'quorum' | 'all';
    /** `vector` for the vectors; others as Weaviate's REST API names them in `include`. */
    additional?: string[];
  }

  /** A tenant of a collection. */
  export interface Tenant {
    name: string;
    /** Like ACTIVE and INACTIVE, or HOT and COLD, as they were called before. */
    activityStatus?: string;
  }

  /** What a call may say about its batch. */
  export interface BatchParams {
    /** Added to the samples of this batch. */
    tags?: { [name: string]: string };
    /** `measure` by default; in `setup()` and `teardown()`, `warmup`. */
    phase?: Phase;
    /** The number of the block, from 0. A batch without one is outside of blocks. */
    block?: number;
    /**
     * Whether the results have the ids of the objects, to compare answers; false by default. The replies are copied as they come in and
     * read once the batch was timed: its own duration stays the same but for the copy, and the call takes up to a few milliseconds more.
     */
    ids?: boolean;
  }

  /** The params of a method that does not fix the strategy. */
  export interface RunParams extends BatchParams {
    /** The client's by default. */
    strategy?: Strategy;
  }

  /** What became of one query of a batch. */
  export interface Member {
    readonly collection: string;
    readonly queryType: QueryType;
    readonly ok: boolean;
    /** The HTTP status or the gRPC code (0 is OK); 0 for an HTTP request without a reply. */
    readonly status: number;
    /** null when it succeeded. */
    readonly category: Category | null;
    /** The failure in words; null when it succeeded. */
    readonly error: string | null;
    /**
     * From its dispatch to its completion. The members of a `multi` or `bulk` batch share one. 0 when it was not sent, because
     * the batch ended before its turn.
     */
    readonly duration: number;
    /** How much of that it waited for a connection. */
    readonly wait: number;
    /** The server's own search time; null over GraphQL, which does not tell it. */
    readonly took: number | null;
    /** Objects returned. */
    readonly objects: number;
    /** The ids of the objects, in their order; null unless the params asked for them. */
    readonly ids: string[] | null;
    /** Length of the reply in bytes; the first member of a `multi` or `bulk` batch has it for all. */
    readonly bytes: number;
  }

  /** One executed query set. */
  export interface Batch {
    readonly outcome: Outcome;
    readonly strategy: Strategy;
    readonly searchType: SearchType;
    /** From the dispatch of the first member to the completion of the last. */
    readonly duration: number;
    /** The longest that a member waited for a connection; part of the duration. */
    readonly wait: number;
    /** Batch duration minus the slowest member's own; null for what is no fan-out. */
    readonly overhead: number | null;
    /** Members that succeeded. */
    readonly successful: number;
    /** Members that failed. */
    readonly failed: number;
    /** Members. */
    readonly total: number;
    /** The member that completed last, by however little; null for what is no fan-out. */
    readonly slowest: Member | null;
    /** One per query, in the order of the set. */
    readonly results: Member[];
  }

  /** What the server says of itself. */
  export interface Server {
    readonly version: string;
  }

  /** One collection of the server. */
  export interface Collection {
    readonly name: string;
    /** The number of objects, of the tenant where the query sets name one. */
    readonly objects: number;
    /** Vectors that wait to be indexed. */
    readonly queue: number;
    /** The length of the vector of one object, of the one that the query sets name where they do; 0 when there is none, or only named ones. */
    readonly dimensions: number;
  }

  /** What a script knows of its run. */
  export interface RunInfo {
    /** The queries. */
    sets: QuerySets;
    /** What ready() returned. */
    server?: Server;
    /** What collections() returned. */
    collections?: Collection[];
    /** The plan. Without one, the report has no blocks to compare. */
    schedule?: Schedule;
    /** What became of waiting for the server to settle: whether it did, after how long (ms), and by how much its times changed last, as a share. */
    settle?: { settled: boolean; after: number; drift: number };
    /** What became of comparing what the strategies find. */
    comparison?: Comparison;
  }

  /** Whether all strategies find the same objects. */
  export interface Comparison {
    /** Query sets that every strategy was asked. */
    sets: number;
    /** Queries that the first strategy answered differently when it was asked twice: they tell nothing about the others. */
    unsteady: number;
    /** Queries that were answered differently. */
    different: number;
    /** The first of them: the number of the query set, from 0, and what differs from the first strategy's answer. */
    differences: { set: number; collection: string; strategy: Strategy; text: string }[];
  }

  /**
   * One user of Weaviate: HTTP connections and one gRPC connection of its own, opened by its first batch. Make it at the top
   * of the script: each VU gets its own.
   *
   * The methods that send a batch return when every member has ended, at the latest after the batch limit. They throw at the
   * top of the script, where no VU runs; when the set or the params are wrong; when a gRPC strategy has no address; after
   * `close`; and, if k6's option `throw` is on, when every member failed.
   *
   * The methods that write or fetch send one request and return when its reply is complete. They throw when the request is
   * wrong, and a {@link CallError} when it fails.
   */
  export class Client {
    /** @throws when an option is unknown or wrong */
    constructor(options?: ClientOptions);
    /** Sends one request per collection, all at once: over gRPC, or over GraphQL if the client's strategy says so. */
    parallelQuery(set: QuerySet | Query[], params?: BatchParams | Moment): Batch;
    /**
     * Does the same and lets the script go on: the promise is fulfilled with the batch. It is rejected, with an Error, for
     * whatever makes `parallelQuery` throw. k6 ends the iteration only when the batch has ended; a batch that the end of the
     * test cuts short is measured, and its promise need not be settled.
     */
    parallelQueryAsync(set: QuerySet | Query[], params?: BatchParams | Moment): Promise<Batch>;
    /** Sends one GraphQL document for all collections. */
    multiQuery(set: QuerySet | Query[], params?: BatchParams | Moment): Batch;
    /** Sends one HTTP request with one GraphQL document per collection. */
    bulkQuery(set: QuerySet | Query[], params?: BatchParams | Moment): Batch;
    /** Sends the set by the strategy of the params or of the client. */
    run(set: QuerySet | Query[], params?: RunParams | Moment): Batch;
    /** Sends one query, by the strategy of the params or of the client. It is measured as a batch of one. */
    query(query: Query | QuerySet | [Query], params?: RunParams | Moment): Member;
    /** Sends the set as `run` does, without measuring it: for checks and for warming up. It never throws for failed members. */
    probe(set: QuerySet | Query[], params?: RunParams | Moment): Batch;
    /** Checks that the server answers over HTTP and gRPC. @throws what is wrong and what to do */
    ready(): Server;
    /** Lists the server's collections, sorted by name, or those that the query sets search, as far as the server has them. */
    collections(sets?: QuerySets): Collection[];
    /**
     * Tells outputs what runs against which server: `--out weaviate=FILE` keeps it, and the report relies on it. Call it once,
     * in setup(). Other outputs get the sample weaviate_run_info, with the same as metadata.
     */
    announce(info: RunInfo): void;
    /** Closes the connections. Without it they close with the VU. */
    close(): void;

    /** Makes a collection. It fails if there is one of that name. */
    createCollection(name: string, config?: CollectionConfig): void;
    /** Deletes a collection with all its objects. It also succeeds if there is none of that name. */
    deleteCollection(name: string): void;
    /** Deletes every collection of the server, one after the other: each is a `deleteCollection`. */
    deleteAllCollections(): void;
    /** Writes one object. It fails if there is one of that id. Over REST: the reply is the object as it was stored. */
    objectInsert(collection: string, object: InsertedObject): StoredObject;
    /** Fetches objects, in the order of their ids. Over REST. */
    fetchObjects(collection: string, options?: FetchOptions): { objects: StoredObject[] };
    /**
     * Writes objects, also of several collections, in one request. Over gRPC. An object with an id that is there replaces that
     * one. It does not throw for objects that the server refuses: their `status` is `error`.
     */
    batchCreate(objects: BatchObject[]): BatchCreateResult[];
    /** Deletes the objects that a filter finds, in one request. Over gRPC. */
    batchDelete(collection: string, options: BatchDeleteOptions): BatchDeleteResult;
    /** Makes tenants, like `[{ name: 'tenantA' }]`. */
    createTenant(collection: string, tenants: Tenant[]): void;
    /** Sets the activity status of tenants. */
    updateTenant(collection: string, tenants: Tenant[]): void;
    /** Deletes tenants with all their objects. */
    deleteTenant(collection: string, names: string[]): void;
  }

  /** What a schedule says about now. Pass it on as the params of `run`. */
  export interface Moment {
    readonly strategy: Strategy;
    readonly phase: Phase;
    /** From 0; -1 when one strategy runs by itself. */
    readonly block: number;
    /** From 0; -1 when one strategy runs by itself. */
    readonly round: number;
    /** Seconds in which no batch must start: above 0 at the end of a block, below 0 when the run is over. */
    readonly wait: number;
  }

  /**
   * The plan of a run, from the variables STRATEGY, USERS, SPAWN_RATE, RATE, RUN_TIME, ROUNDS, BLOCK, WARMUP, DRAIN, SETTLE, START
   * and SEED. One strategy ramps up and runs by itself; several, or several numbers of USERS, alternate in blocks.
   */
  export class Schedule {
    /** @throws when a variable is wrong */
    constructor();
    /** The strategies that the run uses. */
    readonly strategies: Strategy[];
    /** Batches that start each second (an open model); 0 when each user starts one after the other. */
    readonly rate: number;
    /** For k6's options.scenarios. */
    readonly scenario: object;
    /** Seconds to wait, at most, before the run, until the server's times stop changing; 0 for not at all. */
    readonly settle: number;
    /** Milliseconds since the schedule was made, by a clock that cannot be set. */
    elapsed(): number;
    /** Seconds until START, as k6's sleep takes them; negative once it has passed, and undefined when none is set. */
    untilStart(): number | undefined;
    /** What the run does now. Call it in the default function. */
    now(): Moment;
  }

  /** Searches through a client that is configured from the environment: the shortest script there is. */
  export function parallelQuery(set: QuerySet | Query[], params?: BatchParams | Moment): Batch;

  /**
   * Makes a client as the older extension weaviate/xk6-weaviate does: scripts written for that one run as they are, and are
   * measured. It is a {@link Client} like any other.
   *
   * @throws when an option is unknown, wrong or missing
   */
  export function newClient(options: NewClientOptions): Client;

  const weaviate: {
    Client: typeof Client;
    newClient: typeof newClient;
    Schedule: typeof Schedule;
    loadQuerySets: typeof loadQuerySets;
    parallelQuery: typeof parallelQuery;
  };
  export default weaviate;
}
