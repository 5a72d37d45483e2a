// Running the napisan command from tests: where it is, where the tests' own modules are, and what
// a run was, with its output.
//
// NAPISAN_COMMAND and NAPISAN_TEST_MODULES say where; ctest sets them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const modules = process.env.NAPISAN_TEST_MODULES;
export const napisan = process.env.NAPISAN_COMMAND;
assert.ok(modules && napisan, 'NAPISAN_TEST_MODULES and NAPISAN_COMMAND are not set');

/** For a test's options: what qemu-user, under which arm64's tests run, has no part in. */
export const notEmulated = process.env.NAPISAN_EMULATED
  ? { skip: 'qemu-user: no memory of another process is read, no program fails to start' }
  : {};

export const moduleFile = (name) => path.join(modules, `${name}.node`);

/** A folder that is gone when the test `t` is over. */
export function scratchFolder(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-cli-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the command; `ended` is a promise of its status, its signal and its output. */
export function start(args, options = {}) {
  const environment = {
    ...process.env,
    NAPISAN_OPTIONS: options.reports ?? '',
    // A crash is to look the same in every build, and is to leave no core file.
    ASAN_OPTIONS: 'handle_segv=0:handle_abort=0:detect_leaks=0',
    TSAN_OPTIONS: 'handle_segv=0:handle_abort=0',
    ...options.environment,
  };
  const command = ['-c', 'ulimit -c 0; exec "$@"', 'sh', napisan, ...args];
  const child = spawn('sh', command, { env: environment, cwd: options.cwd });
  const run = { child, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (run.stderr += text));
  run.ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const { stdout } = run;
      // The emulator's own word on a crash.
      const stderr = run.stderr.replace(/^qemu: uncaught target signal .*\n/gm, '');
      resolve({ status, signal, stdout, stderr, lines: stderr.split('\n').filter(Boolean) });
    });
  });
  return run;
}

export const run = (args, options) => start(args, options).ended;

/** Runs `napisan check` on one of the tests' modules. */
export function check(name, calls = [], options = {}) {
  const args = ['check', moduleFile(name), ...calls.flatMap((call) => ['--call', call])];
  return run([...args, ...(options.args ?? [])], options);
}

/** The command failed as such: one line on stderr, nothing but it, and status 2. */
export function isUsageError(result, pattern) {
  assert.equal(result.lines.length, 1, result.stderr);
  assert.match(result.lines[0], pattern);
  assert.equal(result.status, 2, result.stderr);
}
