// ./suite defects: how defects.def is read, how times are judged, and that it fails where a defect is not
// found. The targets here are shell scripts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chooseDefects, parseArguments } from './defects.mjs';
import { formatTable, isLost, judge, medianOf, readDefects, resultOf } from './defects_table.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const kDef = `// DEFECT(name, room, kind, targets, modelled_on, text)
DEFECT(one_thing, host, sequence, "fuzz_a fuzz_b",
       "a/b#1", "It is "
       "one.")
DEFECT(other_thing, checker, schedule, "fuzz_none", "a/b#2", "It is another.")
`;
const defects = readDefects(kDef);

test('the table of defects is read', () => {
  assert.deepEqual(defects.map(({ name, kind, targets, text }) => [name, kind, targets, text]), [
    ['one_thing', 'sequence', ['fuzz_a', 'fuzz_b'], 'It is one.'],
    ['other_thing', 'schedule', ['fuzz_none'], 'It is another.'],
  ]);
});
test('every row of the real one is read', () => {
  const text = fs.readFileSync(path.join(here, '../../runtime/api/defects.def'), 'utf8');
  const rows = readDefects(text);
  assert.equal(rows.length, text.match(/^DEFECT\(/gm).length);
  assert.ok(rows.length >= 40);
  for (const row of rows) assert.ok(row.targets.length > 0 && row.text.endsWith('.'), row.name);
});
test('the median is one only where more than half are found', () => {
  assert.equal(medianOf([3, 1, 2]), 2);
  assert.equal(medianOf([1, null, 2]), 2);
  assert.equal(medianOf([1, null, null]), null);
  assert.equal(medianOf([1, null]), null);
  assert.equal(isLost([null, null], 5), false);
  assert.equal(isLost([null, null, null], 5), true);
});
test('the first target that finds it is told', () => {
  const tries = [
    { target: 'fuzz_a', seconds: null, file: null, why: null },
    { target: 'fuzz_b', seconds: 2, file: 'x', why: 'FAILED' },
  ];
  const row = judge(defects[0], tries);
  assert.deepEqual([row.found, row.by, row.seconds, row.file], [true, 'fuzz_b', 2, 'x']);
  assert.equal(judge(defects[0], tries.slice(0, 1)).found, false);
  assert.equal(resultOf([row]).ok, true);
  assert.equal(resultOf([row, judge(defects[1], [])]).ok, false);
  assert.equal(resultOf([]).ok, false);
  assert.match(formatTable(resultOf([row, judge(defects[1], [])])), /NO TARGET of fuzz_none/);
});
test('usage', () => {
  assert.deepEqual(parseArguments(['b', 'x', '--seeds', '3']), { build: 'b', names: ['x'], seconds: 60, seeds: 3, jobs: 1 });
  for (const bad of [[], ['b', '--seeds', '0'], ['b', '--what', '1']]) assert.throws(() => parseArguments(bad));
  assert.equal(chooseDefects(defects, []).length, 2);
  assert.deepEqual(chooseDefects(defects, ['schedule']).map((one) => one.name), ['other_thing']);
  assert.throws(() => chooseDefects(defects, ['third_thing']), /there is no defect third_thing/);
});

// A tree with the script, a table and targets of our own.
function runIn(programs, ...names) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'defects-'));
  for (const sub of ['tests/suite', 'runtime/api', 'build/defects/bin', 'build/report']) fs.mkdirSync(path.join(folder, sub), { recursive: true });
  for (const file of ['defects.mjs', 'defects_table.mjs', 'fuzz_table.mjs', 'arguments.mjs']) fs.copyFileSync(path.join(here, file), path.join(folder, 'tests/suite', file));
  fs.writeFileSync(path.join(folder, 'runtime/api/defects.def'), kDef);
  const targets = Object.keys(programs).map((name) => ({ name, dict: '', flags: [] }));
  fs.writeFileSync(path.join(folder, 'build/defects/fuzz_targets.json'), JSON.stringify(targets));
  for (const [name, text] of Object.entries(programs)) {
    fs.writeFileSync(path.join(folder, 'build/defects/bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const args = [path.join(folder, 'tests/suite/defects.mjs'), path.join(folder, 'build/defects'), ...names, '--seeds', '3', '--seconds', '1'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const file = path.join(folder, 'build/report/defects.json');
  const result = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
  const kept = result?.defects.filter((row) => row.file).every((row) => fs.existsSync(path.join(folder, row.file)));
  fs.rmSync(folder, { recursive: true });
  return { status, stdout, stderr, result, kept };
}
const kFinds = `for one; do case $one in -artifact_prefix=*) prefix=\${one#*=};; esac; done
[ "$NAPISAN_DEFECT" = one_thing ] || exit 0
echo 'case: FAILED: it is 2'; echo x > "\${prefix}crash-1"; exit 77`;

test('what is found is told with its target and its input', () => {
  const { status, stdout, result, kept } = runIn({ fuzz_a: 'exit 0', fuzz_b: kFinds }, 'one_thing');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^one_thing +host +sequence +fuzz_b +\d+\.\d s +3\/3 +case: FAILED: it is 2$/m);
  assert.equal(result.defects[0].by, 'fuzz_b');
  assert.equal(kept, true);
});
test('one that is not found, or that no target looks for, fails', () => {
  assert.equal(runIn({ fuzz_a: 'exit 0' }, 'one_thing').status, 1);
  const { status, stdout } = runIn({ fuzz_a: kFinds });
  assert.equal(status, 1);
  assert.match(stdout, /^1 of 2 defects found$/m);
});
test('a target that finds something without a defect proves nothing', () => {
  const { status, stderr } = runIn({ fuzz_a: kFinds.replace('[ "$NAPISAN_DEFECT" = one_thing ] || exit 0', '') }, 'one_thing');
  assert.equal(status, 1);
  assert.match(stderr, /fuzz_a finds something without any defect: case: FAILED: it is 2/);
});
test('a target that ends badly without an input fails', () => {
  const { status, stderr } = runIn({ fuzz_a: 'exit 3' }, 'one_thing');
  assert.equal(status, 1);
  assert.match(stderr, /ends with status 3/);
});
test('a name that no defect has is a mistake of usage', () => {
  const { status, stderr } = runIn({ fuzz_a: 'exit 0' }, 'third_thing');
  assert.equal(status, 2);
  assert.match(stderr, /^defects: there is no defect third_thing/);
});
