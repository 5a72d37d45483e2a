// napisan fuzz, as people and scripts use it: right modules are found right, each misuse of the
// gallery that a call can show is found by its rule, and what is found replays.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const [napisan, examples, modules] = [process.env.NAPISAN_COMMAND, process.env.NAPISAN_EXAMPLES, process.env.NAPISAN_TEST_MODULES];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-module-'));
after(() => fs.rmSync(folder, { recursive: true }));
const galleryFile = fileURLToPath(new URL('../../examples/misuse/gallery.json', import.meta.url));
const gallery = JSON.parse(fs.readFileSync(galleryFile, 'utf8')).misuse;

// What a process's own allocator keeps at its end is not asked for here; a crash looks the same in
// every build.
const env = {
  ...process.env,
  NAPISAN_NODE: process.execPath,
  ASAN_OPTIONS: 'handle_segv=0:handle_abort=0:detect_leaks=0',
  TSAN_OPTIONS: 'handle_segv=0:handle_abort=0:atexit_sleep_ms=0',
};
const run = (...args) => spawnSync(napisan, args, { cwd: folder, encoding: 'utf8', env });
const fuzz = (module, findings, ...args) => run('fuzz', module, '--findings', findings, '--seed', '1', ...args);
const example = (name) => path.join(examples, `${name}.node`);
const fuzzable = path.join(modules, 'fuzzable.node');

/** The findings of a folder: their names, calls and reports. */
const read = (name) => fs.readdirSync(path.join(folder, name)).map((finding) => {
  const text = (file) => fs.readFileSync(path.join(folder, name, finding, file), 'utf8');
  return { finding, calls: text('calls.js'), report: text('report.txt'), file: path.join(name, finding, 'calls.js') };
});
const statements = (calls) => calls.split('\n').filter((line) => line !== '' && !line.startsWith('//'));

for (const name of ['promise', 'callback', 'ordered']) {
  test(`${name} is found right`, () => {
    const { status, stdout, stderr } = fuzz(example(name), `right-${name}`, '--runs', '3000');
    assert.equal(status, 0, stdout + stderr);
    const [, inputs, calls] = /(\d+) inputs .* (\d+) calls/.exec(stdout.split('\n').at(-2));
    assert.ok(inputs >= 3000 && calls > 3000, stdout);
    assert.deepEqual(read(`right-${name}`), []);
  });
}

// The one whose mistake is that results are taken to come in some order, which only comparing two
// orders shows: napisan check --orders.
for (const misuse of gallery.filter(({ name }) => name !== 'order_assumed')) {
  test(`${misuse.name} is found`, () => {
    const limits = misuse.ends === 'hang' ? ['--seconds', '1', '--timeout', '0.3'] : ['--runs', '1000'];
    const { status, stdout, stderr } = fuzz(example(misuse.name), misuse.name, ...limits);
    assert.equal(status, 1, stdout + stderr);
    const found = read(misuse.name);
    for (const what of [...misuse.rules, ...(misuse.ends ? [misuse.ends] : [])]) {
      const of = found.filter(({ finding }) => finding.startsWith(what.replace('/', '-')));
      assert.ok(of.length > 0, `${what}: ${stdout}`);
      for (const { report, calls, file } of of) {
        assert.match(report, /replays 10 of 10/);
        assert.match(report, /napisan fuzz .* --replay /);
        assert.ok(statements(calls).length <= 4, calls);
        if (misuse.ends === 'hang') continue;
        const again = run('fuzz', example(misuse.name), '--replay', file);
        assert.equal(again.status, 1, again.stdout + again.stderr);
        assert.match(again.stdout, /^FOUND /m);
      }
    }
  });
}

test('the command that a finding names shows it again', () => {
  const [{ report }] = read('double_delete');
  const [, words] = /^ {2}napisan (.*)$/m.exec(report);
  const { status, stdout, stderr } = run(...words.split(' '));
  assert.equal(status, 1);
  assert.match(stderr, /ERROR: napisan: async-work\/double-delete/);
  assert.match(stdout, /^FOUND async-work\/double-delete/m);
});

