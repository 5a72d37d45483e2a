// file in a real Node.js: what it hashes and copies is what node:crypto and node:fs say.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { codeOf, load, scratchFolder, terminateWhile } from './uses.mjs';

const { cancel, copy, fill, hash, hashAll } = load('file');
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** Files of random bytes, as many of each as `sizes` says. */
function filesOf(t, sizes) {
  const folder = scratchFolder(t);
  return sizes.map((size, index) => {
    const file = path.join(folder, `${index}`);
    fs.writeFileSync(file, crypto.randomBytes(size));
    return file;
  });
}

// Around its blocks of 1 MiB.
const kSizes = [0, 1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5000000];

test('hashes are those of node:crypto', async (t) => {
  const files = filesOf(t, kSizes);
  const expected = files.map((file) => sha256(fs.readFileSync(file)));
  for (const [index, file] of files.entries()) assert.equal(await hash(file), expected[index]);
  assert.deepEqual(await hashAll(files), expected);
  assert.deepEqual(await Promise.all(files.map((file) => hash(file))), expected);
});

test('a copy has the same bytes', async (t) => {
  for (const file of filesOf(t, kSizes)) {
    const bytes = fs.readFileSync(file);
    const copied = await copy(file, `${file}.copy`);
    assert.deepEqual(copied, { bytes: bytes.length, sha256: sha256(bytes) });
    assert.ok(fs.readFileSync(`${file}.copy`).equals(bytes));
  }
});

test('a copy replaces a longer file, and never its own source', async (t) => {
  const [short, long] = filesOf(t, [10, 5000000]);
  await copy(short, long);
  assert.ok(fs.readFileSync(long).equals(fs.readFileSync(short)));
  fs.symlinkSync(short, `${short}.link`);
  assert.equal(await codeOf(copy(short, `${short}.link`)), 'EINVAL');
  assert.equal(fs.statSync(short).size, 10);
});

test('all progress comes before the promise', async (t) => {
  const [file] = filesOf(t, [5000000]);
  const steps = [];
  await hash(file, (done, total) => steps.push([done, total]));
  const expected = [1, 2, 3, 4].map((step) => [step << 20, 5000000]);
  assert.deepEqual(steps, [...expected, [5000000, 5000000]]);
});

test('it works beside what Node.js does with files', async (t) => {
  const [file] = filesOf(t, [5000000]);
  const expected = sha256(fs.readFileSync(file));
  const [theirs, ...ours] = await Promise.all([
    fs.promises.readFile(file).then(sha256),
    ...Array.from({ length: 16 }, () => hash(file)),
  ]);
  assert.equal(theirs, expected);
  assert.deepEqual(new Set(ours), new Set([expected]));
});

test('errors have the codes that node:fs gives them', async (t) => {
  const folder = scratchFolder(t);
  for (const file of [path.join(folder, 'none'), folder]) {
    assert.equal(await codeOf(hash(file)), await codeOf(fs.promises.readFile(file)));
  }
  assert.throws(() => hash(1), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
});

test('what is cancelled is rejected, and no half of a copy is left', async (t) => {
  const [file] = filesOf(t, [5000000]);
  const works = [...Array(6)].map((_, i) => copy(file, `${file}.${i}`));
  assert.equal(cancel(), 6);
  assert.deepEqual(new Set(await Promise.all(works.map(codeOf))), new Set(['ECANCELED']));
  for (const [i] of works.entries()) assert.ok(!fs.existsSync(`${file}.${i}`));
});

test('a Worker may end at any time', async (t) => {
  const file = path.join(scratchFolder(t), 'filled');
  await fill(file, 3000000);
  const code = `
    for (let i = 0; i < 8; i += 1) uses.hash(workerData, () => parentPort.postMessage(0));
    for (let i = 0; i < 4; i += 1) uses.copy(workerData, workerData + i, () => {});`;
  for (let i = 0; i < 10; i += 1) await terminateWhile('file', code, file);
});
