// The summary fails where a part failed, did nothing or did not run.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { summarize } from './summary.mjs';

const kGood = {
  'gallery.json': { modules: 22, reports: 17, failed: [] },
  'fuzz.json': { executions: 1000, interrupted: false, targets: [{ name: 'fuzz_a', problems: [] }] },
  'stress.json': {
    outcome: 'ok', seed: 1, repro: 'stress --seed 1', reports: 0, failures: 0, first_failure: '',
    works: { completed: 10, completed_cancelled: 2 },
  },
  'scenarios.json': {
    seed: 1, subjects: [{ name: 'works', outcome: 'ok', schedules: 10, distinct: 9, findings: [] }],
  },
  'bench.json': { goals: [{ name: 'a', value: 1, unit: 'ns', at_most: 2, reached: true }] },
};

function summaryOf(changes) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'summary-'));
  for (const [name, content] of Object.entries({ ...kGood, ...changes })) {
    if (content === null) continue;
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    fs.writeFileSync(path.join(folder, name), text);
  }
  const summary = summarize(folder);
  fs.rmSync(folder, { recursive: true });
  return summary;
}

function failsIn(part, changes) {
  const summary = summaryOf(changes);
  assert.equal(summary.ok, false);
  const failed = summary.parts.filter((one) => one.problems.length > 0).map((one) => one.name);
  assert.deepEqual(failed, [part]);
}

test('all parts did their work', () => assert.equal(summaryOf({}).ok, true));
test('a part that did not run', () => {
  for (const name of Object.keys(kGood)) failsIn(name.split('.')[0], { [name]: null });
});
test('a part whose file is cut off', () => failsIn('gallery', { 'gallery.json': '{"modules": 2' }));
test('a part that did nothing', () => {
  failsIn('gallery', { 'gallery.json': { modules: 0, reports: 0, failed: [] } });
  failsIn('fuzz', { 'fuzz.json': { executions: 0, interrupted: false, targets: [] } });
  failsIn('stress', { 'stress.json': { ...kGood['stress.json'], works: { completed: 0, completed_cancelled: 0 } } });
  failsIn('scenarios', { 'scenarios.json': { seed: 1, subjects: [] } });
  failsIn('scenarios', {
    'scenarios.json': { seed: 1, subjects: [{ name: 'works', outcome: 'ok', schedules: 0, distinct: 0, findings: [] }] },
  });
  failsIn('bench', { 'bench.json': { goals: [] } });
});
test('a part that found something', () => {
  failsIn('gallery', { 'gallery.json': { modules: 22, reports: 17, failed: ['double_delete'] } });
  failsIn('fuzz', { 'fuzz.json': { ...kGood['fuzz.json'], targets: [{ name: 'fuzz_a', problems: ['it is 2'] }] } });
  failsIn('fuzz', { 'fuzz.json': { ...kGood['fuzz.json'], interrupted: true } });
  failsIn('stress', { 'stress.json': { ...kGood['stress.json'], outcome: 'failed' } });
  failsIn('scenarios', {
    'scenarios.json': {
      seed: 1, subjects: [{ name: 'works', outcome: 'failed', schedules: 9, distinct: 9, findings: [{ what: 'a race' }] }],
    },
  });
});
test('libuv that is blind is told, and is no failure', () => {
  const summary = summaryOf({ 'libuv_blind.txt': 'tsan\n' });
  assert.equal(summary.ok, true);
  assert.equal(summary.notes.length, 1);
});