test('what is thrown is no finding', () => {
  const { status, stdout } = fuzz(fuzzable, 'thrown', '--call', 'throws', '--runs', '500');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\([1-9]\d* threw/);
});

for (const name of ['queue_twice', 'cancel_taken_for_success', 'blocks']) {
  test(`${name} is found with controlled threads, too`, () => {
    const { status, stdout, stderr } = fuzz(example(name), `controlled-${name}`, '--executor', 'controlled', '--runs', '200');
    assert.equal(status, 1, stdout + stderr);
    for (const { report } of read(`controlled-${name}`)) assert.match(report, /replays 10 of 10/);
  });
}

test('memory that grows is found', () => {
  const { status, stdout } = fuzz(fuzzable, 'growth', '--call', 'grow', '--runs', '500');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /memory grows without bound: 1\d{3} bytes .* with grow/);
  const [{ calls, file }] = read('growth');
  assert.deepEqual(statements(calls), ['grow()']);
  assert.equal(run('fuzz', fuzzable, '--replay', file).status, 1);
});

test('a property that a module reads is learnt, and a crash is told with its call', () => {
  const { status, stdout } = fuzz(fuzzable, 'crash', '--call', 'sized', '--runs', '5000');
  assert.equal(status, 1, stdout);
  const [{ calls, report }] = read('crash');
  assert.deepEqual(statements(calls), ['sized({size: 7})']);
  assert.match(report, /crashed: Aborted in call 1/);
  assert.match(report, /replays 10 of 10/);
});

