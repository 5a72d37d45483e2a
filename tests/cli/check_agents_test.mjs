// `napisan check --agent`: the same calls in a Worker and in a task pool as in the main agent, and
// what the guide prints there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { check, isUsageError, moduleFile, notEmulated, run, scratchFolder } from './command.mjs';

const examples = process.env.NAPISAN_EXAMPLES;
assert.ok(examples, 'NAPISAN_EXAMPLES is not set');
const gallery = path.join(import.meta.dirname, '../../examples/misuse/gallery.json');

const kWords = { worker: 'Worker', taskpool: 'Taskpool' };
const kOthers = Object.keys(kWords);

const inAgent = (agent, name, calls, options = {}) =>
  check(name, calls, { ...options, args: ['--agent', agent, ...(options.args ?? [])] });

/** What was printed of one call, without its number. */
const linesOf = (result, call) =>
  result.stdout
    .split('\n')
    .filter((line) => line.startsWith(`[${call}] `))
    .map((line) => line.slice(`[${call}] `.length).trim());

// What comes of having another agent, and no agent prints by itself.
const isOfAgents = (line) => /^(\w+ thread received data: |result is |execute\(\) )/.test(line);

const callback = 'asyncWork(123, 456, callback)';
const promise = 'asyncWork(1024)';
const guide = {
  'worker, callback': [
    callback,
    'Worker thread received data: 123, 456',
    'returned undefined',
    'callback(579)',
    'result is 579',
  ],
  'worker, promise': [
    promise,
    'Worker thread received data: 1024',
    'returned Promise { <pending> }',
    'resolved with 1024',
    'result is 1024',
  ],
  'taskpool, callback': [
    callback,
    'Taskpool thread received data: 123, 456',
    'returned undefined',
    'execute() resolved with undefined',
    'callback(579)',
  ],
  'taskpool, promise': [
    promise,
    'Taskpool thread received data: 1024',
    'returned Promise { <pending> }',
    'resolved with 1024',
    'execute() resolved with 1024',
  ],
};
for (const [name, lines] of Object.entries(guide)) {
  test(`${name}: the guide's lines come in its order`, async () => {
    const [agent, module] = name.split(', ');
    const command = ['check', path.join(examples, `${module}.node`), '--call', lines[0]];
    // The order is not a matter of luck.
    for (let i = 0; i < 20; ++i) {
      const result = await run([...command, '--agent', agent]);
      assert.equal(result.status, 0, result.stderr);
      assert.deepEqual(linesOf(result, 1), lines);
    }
  });
}

