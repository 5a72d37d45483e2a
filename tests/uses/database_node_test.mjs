// database in a real Node.js: rows are known, and those that node:sqlite reads from the same file,
// where Node.js has that.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { codeOf, load, scratchFolder, terminateWhile } from './uses.mjs';

const { cancel, Database, open } = load('database');

// Node.js 20 has none.
const sqlite = process.getBuiltinModule?.('node:sqlite');
v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

const kPrimes = `
  WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  SELECT i AS prime FROM n
  WHERE NOT EXISTS (SELECT 1 FROM n AS d WHERE d.i < n.i AND n.i % d.i = 0)`;

async function filled(t) {
  const file = path.join(scratchFolder(t), 'birds');
  const db = await open(file);
  await db.run('CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT, grams REAL, note BLOB)');
  const statements = [];
  for (let i = 0; i < 500; i += 1) {
    const values = [`bird ${i} ä €`, i % 7 === 0 ? null : i / 8, Buffer.alloc(i % 5, i)];
    statements.push(db.run('INSERT INTO birds (name, grams, note) VALUES (?, ?, ?)', values));
  }
  assert.deepEqual(new Set(await Promise.all(statements)), new Set([1]));
  return { db, file };
}

test('the rows of a known query', async () => {
  const db = await open(':memory:');
  const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73];
  const expected = [...primes, 79, 83, 89, 97].map((prime) => ({ prime }));
  assert.deepEqual(await db.all(kPrimes), expected);
  await db.close();
});

test('values come back as they went', async () => {
  const db = await open(':memory:');
  const values = [0, -1, 1.5, 2 ** 53 - 1, 2n ** 62n, -(2n ** 63n), '', 'a\0b', 'ä€😀', null];
  values.push(Buffer.alloc(0), Buffer.from([0, 255]));
  for (const value of values) {
    assert.deepEqual(await db.all('SELECT ? AS value', [value]), [{ value }]);
  }
  assert.throws(() => db.all('SELECT ?', [2n ** 63n]), TypeError);
  assert.throws(() => db.all('SELECT ?', [{}]), TypeError);
  await db.close();
});

test('rows are those of node:sqlite', { skip: !sqlite && 'Node.js has none' }, async (t) => {
  const { db, file } = await filled(t);
  const theirs = new sqlite.DatabaseSync(file);
  for (const sql of ['SELECT * FROM birds', 'SELECT count(*), sum(grams) FROM birds', kPrimes]) {
    const expected = theirs.prepare(sql).all().map((row) => {
      const entries = Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value) : value,
      ]);
      return Object.fromEntries(entries);
    });
    assert.ok(expected.length > 0);
    assert.deepEqual(await db.all(sql), expected);
  }
  theirs.close();
  await db.close();
});

test('a connection that nobody has any more lives until its works are done', async () => {
  const sql = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) ';
  const opened = await Promise.all([...Array(8)].map(() => open(':memory:')));
  const works = opened.map((db) => db.all(`${sql} SELECT sum(i) AS sum FROM n`));
  opened.length = 0;
  for (let i = 0; i < 5; i += 1) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  for (const work of works) assert.deepEqual(await work, [{ sum: 45000150000 }]);
});

test('statements run in the order of the calls, and close() is the last', async (t) => {
  const { db, file } = await filled(t);
  const works = [];
  for (let i = 0; i < 50; i += 1) {
    works.push(db.run('UPDATE birds SET grams = ? WHERE id = 1', [i]));
    works.push(db.all('SELECT grams FROM birds WHERE id = 1'));
  }
  await db.close();
  const rows = (await Promise.all(works)).filter((result) => typeof result === 'object');
  assert.deepEqual(rows.flat(), [...Array(50)].map((_, i) => ({ grams: i })));
  assert.throws(() => db.run('SELECT 1'), { code: 'SQLITE_MISUSE' });
  const again = await open(file);
  assert.deepEqual(await again.all('SELECT count(*) AS n FROM birds'), [{ n: 500 }]);
  await again.close();
});

test('methods are for a Database only', async () => {
  const db = await open(':memory:');
  assert.throws(() => new Database(), TypeError);
  assert.throws(() => db.run.call({}, 'SELECT 1'), TypeError);
  assert.throws(() => db.run.call(Object.create(db), 'SELECT 1'), TypeError);
  await db.close();
});

test('what is cancelled is rejected, thousands that wait included', async () => {
  const db = await open(':memory:');
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';
  const endless = `${numbers} SELECT sum(i) FROM n`;
  const works = [db.all(endless), ...[...Array(5000)].map(() => db.all('SELECT 1'))];
  // It executes by then, and does not end by itself.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(cancel(), 5001);
  assert.deepEqual(new Set(await Promise.all(works.map(codeOf))), new Set(['ECANCELED']));
  assert.deepEqual(await db.all('SELECT 1 AS one'), [{ one: 1 }]);
  await db.close();
});

test('a Worker may end at any time', async () => {
  const code = `
    const db = await uses.open(':memory:');
    for (let i = 0; i < 20; i += 1) db.all('SELECT 1');
    uses.open(':memory:');
    parentPort.postMessage(0);`;
  for (let i = 0; i < 10; i += 1) await terminateWhile('database', code);
});
