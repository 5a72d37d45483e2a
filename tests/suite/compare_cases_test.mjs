import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { choose, explained, judge } from './compare_cases.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const of = (...lines) => ({ status: 0, signal: null, stdout: `${lines.join('\n')}\n` });

test('what a case did', () => {
  const same = of('JavaScript calls 0', 'call napi_create_object 0', '1 calls, 0 with another status; 1 of 1 callbacks ran');
  assert.equal(judge(same).verdict, 'same');
  assert.deepEqual(judge(of('call napi_wrap 1, in the host 0', '1 calls, 1 with another status; 0 of 0 callbacks ran')),
    { verdict: 'differs', first: 'call napi_wrap 1, in the host 0' });
  assert.equal(judge(of('callback OnHook of cell 1, not in the host', '1 calls, 0 with another status; 1 of 1 callbacks ran')).verdict, 'differs');
  assert.equal(judge(of('call napi_wrap 0', '1 calls, 0 with another status; 1 of 2 callbacks ran')).first, '1 of 2 callbacks ran');
  assert.equal(judge(of('0 calls, 0 with another status; 0 of 0 callbacks ran')).verdict, 'differs');
  assert.equal(judge({ ...same, status: null, signal: 'SIGSEGV' }).first, 'Node.js ended with SIGSEGV');
});

test('a first difference that has a reason', () => {
  const cancel = 'call napi_cancel_async_work 0, in the host 9';
  const { verdict, why } = judge(of('callback OnComplete of cell 1', cancel, 'call napi_wrap 1, in the host 0'));
  assert.equal(verdict, 'explained');
  assert.equal(why, explained[0].why);
  assert.equal(judge(of(cancel)).verdict, 'differs');
  const after = (callback, ...lines) => judge(of(`callback ${callback} of cell 1`, ...lines), `    {"${callback}", 1, Body1, false},`).verdict;
  assert.equal(after('OnComplete', cancel), 'explained');
  assert.equal(after('OnHook', cancel), 'differs');
  assert.equal(after('OnComplete', 'call napi_wrap 1, in the host 0', cancel), 'differs');
});

test('what follows from another order of callbacks is not looked at', () => {
  const addon = 'Planned planned[] = {\n    {"OnExecute", 1, Body1, false},\n    {"OnCallJs", 2, Body2, false},\n};';
  const judged = (...callbacks) => judge(of(...callbacks, 'call napi_wrap 1, in the host 0'), addon).verdict;
  assert.equal(judged('callback OnExecute of cell 1'), 'differs');
  assert.equal(judged('callback OnCallJs of cell 2'), 'explained');
  assert.equal(judge(of('call napi_wrap 1, in the host 0', 'callback OnCallJs of cell 2'), addon).verdict, 'differs');
});

test('cases of a folder are spread', () => {
  const files = Array.from({ length: 10 }, (_, i) => i);
  assert.deepEqual(choose(files, 20), files);
  assert.deepEqual(choose(files, 5), [0, 2, 4, 6, 8]);
  assert.equal(choose(files, 3).length, 3);
});

// A build whose command exports a driver that prints what the case holds.
function runOn(cases, ...args) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cases-'));
  fs.mkdirSync(path.join(folder, 'tests/suite'), { recursive: true });
  for (const file of ['compare_cases.mjs', 'arguments.mjs']) fs.copyFileSync(path.join(here, file), path.join(folder, 'tests/suite', file));
  fs.mkdirSync(path.join(folder, 'b/bin'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'cases'));
  fs.writeFileSync(path.join(folder, 'b/bin/napisan'),
    '#!/bin/sh\n[ -s "$3" ] || { echo "no case" >&2; exit 2; }\n: > "$7/addon.cc"\ncp "$3" "$7/driver.mjs"\n', { mode: 0o755 });
  for (const [name, text] of Object.entries(cases)) fs.writeFileSync(path.join(folder, 'cases', name), text);
  const run = spawnSync(process.execPath, [path.join(folder, 'tests/suite/compare_cases.mjs'), path.join(folder, 'b'), path.join(folder, 'cases'), ...args],
    { encoding: 'utf8', env: { ...process.env, CXX: 'true' } });
  const json = path.join(folder, 'build/report/conformance.json');
  const result = fs.existsSync(json) ? JSON.parse(fs.readFileSync(json, 'utf8')) : null;
  const kept = result ? fs.readdirSync(path.join(folder, 'build/report/conformance')) : [];
  fs.rmSync(folder, { recursive: true });
  return { ...run, result, kept };
}
const good = "console.log('1 calls, 0 with another status; 0 of 0 callbacks ran')";

test('all the same', () => {
  const { status, result, kept } = runOn({ a: good, b: good });
  assert.equal(status, 0);
  assert.deepEqual([result.cases, result.same, result.differ], [2, 2, []]);
  assert.deepEqual(kept, []);
});

test('one that differs fails, and is kept', () => {
  const { status, result, kept, stdout } = runOn({ a: good, b: "console.log('call napi_wrap 1, in the host 0')" });
  assert.equal(status, 1);
  assert.deepEqual(result.differ.map((each) => each.first), ['call napi_wrap 1, in the host 0']);
  assert.deepEqual(kept, ['b']);
  assert.match(stdout, /1 of 2 cases do the same .*; 1 differ, 0 cannot be exported/);
});

test('nothing that could be compared is a failure', () => {
  assert.equal(runOn({ a: '' }).status, 1);
  assert.equal(runOn({ a: good }, '--most', 'x').status, 2);
});
