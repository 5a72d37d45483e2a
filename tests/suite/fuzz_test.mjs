// ./suite fuzz: how logs are read, and that it fails where something was found or nothing was done.
// The targets here are shell scripts that print what libFuzzer prints.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chooseTargets, parseArguments } from './fuzz.mjs';
import { formatTable, readFinding, readLog, readPulse, readStability, resultOf } from './fuzz_table.mjs';

const kLog = `INFO: Seed: 1
#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb
#1024\tNEW    cov: 90 ft: 120 corp: 7/30b lim: 4 exec/s: 512 rss: 30Mb L: 4/4 MS: 1 EraseBytes-
#2048\tDONE   cov: 91 ft: 130 corp: 8/34b lim: 4 exec/s: 1024 rss: 30Mb
Done 2048 runs in 2 second(s)
stat::number_of_executed_units: 2048
stat::average_exec_per_sec:     1024
stat::state_event_pairs: 29
`;
const row = (changes = {}) => ({
  name: 'fuzz_a', stable: true, stability: 100, findings: [], failed: null, ...readLog(kLog, 2), ...changes,
});

test('a log that ended well', () => {
  assert.deepEqual(readLog(kLog, 2), {
    executions: 2048, executions_per_second: 1024, corpus: 8, features: 130, edges: 91, state_event_pairs: 29,
  });
});
test('a log that was cut off counts to its last line of progress', () => {
  const { executions, features, state_event_pairs } = readLog(kLog.slice(0, kLog.indexOf('#2048')), 1);
  assert.deepEqual([executions, features, state_event_pairs], [1024, 120, null]);
  assert.equal(readPulse('INFO: Seed: 1\n'), null);
  assert.equal(readLog('', 1).executions, 0);
});
test('a finding is told in the words of the target, or else of the sanitizer', () => {
  assert.equal(readFinding('fuzz_a: FAILED: it is 2\nSUMMARY: libFuzzer: deadly signal\n'), 'fuzz_a: FAILED: it is 2');
  assert.match(readFinding('SUMMARY: AddressSanitizer: x\n'), /AddressSanitizer/);
});
test('stability is read', () => {
  assert.equal(readStability('stability: 1 of 2 inputs ran alike 2 times (50.00 %); x'), 50);
  assert.equal(readStability('nothing'), null);
});
test('judging', () => {
  assert.equal(resultOf([row()]).ok, true);
  assert.equal(resultOf([]).ok, false);
  for (const bad of [
    { executions: 0 }, { stability: 99.99 }, { failed: 'it cannot be run' },
    { findings: [{ why: 'w', again: 'a', file: 'f' }] },
  ]) assert.equal(resultOf([row(), row(bad)]).ok, false, JSON.stringify(bad));
  // Real threads take other ways each time.
  assert.equal(resultOf([row({ stable: false, stability: null })]).ok, true);
});
test('the table has what was found', () => {
  const text = formatTable(resultOf([row({ findings: [{ why: 'it is 2', again: 'replay x', file: 'x' }] })]));
  assert.match(text, /^fuzz_a +2048 +1024 +8 +130 +91 +29 +100\.00 % +1$/m);
  assert.match(text, /FAILED {2}fuzz_a: it is 2; again with: replay x/);
});
test('usage', () => {
  assert.deepEqual(parseArguments(['b', 'fuzz_a', '--seconds', '3']).names, ['fuzz_a']);
  for (const bad of [[], ['b', '--seconds', 'x'], ['b', '--seconds'], ['b', '--what']]) {
    assert.throws(() => parseArguments(bad), { message: /./ });
  }
  const all = [{ name: 'fuzz_a' }, { name: 'fuzz_canary', canary: true }];
  assert.deepEqual(chooseTargets(all, []).map((one) => one.name), ['fuzz_a']);
  assert.deepEqual(chooseTargets(all, ['fuzz_canary']).map((one) => one.name), ['fuzz_canary']);
  assert.throws(() => chooseTargets(all, ['fuzz_b']), /there is no target fuzz_b/);
});

// A tree of its own, with the runner and a build of scripts in it.
function tree(program) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-'));
  const here = path.dirname(fileURLToPath(import.meta.url));
  fs.mkdirSync(path.join(folder, 'tests/suite'), { recursive: true });
  for (const file of ['fuzz.mjs', 'fuzz_table.mjs', 'arguments.mjs']) fs.copyFileSync(path.join(here, file), path.join(folder, 'tests/suite', file));
  fs.mkdirSync(path.join(folder, 'build/fuzz/bin'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'log'), kLog);
  fs.writeFileSync(path.join(folder, 'build/fuzz/fuzz_targets.json'),
    JSON.stringify([{ name: 'fuzz_a', seeds: '', dict: '', flags: [], stable: true, canary: false }]));
  const script = (name, text) => fs.writeFileSync(path.join(folder, 'build/fuzz/bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script('fuzz_a', program.replaceAll('LOG', path.join(folder, 'log')));
  script('replay_fuzz_a', 'echo "stability: 2 of 2 inputs ran alike 2 times (100.00 %); x"');
  return { folder, args: [path.join(folder, 'tests/suite/fuzz.mjs'), path.join(folder, 'build/fuzz'), '--seconds', '1'] };
}
const resultIn = (folder) => JSON.parse(fs.readFileSync(path.join(folder, 'build/report/fuzz.json'), 'utf8'));

function runIn(program) {
  const { folder, args } = tree(program);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const result = resultIn(folder);
  fs.rmSync(folder, { recursive: true });
  return { status, stdout, stderr, result };
}

test('it passes where all went well', () => {
  const { status, stdout, result } = runIn('cat LOG');
  assert.equal(status, 0, stdout);
  assert.equal(result.targets[0].stability, 100);
});
test('it fails with a finding, and names the command that shows it', () => {
  const { status, stdout, result } = runIn(`cat LOG; echo 'fuzz_a: FAILED: it is 2'
for one; do case $one in -artifact_prefix=*) echo x > "\${one#*=}crash-1";; esac; done; exit 77`);
  assert.equal(status, 1);
  assert.equal(result.targets[0].findings[0].why, 'fuzz_a: FAILED: it is 2');
  assert.match(stdout, /again with: build\/fuzz\/bin\/replay_fuzz_a build\/report\/findings\/fuzz_a\/crash-1/);
});
test('it fails where nothing was executed', () => assert.equal(runIn('exit 0').status, 1));
test('it fails where the target fails without a finding', () => {
  const { status, stdout } = runIn('cat LOG; exit 1');
  assert.equal(status, 1);
  assert.match(stdout, /ended with status 1/);
});
test('an interrupt ends with the table of what there was so far', async () => {
  const { folder, args } = tree(`trap 'exit 72' INT; head -3 LOG; touch ${'LOG'}.begun; while :; do sleep 0.05; done`);
  const child = spawn(process.execPath, args);
  let out = '';
  child.stdout.on('data', (data) => { out += data; });
  while (!fs.existsSync(path.join(folder, 'log.begun'))) await new Promise((resolve) => { setTimeout(resolve, 20); });
  child.kill('SIGINT');
  const [status] = await once(child, 'exit');
  assert.equal(status, 130);
  assert.match(out, /^fuzz_a +1024 /m);
  assert.equal(resultIn(folder).interrupted, true);
  fs.rmSync(folder, { recursive: true });
});
