// Usage and load errors of `napisan check`: status 2 and one clear line that says what to do next.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { check, isUsageError, moduleFile, run, scratchFolder } from './command.mjs';

const module = moduleFile('misbehave');
const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

test('an unknown export: the line names those there are', async () => {
  const known = /exports no function nothing; it exports: crash, abort, .*uncaught$/;
  isUsageError(await check('misbehave', ['nothing()']), known);
  isUsageError(await check('misbehave', ['nothing()'], { args: ['--orders'] }), known);
  isUsageError(await check('misbehave', ['crash.er()']), /exports no function crash\.er;/);
});

test('a missing symbol', async () => {
  isUsageError(
    await check('needs_symbol'),
    /needs_symbol\.node: it needs the symbol napisan_test_nobody_has_this, .*link the module with/,
  );
});

test('a library that is no module', async () => {
  isUsageError(await check('not_a_module'), /is no Node-API module: .*napi_register_module_v1$/);
});

test('no such file, a directory, a text', async (t) => {
  const folder = scratchFolder(t);
  isUsageError(await run(['check', 'gone.node']), /cannot load gone\.node: no such file; give the/);
  isUsageError(await run(['check', folder]), /it is a directory; give the \.node file in it/);
  const text = path.join(folder, 'index.js');
  fs.writeFileSync(text, 'module.exports = 1;\n');
  isUsageError(await run(['check', text]), /index\.js: it is no shared library; give the built/);
});

test('what was built for elsewhere', async (t) => {
  const folder = scratchFolder(t);
  const bytes = fs.readFileSync(module);
  const other = path.join(folder, 'other.node');
  // e_machine, and the identification bytes of other systems' formats.
  const patched = (offset, ...patch) => {
    const copy = Buffer.from(bytes);
    copy.set(patch, offset);
    fs.writeFileSync(other, copy);
    return run(['check', other]);
  };
  isUsageError(await patched(18, 243, 0), /it is built for RISC-V, and this machine is .*; give/);
  isUsageError(await patched(4, 1), /it is built for .*, and this machine is .*; give/);
  isUsageError(await patched(0, 0xcf, 0xfa, 0xed, 0xfe), /it is built for macOS; give the one/);
  isUsageError(await patched(0, 0x4d, 0x5a), /it is built for Windows; give the one/);
  isUsageError(await patched(16, 1), /an object file or a program; link it as a shared library/);
});

test('a library that needs a library', async (t) => {
  const folder = scratchFolder(t);
  const bytes = fs.readFileSync(module);
  // The loader looks for the name in the dynamic string table: of the same length, but nowhere.
  const at = bytes.indexOf('libstdc++.so.6');
  if (at < 0) return t.skip('the module needs no libstdc++');
  bytes.write('libnone++.so.6', at);
  const file = path.join(folder, 'needy.node');
  fs.writeFileSync(file, bytes);
  isUsageError(await run(['check', file]), /libnone\+\+\.so\.6.*install that library, or name its/);
});

test('a bad --call has its column and a caret', async () => {
  const result = await check('misbehave', ['crash(1, oops)']);
  assert.equal(result.status, 2);
  assert.equal(result.stdout, '');
  assert.match(result.lines[0], /^napisan: --call: column 10: /);
  assert.deepEqual(result.lines.slice(1), ['  crash(1, oops)', '           ^']);
});

test('unknown options, profiles and commands', async () => {
  isUsageError(await run(['check', module, '--nothing']), /--nothing.*; napisan -h helps$/);
  const profiles = /--profile: .*node20, ?.*openharmony/;
  isUsageError(await run(['check', module, '--profile', 'node99']), profiles);
  isUsageError(await run(['check', module, '--timeout', 'soon']), /--timeout.*soon/);
  isUsageError(await run(['check', module, '--timeout', '0']), /--timeout/);
  isUsageError(await run(['check']), /MODULE is missing: give .*; napisan check -h helps$/);
  isUsageError(await run([]), /subcommand.*; napisan -h helps$/);
  isUsageError(await run(['chekc']), /no command chekc; did you mean check\? napisan -h helps$/);
  isUsageError(await check('misbehave', ['crash()'], { args: ['--script', 'x'] }), /--script/);
});

test('bad options of reports', async () => {
  const reports = (text) => check('misbehave', ['crash()'], { reports: text });
  isUsageError(await reports('exitcode=many'), /NAPISAN_OPTIONS: bad value "many".*whole number/);
  isUsageError(await reports('exitcod=1'), /unknown option "exitcod"; did you mean "exitcode"\?/);
  isUsageError(await reports('suppressions=/nowhere/file'), /\/nowhere\/file/);
});

test('files that cannot be written', async (t) => {
  const folder = scratchFolder(t);
  const nowhere = path.join(folder, 'nowhere', 'file');
  const problem = `cannot write ${quoted(nowhere)}.*there is no directory .*; name a file`;
  const never = new RegExp(problem);
  for (const option of ['log_path', 'json_path', 'sarif_path', 'trace_path']) {
    const result = await check('misbehave', ['crash()'], { reports: `${option}=${nowhere}` });
    isUsageError(result, new RegExp(`${option}: ${problem}`));
  }
  isUsageError(await check('misbehave', ['crash()'], { args: ['--json', nowhere] }), never);
  const aDirectory = { args: ['--json', folder] };
  isUsageError(await check('misbehave', ['crash()'], aDirectory), /it is a directory; name a file/);
  // Where all can be written, looking leaves nothing behind.
  const file = path.join(folder, 'reports');
  await check('misbehave', ['throwError()'], { reports: `json_path=${file}:log_path=${file}` });
  assert.deepEqual(fs.readdirSync(folder), []);
});
