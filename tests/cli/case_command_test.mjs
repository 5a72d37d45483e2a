// `napisan case`: show, import and run.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { isUsageError, run, scratchFolder } from './command.mjs';

const corpus = process.env.NAPISAN_CASES;
assert.ok(corpus, 'NAPISAN_CASES is not set');
const seeds = fs.readdirSync(corpus).map((name) => path.join(corpus, name));

function textFile(t, lines, name = 'case.txt') {
  const file = path.join(scratchFolder(t), name);
  fs.writeFileSync(file, ['napisan case 1', 'legal version 10 schedule 1', ...lines, ''].join('\n'));
  return file;
}

test('what show prints, import makes the same bytes of', async (t) => {
  const folder = scratchFolder(t);
  assert.ok(seeds.length > 10);
  for (const seed of seeds) {
    const shown = await run(['case', 'show', seed]);
    assert.equal(shown.status, 0);
    assert.match(shown.stdout, /^napisan case 1\n(legal|documented) version 10 schedule 1\n(fault .*\n)*0 /);
    const [text, bytes] = [path.join(folder, 'text'), path.join(folder, 'bytes')];
    fs.writeFileSync(text, shown.stdout);
    assert.equal((await run(['case', 'import', text, '-o', bytes])).status, 0);
    assert.deepEqual(fs.readFileSync(bytes), fs.readFileSync(seed));
    // Text is shown, too.
    assert.equal((await run(['case', 'show', text])).stdout, shown.stdout);
  }
});

test('run replays, and compares so many times', async () => {
  for (const seed of seeds) {
    const once = await run(['case', 'run', seed]);
    assert.equal(once.status, 0, once.stderr);
    assert.match(once.stdout, /^host, checker and model agree: [1-9]\d* operations performed, \d+ /);
    const often = await run(['case', 'run', seed, '--times', '100']);
    assert.equal(often.status, 0, often.stderr);
    assert.match(often.stdout, /^100 of 100 the same, trace [0-9a-f]{16}$/m);
  }
});

test('run has the pool of the target', async () => {
  for (const target of ['fuzz_real_pool', 'fuzz_differential']) {
    for (const seed of seeds) {
      const result = await run(['case', 'run', seed, '--target', target, '--timeout', '60']);
      assert.equal(result.status, 0, result.stderr);
      assert.match(result.stdout, /^host, checker and model agree/);
    }
    isUsageError(
      await run(['case', 'export', seeds[0], '--cpp', '/dev/null', '--target', target]),
      /has a pool of its own; what is exported plays all threads on one$/,
    );
  }
});

test('no bytes at all are a case', async (t) => {
  const file = path.join(scratchFolder(t), 'empty');
  fs.writeFileSync(file, '');
  const result = await run(['case', 'run', file]);
  assert.match(result.stdout, /0 operations performed/);
  assert.equal(result.status, 0);
});

test('bytes mean what their target makes of them', async (t) => {
  const file = path.join(scratchFolder(t), 'bytes');
  const text = textFile(t, ['0 napi_create_async_work', '0 napi_queue_async_work']);
  assert.equal((await run(['case', 'import', text, '-o', file])).status, 0);
  const shown = (target) => run(['case', 'show', file, '--target', target]);
  assert.match((await shown('fuzz_all')).stdout, /napi_queue_async_work/);
  assert.match((await shown('fuzz_promises')).stdout, /napi_queue_async_work/);
  assert.doesNotMatch((await shown('fuzz_values')).stdout, /queue_async_work/);
  isUsageError(
    await run(['case', 'import', text, '-o', file, '--target', 'fuzz_values']),
    /^napisan: fuzz_values has no napi_queue_async_work$/,
  );
  isUsageError(await shown('fuzz_nothing'), /fuzz_nothing is none; expected one of fuzz_all, /);
});

// The time is over before the child begins: a failure of every case.
const hang = ['--timeout', '0.000001'];

