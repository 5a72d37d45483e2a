// ./suite test ends with the status of what it runs: here with a cmake and a ctest of our own, in a
// tree that has nothing else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

function suite(programs, ...command) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'suite-'));
  fs.copyFileSync(path.join(root, 'suite'), path.join(folder, 'suite'));
  fs.writeFileSync(path.join(folder, 'package-lock.json'), '{}');
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.mkdirSync(path.join(folder, 'bin'));
  const later = new Date(Date.now() + 60_000);
  fs.writeFileSync(path.join(folder, 'node_modules/.package-lock.json'), '{}');
  fs.utimesSync(path.join(folder, 'node_modules/.package-lock.json'), later, later);
  for (const [name, text] of Object.entries({ cmake: 'exit 0', ...programs })) {
    fs.writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const result = spawnSync(path.join(folder, 'suite'), command, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` },
  });
  fs.rmSync(folder, { recursive: true });
  return result;
}

const kPassed = 'echo "100% tests passed, 0 tests failed out of 1"';

test('it passes where the tests pass', () => {
  const { status, stderr } = suite({ ctest: kPassed }, 'test', 'dev');
  assert.equal(status, 0, stderr);
});

test('it fails where a test fails', () => {
  const { status, stderr } = suite({ ctest: 'echo "50% tests passed, 1 tests failed out of 2"; exit 8' }, 'test', 'dev');
  assert.equal(status, 1);
  assert.match(stderr, /failed: dev/);
});

test('it fails where no test ran', () => {
  assert.equal(suite({ ctest: 'exit 0' }, 'test', 'dev').status, 1);
});

test('it fails where the build fails, and goes on with the next', () => {
  const { status, stderr } = suite({ cmake: 'exit 1', ctest: kPassed }, 'test', 'dev', 'gcc');
  assert.equal(status, 1);
  assert.match(stderr, /failed: dev gcc/);
});

test('usage ends with 2', () => {
  assert.equal(suite({ ctest: kPassed }, 'test', 'no-such-preset').status, 2);
  assert.equal(suite({ ctest: kPassed }, 'no-such-command').status, 2);
});
