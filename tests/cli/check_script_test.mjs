// `napisan check --script`: what statements do, and what is said where they cannot.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { check, moduleFile, run, scratchFolder } from './command.mjs';

/** Runs a script on a module of the tests; paths in messages are shortened to x.script. */
async function script(t, text, options = {}) {
  const file = path.join(scratchFolder(t), 'x.script');
  fs.writeFileSync(file, text);
  const args = ['--script', file, ...(options.args ?? [])];
  const result = await check(options.module ?? 'things', [], { ...options, args });
  const messages = result.stderr.replaceAll(file, 'x.script').split('\n').filter(Boolean);
  return { ...result, messages };
}

/** The script runs and is clean. */
async function passes(t, text, options) {
  const result = await script(t, text, options);
  assert.equal(result.stderr, '');
  assert.equal(result.status, 0);
  return result;
}

test('results have names, and are arguments of what follows', async (t) => {
  const result = await passes(
    t,
    `
    first = echo({ a: [1, 2n, 'three'] })   // an object
    second = echo([first, { it: first.a[2] }])
    expect second[1].it is 'three'
    expect second is [{ a: [1, 2n, 'three'] }, { it: 'three' }]
    key = Buffer('00ff', 'hex')
    expect echo(key) is Buffer('00ff', 'hex')
    expect first.nothing is undefined
    `,
  );
  const [first, second] = result.stdout.split('\n');
  assert.equal(first, "[2] first = echo({ a: [1, 2n, 'three'] })");
  assert.equal(second, "[2]   returned { a: [ 1, 2n, 'three' ] }");
  assert.match(result.stdout, /\[4\] expect second\[1\]\.it is 'three'\n\[4\] {3}is 'three'\n/);
});

test('objects are made, and have methods and properties', async (t) => {
  const result = await passes(
    t,
    `
    counter = new Counter(40)
    expect counter.add(2) is 42
    counter.count = 7
    expect counter.count is 7
    expect await counter.addLater(1) is 8
    other = new exports.Counter(counter.count)
    expect other.count is 8
    `,
  );
  assert.match(result.stdout, /\[2\] {3}returned Counter \{\}/);
  assert.match(result.stdout, /\[4\] {3}is 7/);
});

test('await turns the loop until the promise is settled', async (t) => {
  const result = await passes(
    t,
    `
    promise = later(1)
    value = await later([2])
    expect value is [2]
    expect await promise is 1
    expect await echo(3) is 3
    expect throws await refuse('no') is 'no'
    later(4)
    `,
  );
  assert.match(result.stdout, /\[8\] later\(4\)\n.*returned .*\n\[8\] {3}resolved with 4\n$/);
  assert.match(result.stdout, /\[7\] {3}rejected with 'no'/);
});

test('callbacks are recorded, and awaited call by call', async (t) => {
  const result = await passes(
    t,
    `
    twice('x', callback(done))
    expect done is []
    first = await done
    expect first is [null, 'x']
    expect await done is [null]
    expect done is [[null, 'x'], [null]]
    twice('y', callback)
    `,
  );
  assert.match(result.stdout, /\[2\] {3}done\(null, 'x'\)\n\[4\]|\[4\] {3}called with/);
  assert.match(result.stdout, /\[8\] {3}callback\(null, 'y'\)\n\[8\] {3}callback\(null\)\n$/);
});

test('exceptions can be expected', async (t) => {
  await passes(
    t,
    `
    expect throws fail() has 'failed as asked'
    expect throws await refuse([1]) is [1]
    `,
  );
});

test('an exception that is not expected ends the script', async (t) => {
  const result = await script(t, "echo(1)\n  fail()\necho(2)");
  assert.equal(result.status, 1);
  assert.deepEqual(result.messages, [
    'napisan: x.script:2:3: it threw RangeError: failed as asked ' +
      "{ code: 'E_FAIL' }; write expect throws where it should",
    '    fail()',
    '    ^',
  ]);
  assert.doesNotMatch(result.stdout, /echo\(2\)/);
  const rejected = await script(t, "x = await refuse(5)\necho(x)");
  assert.equal(rejected.status, 1);
  assert.match(rejected.messages[0], /x\.script:1:1: it threw 5; write expect throws/);
});

