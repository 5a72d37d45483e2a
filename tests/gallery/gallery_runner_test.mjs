// The runner, tested with a napisan that is right, and with ones that are wrong in one way each: a
// runner that cannot fail would prove nothing.
//
//   node gallery_runner_test.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGallery, runBounded } from './plain_node.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'gallery-'));
const napisan = path.join(scratch, 'napisan');
fs.writeFileSync(
  napisan,
  `#!/bin/sh\nexec "${process.execPath}" "${path.join(here, 'fake_napisan.mjs')}" "$@"\n`,
  { mode: 0o755 },
);

function run(spoil, name, ...more) {
  const out = path.join(scratch, 'gallery.json');
  const command = [process.execPath, path.join(here, 'gallery.mjs'), '--no-node'];
  command.push('--napisan', napisan, '--modules', scratch, '--out', out, ...more);
  if (name) command.push('--only', name);
  return runBounded(command, 120, { ...process.env, FAKE_NAPISAN: spoil });
}

function fails(spoil, name, reason) {
  const result = run(spoil, name);
  assert.equal(result.exit, 1, `${spoil} on ${name}: ${result.stdout.join('\n')}`);
  assert.match(result.stdout.join('\n'), reason);
}

try {
  const right = run('nothing');
  assert.equal(right.exit, 0, right.stdout.join('\n'));
  const gallery = readGallery();
  const rules = gallery.flatMap((entry) => entry.rules).length;
  assert.ok(rules > 0);
  assert.equal(right.stdout.at(-1), `${gallery.length} modules, ${rules} reports, 0 failed`);

  fails('no-reports', 'double_delete', /expected \[async-work\/double-delete\], reported \[\]/);
  fails('another-rule', 'double_delete', /reported \[async-work\/null-complete\]/);
  fails('one-too-many', 'double_delete', /double-delete, async-work\/null-complete\]/);
  fails('one-too-many', 'promise', /expected \[\]/);
  fails('told-twice', 'never_deleted', /reported \[async-work\/leaked, async-work\/leaked\]/);
  fails('host-side', 'never_deleted', /side is host/);
  fails('wrong-line', 'double_delete', /points at double_delete.cc:/);
  fails('wrong-exit', 'double_delete', /exit status 0, not 66/);
  fails('wrong-exit', 'promise', /exit status 66, not 0/);
  fails('wrong-exit', 'blocks', /exit status 0/);
  fails('crash', 'double_delete', /died of SIGSEGV/);
  fails('no-results', 'callback', /does not tell: 0 callback 579/);
  fails('silent-end', 'blocks', /no line tells of the hang/);
  fails('silent-end', 'exits', /no line tells of the exit/);

  fails('nothing', 'no_such_module', /^0 modules, 0 reports/m);
  assert.equal(run('nothing', 'promise', '--no-such-option').exit, 2);
  fs.rmSync(napisan);
  assert.equal(run('nothing', 'promise').exit, 2);
  console.log('the runner passes what is right and fails what is wrong');
} finally {
  fs.rmSync(scratch, { recursive: true });
}