test('run tells a failure', async () => {
  const result = await run(['case', 'run', seeds[0], ...hang]);
  assert.equal(result.status, 1);
  assert.deepEqual(result.lines, ['napisan: the case fails: hang']);
  assert.equal(result.stdout, '');
});

test('minimize writes what is smaller, and tells', async (t) => {
  const out = path.join(scratchFolder(t), 'small');
  const result = await run(['case', 'minimize', seeds[0], '-o', out, ...hang]);
  assert.equal(result.status, 0, result.stderr);
  assert.match(result.stdout, /^0 of [1-9]\d* operations are left after [1-9]\d* runs, in .*small\n/);
  assert.match(result.lines[0], /^napisan: [1-9]\d* operations fail: hang$/);
  assert.match(result.lines.at(-1), /^napisan: 0 operations after [1-9]\d* runs \([a-z]+\)$/);
  assert.ok(result.stdout.endsWith((await run(['case', 'show', out])).stdout));
  assert.deepEqual(fs.readdirSync(path.dirname(out)), ['small']);
});

test('export writes a program, and an addon', async (t) => {
  const folder = scratchFolder(t);
  const seed = path.join(corpus, 'work_is_cancelled');
  const cpp = path.join(folder, 'program.cc');
  const addon = path.join(folder, 'new', 'addon');
  const result = await run(['case', 'export', seed, '--cpp', cpp, '--addon', addon]);
  assert.equal(result.status, 0, result.stderr);
  assert.deepEqual(fs.readdirSync(addon).sort(), ['CMakeLists.txt', 'addon.cc', 'driver.mjs']);
  const program = fs.readFileSync(cpp, 'utf8');
  assert.match(program, /EXPECT\(napi_ok, napi_cancel_async_work, env, work_1\);/);
  assert.match(program, /\{"OnComplete", 1, Body\d\},/);
  // The same each time.
  assert.equal((await run(['case', 'export', seed, '--cpp', cpp])).status, 0);
  assert.equal(fs.readFileSync(cpp, 'utf8'), program);
  isUsageError(await run(['case', 'export', seed]), /--cpp FILE or --addon DIR$/);
  isUsageError(await run(['case', 'export', seed, '--cpp', folder]), /cannot write /);
});

test('broken files and usage are one line', async (t) => {
  const folder = scratchFolder(t);
  const newer = path.join(folder, 'newer');
  fs.writeFileSync(newer, 'napisan case 2\nlegal version 10 schedule 1\n');
  for (const what of ['show', 'run']) {
    isUsageError(
      await run(['case', what, newer]),
      /newer: line 1: this build reads version 1 of the text form, not version 2$/,
    );
    isUsageError(await run(['case', what, folder]), /cannot read .*: Is a directory$/);
    isUsageError(await run(['case', what, path.join(folder, 'none')]), /cannot read .*none: No/);
    isUsageError(await run(['case', what]), /FILE is required/);
  }
  const broken = textFile(t, ['0 napi_create_nothing']);
  isUsageError(await run(['case', 'show', broken]), /line 3: this is no part of a case: 0 napi_cr/);
  isUsageError(await run(['case', 'import', seeds[0]]), /--output is required/);
  isUsageError(
    await run(['case', 'minimize', seeds[0], '-o', path.join(folder, 'small')]),
    /does not fail in this build$/,
  );
  isUsageError(
    await run(['case', 'import', seeds[0], '-o', path.join(folder, 'no', 'folder')]),
    /cannot write .*folder: No such file/,
  );
  isUsageError(await run(['case']), /napisan -h helps$/);
  isUsageError(await run(['case', 'run', seeds[0], '--times', '0']), /--times/);
});

test('-h helps with each', async () => {
  for (const words of [[], ['show'], ['import'], ['run'], ['minimize'], ['export']]) {
    const result = await run(['case', ...words, '-h']);
    assert.equal(result.status, 0);
    assert.match(result.stdout, /Exit status: 0 done/);
  }
});