test('what is not as expected is told, and the script goes on', async (t) => {
  const result = await script(
    t,
    `expect echo({ a: { b: { c: { d: 1 } } } }) is { a: { b: { c: { d: 2 } } } }
expect echo('text') has 'other'
expect throws echo(1)
expect fail() is 1
expect echo(NaN) is NaN
expect echo(0) is -0`,
  );
  assert.equal(result.status, 1);
  const told = result.messages.filter((line) => line.startsWith('napisan: '));
  assert.deepEqual(told, [
    'napisan: x.script:1:1: expected { a: { b: { c: { d: 2 } } } }, ' +
      'and it is { a: { b: { c: { d: 1 } } } }',
    "napisan: x.script:2:1: expected something with 'other' in it, and it is 'text'",
    'napisan: x.script:3:1: an exception is expected, and it gave 1',
    'napisan: x.script:4:1: a value is expected, and it threw RangeError: failed as asked ' +
      "{ code: 'E_FAIL' }",
    'napisan: x.script:6:1: expected -0, and it is 0',
  ]);
});

test('what never comes is told', async (t) => {
  const result = await script(t, 'x = await never()\necho(1)');
  assert.equal(result.status, 1);
  assert.match(result.stdout, /\[1\] {3}never settled: the loop is idle\n$/);
  // The report is the child's, and the line the command's: which comes first is open.
  assert.match(result.stderr, /x\.script:1:1: what is awaited never comes: the loop is idle/);
  assert.match(result.stderr, /deferred\/never-settled/);
  const uncalled = await script(t, 'echo(callback(done))\nawait done');
  assert.equal(uncalled.status, 1);
  assert.match(uncalled.stdout, /\[2\] {3}never called: the loop is idle/);
});

test('a hang is told by its line', async (t) => {
  const options = { module: 'misbehave', args: ['--timeout', '1'] };
  const result = await script(t, "throwError = 1\n", options);
  assert.equal(result.status, 2);
  const hung = await script(t, '\nspin()', options);
  assert.equal(hung.status, 1);
  assert.match(hung.messages[0], /did not end in 1 s, and was killed in line 2, spin\(\);/);
});

test('several modules in one script', async (t) => {
  const folder = scratchFolder(t);
  fs.copyFileSync(moduleFile('things'), path.join(folder, 'things.node'));
  const file = path.join(folder, 'x.script');
  fs.writeFileSync(
    file,
    `things = require('./things.node')
again = require('things.node')
counter = new things.Counter(1)
expect counter.add(1) is 2
expect await things.later(counter.count) is 2
expect await echo('both') is 'both'`,
  );
  // Beside the script, wherever the command is run.
  const both = await check('things', [], { args: ['--script', file], cwd: '/' });
  assert.equal(both.stderr, '');
  assert.equal(both.status, 0);
  fs.writeFileSync(file, "m = require('./things.node')\nexpect m.echo(1) is 1");
  const alone = await run(['check', '--script', file]);
  assert.equal(alone.stderr, '');
  assert.equal(alone.status, 0);
});

test('terminate tears down with what is in flight', async (t) => {
  const result = await passes(t, 'later(1)\nterminate\necho(2)');
  assert.equal(result.stdout, '[1] later(1)\n[1]   returned Promise { <pending> }\n');
  await passes(t, 'terminate');
});

