// Builds openharmony_project with our toolchain file, as its author would, and loads it into this
// Node.
//
//   node toolchain_test.mjs --cmake PATH --headers DIR
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runBounded } from './plain_node.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const toolchain = path.join(here, '../../cmake/openharmony/napisan-openharmony.toolchain.cmake');
const { values } = parseArgs({
  options: { cmake: { type: 'string', default: 'cmake' }, headers: { type: 'string' } },
});
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'openharmony-'));
const built = path.join(scratch, 'build');

function configure(headers, ...more) {
  const command = [values.cmake, '-S', path.join(here, 'openharmony_project'), '-B', built];
  command.push(`-DCMAKE_TOOLCHAIN_FILE=${toolchain}`, ...more);
  if (headers) command.push(`-DNAPISAN_NODE_API_HEADERS=${headers}`);
  return runBounded(command, 120);
}

try {
  const refused = configure(path.join(scratch, 'nowhere'));
  assert.notEqual(refused.exit, 0);
  // CMake wraps its messages.
  const message = refused.stderr.join(' ').replace(/\s+/g, ' ');
  assert.match(message, /NAPISAN_NODE_API_HEADERS is .*nowhere, which has no node_api\.h/);
  fs.rmSync(built, { recursive: true, force: true });

  const configured = configure(values.headers);
  assert.equal(configured.exit, 0, configured.stderr.join('\n'));
  const build = runBounded([values.cmake, '--build', built], 120);
  assert.equal(build.exit, 0, [...build.stdout, ...build.stderr].join('\n'));

  // To configure again is not to link again.
  const library = path.join(built, 'libentry.so');
  const linked = fs.statSync(library).mtimeMs;
  assert.equal(configure(values.headers).exit, 0);
  assert.equal(runBounded([values.cmake, '--build', built], 120).exit, 0);
  assert.equal(fs.statSync(library).mtimeMs, linked);

  const script = path.join(here, 'call_module.mjs');
  const run = runBounded([process.execPath, script, library, 'start(41)'], 20);
  assert.equal(run.exit, 0, run.stderr.join('\n'));
  assert.deepEqual(run.stdout, ['0 returned 42']);
  assert.match(run.stderr.join('\n'), / I A0d0d0\/testTag: start 41 <private>$/);
  console.log('an OpenHarmony project builds unchanged and runs in Node');
} finally {
  fs.rmSync(scratch, { recursive: true });
}
