// `napisan rules`, `napisan explain`, and what every part of the command answers to -h.
import assert from 'node:assert/strict';
import test from 'node:test';
import { isUsageError, run } from './command.mjs';

test('rules lists the table, as text and as JSON', async () => {
  const all = JSON.parse((await run(['rules', '--json'])).stdout);
  assert.ok(all.length > 40);
  const lines = (await run(['rules'])).stdout.trimEnd().split('\n');
  assert.equal(lines.length, all.length);
  for (const [index, rule] of all.entries()) {
    assert.match(lines[index], new RegExp(`^${rule.rule} +${rule.kind} `));
    assert.match(rule.rule, /^[a-z-]+\/[a-z-]+$/);
    for (const key of ['sentence', 'node', 'openharmony', 'fix', 'action']) {
      assert.ok(rule[key].length > 0, `${rule.rule} has no ${key}`);
    }
  }
});

test('explain tells one rule, as text and as JSON', async () => {
  const text = await run(['explain', 'async-work/double-delete']);
  assert.equal(text.status, 0);
  assert.match(text.stdout, /^async-work\/double-delete \(error, module side\)/);
  assert.match(text.stdout, /^ {2}Fix /m);
  const told = JSON.parse((await run(['explain', 'async-work/double-delete', '--json'])).stdout);
  assert.equal(told.rule, 'async-work/double-delete');
  const all = JSON.parse((await run(['rules', '--json'])).stdout);
  assert.deepEqual(told, all.find((rule) => rule.rule === told.rule));
});

test('explain of no rule names the nearest', async () => {
  isUsageError(
    await run(['explain', 'async-work/doubledelete']),
    /no rule async-work\/doubledelete; did you mean async-work\/double-delete\?.*napisan rules/,
  );
  isUsageError(await run(['explain', 'leaked']), /did you mean [a-z-]+\/leaked, .* or [a-z-]+\//);
  isUsageError(await run(['explain', 'never-setled']), /deferred\/never-settled\?/);
  isUsageError(await run(['explain', '']), /there is no rule ; did you mean /);
  isUsageError(await run(['explain']), /RULE.*napisan -h helps$/);
});

test('--version', async () => {
  const result = await run(['--version']);
  assert.equal(result.status, 0);
  assert.match(result.stdout, /^napisan \d+\.\d+\.\d+\n$/);
});

test('-h helps everywhere', async () => {
  for (const words of [[], ['check'], ['rules'], ['explain']]) {
    const result = await run([...words, '-h']);
    assert.equal(result.status, 0);
    assert.equal(result.stderr, '');
    assert.match(result.stdout, /-h,\s*--help/);
    assert.equal((await run([...words, '--help'])).stdout, result.stdout);
  }
});