const mistakes = [
  // text, place and message
  ['echo(1)\nnothing()', /^2:1: .*things\.node exports no function nothing; it exports: later, /],
  ['x = echo({ a: 1 })\nx.b()', /^2:1: x\.b is no function; x has: a$/],
  ['x = echo({ a: 1 })\nx.b.c()', /^2:1: x\.b is undefined or null; x has: a$/],
  ['x = echo(null)\ny = x.length', /^2:5: x is undefined or null$/],
  ['x = echo(1)\necho([2, x.y.z])', /^2:12: x\.y is undefined or null$/],
  ['later = 1', /^1:1: 'later' is an export of the module; take another name$/],
  ['Promise = echo(1)', /^1:1: 'Promise' is JavaScript's own; take another name$/],
  ['echo([callback(fail)])', /^1:1: 'fail' is an export of the module; take another name$/],
  ["m = require('./gone.node')", /^1:13: cannot load .*gone\.node: no such file; give the path/],
  ['x = echo(1)\nx.y = 2', /^2:1: x is no object, and has no properties$/],
  ['echo(oops)', /^1:6: 'oops' is no literal and no earlier result; for a recorded function/],
];
for (const [text, pattern] of mistakes) {
  test(`a mistake has its place: ${text.split('\n').at(-1)}`, async (t) => {
    const result = await script(t, text);
    assert.equal(result.status, 2, result.stderr);
    assert.equal(result.messages.length, 3, result.stderr);
    const [, place] = /^napisan: x\.script:(.*)/.exec(result.messages[0]) ?? [];
    assert.match(place, pattern);
    assert.match(result.messages[2], /^ +\^$/);
  });
}

test('a script that cannot be read', async (t) => {
  const folder = scratchFolder(t);
  for (const file of [path.join(folder, 'gone'), folder]) {
    const result = await check('things', [], { args: ['--script', file] });
    assert.equal(result.status, 2);
    assert.match(result.stderr, /^napisan: --script: cannot read .*; give a file of statements/);
  }
  await passes(t, '');
});

test('calls can use the names of earlier ones, too', async () => {
  const result = await check('things', ['c = new Counter(1)', 'await c.addLater(2)', 'c.count()']);
  assert.equal(result.status, 2);
  assert.match(result.stdout, /\[2\] {3}resolved with 3/);
  assert.match(result.lines[0], /--call: column 1: c\.count is no function/);
});

test('--json has lines, names and failures', async (t) => {
  const json = path.join(scratchFolder(t), 'run.json');
  const text = 'x = await later(1)\nexpect x is 2';
  const result = await script(t, text, { args: ['--json', json] });
  assert.equal(result.status, 1);
  const told = JSON.parse(fs.readFileSync(json, 'utf8'));
  assert.match(told.script, /x\.script$/);
  assert.deepEqual(told.calls, [
    {
      call: 'x = await later(1)',
      outcomes: ['returned Promise { <pending> }', 'resolved with 1'],
      line: 1,
      name: 'x',
    },
    { call: 'expect x is 2', outcomes: ['is 1'], line: 2 },
  ]);
  assert.equal(told.failures.length, 1);
  assert.match(told.failures[0], /x\.script:2:1: expected 2, and it is 1/);
  assert.equal(told.status, 1);
});

test('--orders does not compare what differs by itself', async (t) => {
  const text = 'a = time()\nb = later(2)\nexpect await b is 2\nawait a';
  const result = await passes(t, text, { args: ['--orders'] });
  assert.match(result.stdout, /all with these results, but for 2 that differ by themselves\n$/);
});

test('--orders runs scripts, too', async (t) => {
  const text = 'a = later(1)\nb = later(2)\nexpect await b is 2\nexpect await a is 1';
  const result = await passes(t, text, { args: ['--orders'] });
  assert.match(result.stdout, /\d+ orders, all with these results/);
  const wrong = await script(t, `${text}\nexpect await a is 3`, { args: ['--orders'] });
  assert.equal(wrong.status, 1);
  assert.match(wrong.messages[0], /in order [\d.]+: x\.script:5:1: expected 3, and it is 1/);
});
