// How `napisan check` ends: its exit status, the line that says why, and what is on disk by then.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, moduleFile, notEmulated, run, scratchFolder, start } from './command.mjs';

const rules = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).rule);

test('a clean run exits with 0', async () => {
  const result = await check('misbehave', ['throwError()']);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, '');
  assert.match(result.stdout, /^\[1\] throwError\(\)\n\[1\] {3}threw Error: as asked/);
});

test('an error and a leak exit with 66, or with the option exitcode', async () => {
  for (const call of ['deleteTwice()', 'leaveWork()']) {
    const result = await check('misbehave', [call]);
    assert.equal(result.status, 66, result.stderr);
    assert.match(result.stderr, /SUMMARY: napisan: async-work\/(double-delete|leaked)/);
    assert.equal((await check('misbehave', [call], { reports: 'exitcode=9' })).status, 9);
    assert.equal((await check('misbehave', [call], { args: ['--in-process'] })).status, 66);
  }
});

test('a crash is a failure with a line of its own', async () => {
  const result = await check('misbehave', ['throwError()', 'crash()']);
  assert.equal(result.status, 1);
  assert.match(result.stdout, /threw Error: as asked/);
  assert.deepEqual(result.lines, [
    'napisan: the module crashed: Segmentation fault in call 2, crash()',
  ]);
  assert.match(
    (await check('misbehave', ['abort()'])).stderr,
    /^napisan: the module crashed: Aborted in call 1, abort\(\)\n$/,
  );
});

test('an exit is a failure with a line of its own', async () => {
  const result = await check('misbehave', ['leave()']);
  assert.equal(result.status, 1);
  assert.deepEqual(result.lines, [
    'napisan: the module ended the process: it exited with status 7 in call 1, leave()',
  ]);
});

test('a hang is a failure with a line of its own, wherever it is', notEmulated, async () => {
  const places = {
    'spin()': 'in call 1, spin()',
    'blockWorker()': 'while the loop was turned, where work #1 "misbehave" is executing',
    'hangAtExit()': 'while its process exited',
  };
  for (const [call, where] of Object.entries(places)) {
    const result = await check('misbehave', [call], { args: ['--timeout', '1'] });
    assert.equal(result.status, 1);
    assert.deepEqual(result.lines, [
      `napisan: the module did not end in 1 s, and was killed ${where}; --timeout gives it more`,
    ]);
  }
});

test('a hang is told with all that is still executing', notEmulated, async () => {
  const calls = ['blockWorker()', 'blockWorker()', 'blockWorker()', 'spin()'];
  const result = await check('misbehave', calls, { args: ['--timeout', '1'] });
  assert.match(
    result.lines[0],
    /killed in call 4, spin\(\), where work #\d "misbehave" and 2 other works are executing;/,
  );
  assert.equal(result.lines.length, 1);
});

test('a C++ exception that leaves a callback is a report', async () => {
  const result = await check('misbehave', ['throwCpp()']);
  assert.equal(result.status, 66, result.stderr);
  assert.match(result.stderr, /exception\/native-unwind.*not caught/);
});

test('an uncaught exception is a failure with a line of its own', async () => {
  const result = await check('misbehave', ['uncaught()']);
  assert.equal(result.status, 1);
  assert.deepEqual(result.lines, ['napisan: uncaught exception: Error: from complete']);
});

test('what was reported before a crash or a kill is on disk', async (t) => {
  const file = path.join(scratchFolder(t), 'reports.jsonl');
  const reports = `json_path=${file}`;
  assert.equal((await check('misbehave', ['deleteTwice()', 'crash()'], { reports })).status, 1);
  assert.deepEqual(rules(file), ['async-work/double-delete']);
  fs.rmSync(file);
  const args = ['--timeout', '1'];
  const hung = await check('misbehave', ['deleteTwice()', 'spin()'], { reports, args });
  assert.equal(hung.status, 1);
  assert.deepEqual(rules(file), ['async-work/double-delete']);
});

for (const [signal, status, words] of [
  ['SIGINT', 130, 'Interrupt'],
  ['SIGTERM', 143, 'Terminated'],
]) {
  test(`${signal} ends it with what there was so far, and with the child`, async (t) => {
    const folder = scratchFolder(t);
    const file = path.join(folder, 'reports.jsonl');
    const json = path.join(folder, 'run.json');
    const calls = ['--call', 'deleteTwice()', '--call', 'spin()'];
    const running = start(['check', moduleFile('misbehave'), ...calls, '--json', json], {
      reports: `json_path=${file}`,
    });
    const printed = () => running.stdout.includes('[1]   returned') && fs.existsSync(file);
    while (!printed() && running.child.exitCode === null) await sleep(20);
    running.child.kill(signal);
    const result = await running.ended;
    assert.equal(result.status, status, result.stderr);
    const line = `interrupted (${words}) in call 2, spin()`;
    assert.equal(result.lines.at(-1), `napisan: ${line}`);
    assert.deepEqual(rules(file), ['async-work/double-delete']);
    const told = JSON.parse(fs.readFileSync(json, 'utf8'));
    assert.equal(told.ended, line);
    assert.equal(told.status, status);
    assert.deepEqual(told.calls[0].outcomes, ['returned undefined']);
    // The child's end of the pipes is closed, or the run would not have ended: it is gone.
  });
}

test('--orders ends alike', async () => {
  const orders = { args: ['--orders', '--timeout', '1'] };
  assert.equal((await check('misbehave', ['throwError()'], orders)).status, 0);
  assert.equal((await check('misbehave', ['leaveWork()'], orders)).status, 66);
  const hung = await check('misbehave', ['spin()'], orders);
  assert.equal(hung.status, 1);
  assert.match(hung.stderr, /^napisan: in order 0: the module did not end in 1 s/);
  const crashed = await check('misbehave', ['crash()'], orders);
  assert.equal(crashed.status, 1);
  assert.match(crashed.stderr, /^napisan: in order 0: the module crashed: Segmentation fault/);
});

test('--quiet prints no outcomes', async () => {
  const result = await run(['check', moduleFile('misbehave'), '--call', 'throwError()', '-q']);
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, '', '']);
});