test('objects are made and their methods called', () => {
  const { status, stdout } = fuzz(fuzzable, 'box', '--call', 'Box', '--runs', '3000');
  assert.equal(status, 1, stdout);
  // What --call leaves out is not called by way of what a constructor gives, either.
  const [{ calls }, ...others] = read('box');
  assert.deepEqual(others, []);
  assert.match(statements(calls)[0], /^(r\d+) = new Box\(/);
  assert.equal(statements(calls).filter((line) => /\.open\(/.test(line)).length, 3, calls);
});

test('what is wrong in a Worker only is found, and told so', () => {
  const { status, stdout } = fuzz(fuzzable, 'worker', '--call', 'atHome', '--runs', '500');
  assert.equal(status, 1, stdout);
  const [{ calls, report }] = read('worker');
  assert.match(calls, /^\/\/ napisan fuzz: worker$/m);
  assert.deepEqual(statements(calls), ['atHome()']);
  assert.match(report, /replays 10 of 10$/m);
});

test('a finding that needs what came before says that the module keeps state', () => {
  const { status, stdout } = fuzz(fuzzable, 'state', '--call', 'late', '--runs', '500');
  assert.equal(status, 1, stdout);
  const [{ calls, report, file }] = read('state');
  assert.match(report, /module keeps state: it needs the 5 inputs before it/);
  assert.deepEqual(statements(calls), ['late()']);
  assert.equal(run('fuzz', fuzzable, '--replay', file).status, 1);
});

test('what calls in one env show is no matter of the envs before', () => {
  const { status, stdout } = fuzz(fuzzable, 'worn', '--call', 'wear', '--runs', '500');
  assert.equal(status, 1, stdout);
  const [{ calls, report }] = read('worn');
  assert.deepEqual(statements(calls), Array(30).fill('wear()'));
  assert.doesNotMatch(calls, /new env/);
  assert.match(report, /replays 10 of 10$/m);
});

test('what a sanitizer goes on from hides nothing that comes later', () => {
  const { status, stdout } = fuzz(fuzzable, 'warned', '--call', 'warn', '--call', 'sized', '--runs', '8000');
  assert.equal(status, 1, stdout);
  const found = read('warned');
  assert.deepEqual(found.map(({ finding }) => finding.replace(/-\w*$/, '')).sort(), ['crash', 'sanitizer'], stdout);
  const [{ calls }] = found.filter(({ finding }) => finding.startsWith('crash'));
  assert.deepEqual(statements(calls), ['sized({size: 7})']);
});

test('as many inputs as --runs says are run, however many processes that takes', () => {
  const { status, stdout } = fuzz(fuzzable, 'none', '--call', 'slow', '--runs', '500');
  assert.equal(status, 0, stdout);
  assert.ok(Number(/(\d+) inputs/.exec(stdout.split('\n').at(-2))[1]) >= 500, stdout);
});

test('where findings cannot be written it ends, and tells what it has', () => {
  // No file may have a byte; the shell has the signal ignored, as it would end the command.
  const script = 'trap "" XFSZ; ulimit -f 0; exec "$@"';
  const args = [napisan, 'fuzz', fuzzable, '--call', 'sized', '--seed', '1', '--findings', 'full', '--seconds', '100'];
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', ...args], { cwd: folder, encoding: 'utf8', env });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^napisan: cannot write full\/crash-\w+: .*; its input is:$/m);
  assert.match(stderr, /^\w* ?=? ?sized\(/m);
  assert.match(stderr, /napisan: ended, for what it finds cannot be written; make room/);
});

test('a corpus is written, and begun with', () => {
  assert.equal(fuzz(example('promise'), 'none', '--runs', '300', '--corpus', 'corpus').status, 0);
  const files = fs.readdirSync(path.join(folder, 'corpus'));
  assert.ok(files.length > 10, `${files}`);
  const text = fs.readFileSync(path.join(folder, 'corpus', files[0]), 'utf8');
  assert.match(text, /asyncWork\(/);
  // The seed is the same, and so would the inputs be: only the corpus makes them others.
  const known = fuzz(example('promise'), 'none', '--runs', `${files.length}`, '--corpus', 'corpus');
  assert.match(known.stdout, new RegExp(`, ${files.length} in the corpus`));
});

test('a declaration file says what to call with', () => {
  const types = fileURLToPath(new URL('modules/fuzzable.d.ts', import.meta.url));
  const { status, stdout, stderr } = fuzz(fuzzable, 'typed', '--types', types, '--call', 'sized', '--runs', '100');
  assert.equal(status, 1, stdout + stderr);
});

test('the same seed makes the same inputs', () => {
  const counts = () => /, (\d+ calls \(.*\)), /.exec(fuzz(example('promise'), 'none', '--runs', '500').stdout.split('\n').at(-2))[1];
  assert.equal(counts(), counts());
});

test('an interrupt ends it with 130, and a line of progress comes each second', async () => {
  const child = spawn(napisan, ['fuzz', example('promise'), '--seconds', '100', '--findings', 'none'], { cwd: folder, env });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
    if (/^2 s: \d+ inputs/m.test(output)) child.kill('SIGINT');
  });
  const status = await new Promise((resolve) => { child.on('close', resolve); });
  assert.equal(status, 130, output);
  assert.match(output, /^1 s: \d+ inputs \(\d+ a second\)/m);
});

test('what cannot be done is told, with status 2', () => {
  fs.writeFileSync(path.join(folder, 'wrong.js'), 'asyncWork(\n');
  for (const [args, text] of [
    [['nothing.node'], /nothing\.node/],
    [[], /MODULE/],
    [[example('promise'), '--call', 'no'], /exports no function no; it has .*asyncWork/],
    [[example('promise'), '--seed', 'x'], /x is no seed/],
    [[example('promise'), '--executor', 'x'], /x is none; expected stepping/],
    [[example('promise'), '--seconds', '1', '--runs', '1'], /excludes/],
    [[example('promise'), '--replay', 'nothing.js'], /cannot read nothing\.js/],
    [[example('promise'), '--replay', 'wrong.js'], /wrong\.js:2:1: a literal is expected/],
    [[example('promise'), '--findings', '/proc/none'], /--findings: cannot write/],
    [[path.join(modules, 'not_a_module.node')], /not_a_module/],
  ]) {
    const { status, stderr } = run('fuzz', ...args);
    assert.equal(status, 2, `${args}: ${stderr}`);
    assert.match(stderr, text);
  }
});
