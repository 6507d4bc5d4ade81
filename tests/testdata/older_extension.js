// A script as it is written for the extension weaviate/xk6-weaviate of 2025, with all of its methods. It knows nothing of this one.
import weaviate from 'k6/x/weaviate';
import { check } from 'k6';

const client = weaviate.newClient({
  host: 'localhost:8080',
  scheme: 'http',
  grpcHost: 'localhost:50051',
  headers: { 'X-Test-Header': 'kept' },
  timeout: 30,
});

export const options = { thresholds: { checks: ['rate==1'] } };

export default () => {
  const collectionName = `OlderDocuments_${__VU}_${__ITER}_${Date.now()}`;
  const namedName = `OlderNamed_${__VU}_${__ITER}_${Date.now()}`;
  const tenantsName = `OlderTenants_${__VU}_${__ITER}_${Date.now()}`;

  try {
    const nothing = client.createCollection(collectionName, {
      description: 'Documents',
      vectorizer: 'none',
      vectorIndexType: 'hnsw',
      invertedIndexConfig: { stopwords: { preset: 'en', additions: ['foo'], removals: ['the'] } },
      replicationConfig: { factor: 1, asyncEnabled: false },
      properties: [
        { name: 'title', description: 'Its title', dataType: ['text'], tokenization: 'word' },
        { name: 'number', dataType: ['int'] },
      ],
    });
    check(nothing, { 'createCollection returns nothing': (r) => r === undefined });

    client.createCollection(namedName, {
      properties: [{ name: 'title', dataType: ['text'] }],
      vectorConfig: {
        vector1: { vectorizer: { none: null }, vectorIndexType: 'hnsw' },
        vector2: { vectorizer: { none: null }, vectorIndexType: 'flat', vectorIndexConfig: { hnsw: { efConstruction: 128 } } },
      },
    });

    let refused = '';
    try {
      client.createCollection(collectionName, {});
    } catch (e) {
      refused = e.message;
    }
    check(refused, { 'a collection that is there is refused': (m) => m.includes('already exists') });

    // Batches
    const objects = Array.from({ length: 20 }, (_, i) => ({
      class: collectionName,
      id: `00000000-0000-0000-0000-0000000000${String(i).padStart(2, '0')}`,
      properties: { title: `Document ${i}`, number: i },
      vector: [i, 2 * i, 0.5],
    }));
    const created = client.batchCreate(objects);
    check(created, {
      'batchCreate answers for each object': (r) => r.length === 20,
      'with its class, id and status': (r) =>
        r.every((o, i) => o.class === collectionName && o.id === objects[i].id && o.status === 'success' && o.error === undefined),
    });
    const mixed = client.batchCreate([
      { class: collectionName, properties: { title: 'without an id' } },
      { class: collectionName, properties: { number: 'not a number' } },
    ]);
    check(mixed, {
      'an object without an id gets one': (r) => r[0].status === 'success' && r[0].id.length === 36,
      'a refused object says why': (r) => r[1].status === 'error' && r[1].error[0].message.includes('number'),
    });

    // Fetching
    const page = client.fetchObjects(collectionName, { limit: 2, offset: 2, additional: ['id'] });
    check(page, {
      'limit and offset': (r) => Array.isArray(r.objects) && r.objects.map((o) => o.properties.number).join() === '2,3',
      'no vectors unless asked for': (r) => r.objects[0].vector === undefined,
    });
    const after = client.fetchObjects(collectionName, { limit: 1, after: objects[4].id });
    check(after, { 'after an id': (r) => r.objects[0].id === objects[5].id });
    const one = client.fetchObjects(collectionName, { id: objects[3].id, additional: ['vector'] });
    check(one, {
      'one by its id': (r) => r.objects.length === 1 && r.objects[0].id === objects[3].id,
      'whole numbers of a vector stay what they are': (r) => r.objects[0].vector.join() === '3,6,0.5',
    });

    // Single objects
    const inserted = client.objectInsert(collectionName, {
      properties: { title: 'Inserted' },
      vector: [1, 0, 1],
      consistencyLevel: 'quorum',
    });
    check(inserted, {
      'objectInsert returns the object': (r) => r.id.length === 36 && r.properties.title === 'Inserted',
      'with its vector': (r) => Array.isArray(r.vector) && r.vector.join() === '1,0,1',
    });
    const named = client.objectInsert(namedName, {
      properties: { title: 'Named' },
      vectors: { vector1: [1, 2, 3], vector2: new Array(128).fill(1) },
    });
    const fetchedNamed = client.fetchObjects(namedName, { id: named.id, additional: ['vector'] });
    check(fetchedNamed.objects[0].vectors, {
      'named vectors': (v) => v.vector1.join() === '1,2,3' && v.vector2.length === 128,
    });
    for (const [what, object] of [
      ['an id that is there', { id: objects[0].id, properties: { title: 'Again' } }],
      ['a consistency level that there is not', { properties: { title: 'Level' }, consistencyLevel: 'most' }],
    ]) {
      let thrown = false;
      try {
        client.objectInsert(collectionName, object);
      } catch (e) {
        thrown = e.message !== '';
      }
      check(thrown, { [`objectInsert throws for ${what}`]: (t) => t });
    }

    // Deleting
    const dry = client.batchDelete(collectionName, {
      where: { operator: 'ContainsAny', path: ['title'], valueText: ['1', '17'] },
      dryRun: true,
      output: 'verbose',
    });
    check(dry, {
      'a dry run': (r) => r.matches === 2 && r.objects.length === 2 && r.objects.every((o) => o.status === 'dryrun'),
    });
    const deleted = client.batchDelete(collectionName, {
      where: { operator: 'Like', path: ['title'], valueString: 'Document*' },
      output: 'verbose',
      consistencyLevel: 'all',
    });
    check(deleted, {
      'batchDelete counts': (r) => r.matches === 20 && r.successful === 20 && r.failed === 0,
      'and lists': (r) => r.objects.length === 20 && r.objects.every((o) => o.id && o.status === 'success'),
    });

    // Tenants
    client.createCollection(tenantsName, { multiTenancy: { enabled: true }, properties: [{ name: 'title', dataType: ['text'] }] });
    client.createTenant(tenantsName, [{ name: 'tenant1' }, { name: 'tenant2' }]);
    const belongs = client.objectInsert(tenantsName, { properties: { title: 'Mine' }, tenant: 'tenant1' });
    check(belongs, { 'an object has its tenant': (r) => r.tenant === 'tenant1' });
    client.batchCreate([{ class: tenantsName, tenant: 'tenant2', properties: { title: 'Yours' } }]);
    const theirs = client.fetchObjects(tenantsName, { tenant: 'tenant2' });
    check(theirs.objects, { 'a tenant sees its own': (o) => o.length === 1 && o[0].properties.title === 'Yours' });
    client.updateTenant(tenantsName, [{ name: 'tenant1', activityStatus: 'COLD' }]);
    client.deleteTenant(tenantsName, ['tenant1', 'tenant2']);
  } finally {
    for (const name of [collectionName, namedName, tenantsName]) {
      client.deleteCollection(name);
    }
  }
};