for (const agent of kOthers) {
  test(`${agent}: what a call gives is printed as in the main agent`, async () => {
    const calls = ['later([1, { a: 2n }])', "refuse('no')", 'fail()', "twice('x', callback)"];
    const main = await inAgent('main', 'things', calls);
    const other = await inAgent(agent, 'things', calls);
    assert.equal(other.status, 0, other.stderr);
    const data = ['[ 1, { a: 2n } ]', "'no'", null, "'x'"];
    calls.forEach((call, i) => {
      const lines = linesOf(other, i + 1);
      const received = lines.filter((line) => line.includes('thread received'));
      const expected = `${kWords[agent]} thread received data: ${data[i]}`;
      assert.deepEqual(received, data[i] === null ? [] : [expected]);
      assert.deepEqual(
        lines.filter((line) => !isOfAgents(line)),
        linesOf(main, i + 1),
      );
    });
  });

  test(`${agent}: all calls share one env, and what is in flight waits for none of them`, async () => {
    const calls = ['later(1)', 'later(2)', "echo('last')"];
    const result = await inAgent(agent, 'things', calls);
    assert.equal(result.status, 0, result.stderr);
    assert.ok(result.stdout.indexOf("returned 'last'") < result.stdout.indexOf('resolved with'));
  });

  test(`${agent}: --types and --json are as in the main agent`, async (t) => {
    const folder = scratchFolder(t);
    const types = path.join(folder, 'index.d.ts');
    const json = path.join(folder, 'run.json');
    fs.writeFileSync(types, 'export const later: (value: number) => Promise<string>;');
    const args = ['--types', types, '--json', json];
    const result = await inAgent(agent, 'things', ['later(1)'], { args });
    assert.equal(result.status, 1, result.stderr);
    const main = await inAgent('main', 'things', ['later(1)'], { args: ['--types', types] });
    assert.equal(result.stderr, main.stderr);
    assert.ok(JSON.parse(fs.readFileSync(json, 'utf8')).calls[0].outcomes.includes('resolved with 1'));
  });

  test(`${agent}: a statement may await, and name what it gives`, async () => {
    const calls = ['promise = later(7)', 'value = await promise', 'echo([value, value])'];
    const result = await inAgent(agent, 'things', calls);
    assert.equal(result.status, 0, result.stderr);
    assert.match(result.stdout, /\[2\] {3}resolved with 7\n/);
    assert.match(result.stdout, /\[3\] {3}returned \[ 7, 7 \]\n/);
  });

  test(`${agent}: a script runs there as a whole`, async (t) => {
    const file = path.join(scratchFolder(t), 'x.script');
    fs.writeFileSync(
      file,
      `counter = new Counter(40)
       expect await counter.addLater(2) is 42
       twice('x', callback(seen))
       call = await seen
       expect call is [null, 'x']
       expect throws fail()`,
    );
    const result = await inAgent(agent, 'things', [], { args: ['--script', file] });
    assert.equal(result.stderr, '');
    assert.equal(result.status, 0);
    fs.writeFileSync(file, 'expect echo(1) is 2');
    const failed = await inAgent(agent, 'things', [], { args: ['--script', file] });
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /^napisan: .*x\.script:1:1: expected 2, and it is 1\n/);
  });

  test(`${agent}: terminate ends it with what is in flight`, async (t) => {
    const file = path.join(scratchFolder(t), 'x.script');
    fs.writeFileSync(file, 'later(1)\nlater(2)\nterminate\necho(2)');
    for (let i = 0; i < 5; ++i) {
      const result = await inAgent(agent, 'things', [], { args: ['--script', file] });
      assert.equal(result.stderr, '');
      assert.equal(result.status, 0);
      assert.doesNotMatch(result.stdout, /echo/);
    }
  });

  test(`${agent}: a promise that nothing settles is told, and is a leak`, async () => {
    const result = await inAgent(agent, 'things', ['never()', 'later(1)']);
    assert.equal(result.status, 66);
    assert.match(result.stdout, /\[1\] {3}never settled: the loop is idle\n/);
    assert.match(result.stderr, /SUMMARY: napisan: deferred\/never-settled/);
  });

  test(`${agent}: reports name its agent`, async () => {
    for (const more of [[], ['--in-process']]) {
      const result = await inAgent(agent, 'misbehave', ['deleteTwice()'], { args: more });
      assert.equal(result.status, 66);
      assert.match(result.stderr, /napi_delete_async_work\(env, work\) {3}agent 2, in deleteTwice\(\)/);
    }
    const main = await inAgent('main', 'misbehave', ['deleteTwice()']);
    assert.match(main.stderr, /napi_delete_async_work\(env, work\) {3}main agent, in deleteTwice\(\)/);
  });

  test(`${agent}: a report in complete says that it is on the same thread`, async () => {
    const module = path.join(examples, 'double_delete.node');
    const result = await run(['check', module, '--call', 'asyncWork(1024)', '--agent', agent]);
    assert.equal(result.status, 66);
    assert.match(result.stderr, /SUMMARY: napisan: async-work\/double-delete double_delete\.cc:/);
    assert.match(result.stderr, /\(env, work\) {3}agent 2, in complete of work #1\n/);
    assert.match(result.stderr, /created {4}agent 2, in asyncWork\(\)/);
  });

  test(`${agent}: what leaks there is reported at its teardown`, async () => {
    const result = await inAgent(agent, 'misbehave', ['leaveWork()']);
    assert.equal(result.status, 66);
    assert.match(result.stderr, /SUMMARY: napisan: async-work\/leaked/);
  });

  test(`${agent}: an exception nobody caught is told once, and the status is 1`, async () => {
    const result = await inAgent(agent, 'misbehave', ['uncaught()']);
    assert.equal(result.status, 1, result.stderr);
    assert.deepEqual(result.lines, ['napisan: uncaught exception: Error: from complete']);
  });

  test(`${agent}: what cannot be run is told once`, async () => {
    const missing = await inAgent(agent, 'things', ['echo(1)', 'nothing()', 'echo(2)', 'echo(3)']);
    isUsageError(missing, /things\.node exports no function nothing; it exports: later, /);
    assert.equal(missing.stdout, '');
    for (let calls = 0; calls < 4; ++calls) {
      const result = await inAgent(agent, 'needs_symbol', Array(calls).fill('f()'));
      isUsageError(result, /cannot load .*needs_symbol\.node/);
    }
  });

  test(`${agent}: a crash is told with the call it is in, and with what was before`, async () => {
    const result = await inAgent(agent, 'misbehave', ['throwError()', 'crash()']);
    assert.equal(result.status, 1);
    assert.match(result.stdout, /threw Error: as asked/);
    assert.deepEqual(result.lines, [
      'napisan: the module crashed: Segmentation fault in call 2, crash()',
    ]);
  });

  test(`${agent}: a hang is told with where it is`, notEmulated, async () => {
    const places = {
      'spin()': 'in call 1, spin()',
      'blockWorker()': 'while the loop was turned, where work #1 "misbehave" is executing',
    };
    for (const [call, where] of Object.entries(places)) {
      const result = await inAgent(agent, 'misbehave', [call], { args: ['--timeout', '1'] });
      assert.equal(result.status, 1);
      assert.deepEqual(result.lines, [
        `napisan: the module did not end in 1 s, and was killed ${where}; --timeout gives it more`,
      ]);
    }
  });

  test(`${agent}: it collects garbage as it is told`, async () => {
    const calls = ["twice({ a: 'x' }, callback)", 'later([1, 2])'];
    for (const gc of ['zeal', 'off']) {
      const result = await inAgent(agent, 'things', calls, { args: ['--gc', gc] });
      assert.equal(result.status, 0, result.stderr);
      assert.match(result.stdout, /callback\(null, \{ a: 'x' \}\)/);
    }
  });

  test(`${agent}: it has no orders`, async () => {
    const result = await inAgent(agent, 'things', ['echo(1)'], { args: ['--orders'] });
    isUsageError(result, /^napisan: --orders: only the main agent runs one step at a time/);
  });

  test(`${agent}: the gallery's misuse ends in the reports that it names`, async (t) => {
    const folder = scratchFolder(t);
    const { misuse, right } = JSON.parse(fs.readFileSync(gallery, 'utf8'));
    // Those that end the process or hang have tests of their own above.
    const entries = [...misuse, ...right].filter((entry) => !entry.ends && !entry.orders);
    assert.ok(entries.length > 10);
    for (const { name, calls, arguments: more = [], rules } of entries) {
      const file = path.join(folder, `${name}.jsonl`);
      const command = ['check', path.join(examples, `${name}.node`), '--agent', agent, ...more];
      for (const call of calls) command.push('--call', call);
      const { status, stderr } = await run(command, { reports: `json_path=${file}` });
      const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
      const reported = lines.filter(Boolean).map((line) => JSON.parse(line).rule);
      assert.deepEqual([...new Set(reported)], rules, `${name}: ${stderr}`);
      assert.equal(status, rules.length > 0 ? 66 : 0, `${name}: ${stderr}`);
    }
  });
}

