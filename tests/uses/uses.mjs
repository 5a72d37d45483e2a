// What the tests of examples/uses in a real Node.js share: the modules, as require() loads them, and
// what a module does in a Worker that is terminated.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

const folder = process.env.NAPISAN_USES_MODULES;
assert.ok(folder, 'NAPISAN_USES_MODULES is not set: it is the folder of file.node and the others');

export const moduleFile = (name) => path.resolve(folder, `${name}.node`);
export const load = (name) => createRequire(import.meta.url)(moduleFile(name));

/** A folder that is gone when the test `t` is over. */
export function scratchFolder(t) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-uses-'));
  t.after(() => fs.rmSync(scratch, { recursive: true, force: true }));
  return scratch;
}

/** Runs `code` in a Worker, where `uses` is the module, and terminates it once it posts something. */
export async function terminateWhile(name, code, data) {
  const text = `
    const { parentPort, workerData } = require('node:worker_threads');
    const uses = require(${JSON.stringify(moduleFile(name))});
    (async () => { ${code} })();`;
  const worker = new Worker(text, { eval: true, workerData: data });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return worker.terminate();
}

/** The code of what a promise is rejected with. */
export async function codeOf(promise) {
  const error = await promise.then(
    (value) => assert.fail(`it was resolved with ${value}`),
    (reason) => reason,
  );
  assert.ok(error instanceof Error);
  return error.code;
}