test('worker: the main agent gets clones of what a call gives', async () => {
  const calls = ["twice(Buffer('ab'), callback)", 'echo({ a: [1] })', "refuse('no')"];
  const result = await inAgent('worker', 'things', calls);
  assert.equal(result.status, 0, result.stderr);
  const results = (call) => linesOf(result, call).filter((line) => line.startsWith('result is '));
  // As in Node: a Buffer arrives as Uint8Array.
  assert.deepEqual(results(1), [
    'result is [ null, Uint8Array(2) [ 97, 98 ] ]',
    'result is null',
  ]);
  assert.deepEqual(results(2), ['result is { a: [ 1 ] }']);
  assert.deepEqual(results(3), []);
});

test('worker: where it cannot be cloned, that is said', async () => {
  const result = await inAgent('worker', 'things', ['echo(exports.echo)']);
  assert.equal(result.status, 0, result.stderr);
  const lines = linesOf(result, 1);
  assert.match(lines[1], /^returned \[Function/);
  assert.match(lines[2], /^not posted: DataCloneError: .* could not be cloned\./);
  assert.equal(lines.length, 3);
});

test('taskpool: execute() is rejected with what the last call threw, or cannot be cloned', async () => {
  const calls = { 'fail()': /RangeError: failed as asked/, 'echo(exports.echo)': /DataCloneError: / };
  for (const [call, what] of Object.entries(calls)) {
    const result = await inAgent('taskpool', 'things', ['echo(1)', call]);
    assert.equal(result.status, 0, result.stderr);
    const told = linesOf(result, 2).at(-1);
    assert.match(told, /^execute\(\) rejected with /);
    assert.match(told, what);
  }
});

test('taskpool: execute() never settles where the promise that it waits for does not', async () => {
  const result = await inAgent('taskpool', 'things', ['never()']);
  assert.match(result.stdout, /\[1\] {3}execute\(\) never settled\n/);
});

test('a module is loaded, even if nothing in it is called', async () => {
  for (const agent of ['main', ...kOthers]) {
    assert.equal((await inAgent(agent, 'things', [])).status, 0);
    isUsageError(await inAgent(agent, 'not_a_module', []), /is no Node-API module/);
  }
  assert.ok(fs.existsSync(moduleFile('things')));
});

test('an agent that there is none of is a usage error', async () => {
  isUsageError(await inAgent('planet', 'things', []), /--agent.*main.*worker.*taskpool/);
});
