// Exported addons in real Node.js: every call has the status that it has in the host, and the same
// callbacks run.
//
// NAPISAN_ADDONS is the folder of addons, NAPISAN_ADDON_NAMES what its folders are called, separated by
// colons: those of an older build may be there, too. NAPISAN_NODES are Node.js, separated by
// colons; NAPISAN_COMMAND, NAPISAN_CMAKE and NAPISAN_HEADERS are for the one that is built as the
// export says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

const { NAPISAN_ADDONS: folder, NAPISAN_ADDON_NAMES: list, NAPISAN_NODES: nodes } = process.env;
assert.ok(folder && list && nodes, 'NAPISAN_ADDONS, NAPISAN_ADDON_NAMES and NAPISAN_NODES are not set');
const names = list.split(':');
assert.ok(names.length > 10);

function play(node, driver, addon) {
  const options = { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } };
  const run = spawnSync(node, [driver, addon], options);
  const lines = run.stdout.trimEnd().split('\n');
  return { ...run, lines, others: lines.filter((line) => line.includes('in the host')) };
}

/** Node's version decides which functions and which Node-API version there are. */
function isOfAnOldNode(version, name, run) {
  if (version.major >= 22) return false;
  // It frees a closed thread-safe function that a thread still holds.
  if (name === 'threadsafe_function_is_aborted_with_items') return true;
  // A function that it does not have, and then what its result would have been needed for; the
  // status that only modules of version 10 get; or its own where a property's function threw.
  const [first] = run.others;
  return /absent, in the host|10, in the host 23|9, in the host 10/.test(first ?? '');
}

for (const node of nodes.split(':')) {
  const text = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout;
  const version = { major: Number(/^v(\d+)/.exec(text)[1]) };
  test(`in Node.js ${version.major} the statuses are those of the host`, () => {
    let same = 0;
    for (const name of names.filter((each) => each !== 'planted')) {
      const place = path.join(folder, name);
      const run = play(node, path.join(place, 'driver.mjs'), path.join(place, 'addon.node'));
      if (isOfAnOldNode(version, name, run)) continue;
      assert.equal(run.status, 0, `${name}: ${run.stdout}${run.stderr}`);
      assert.deepEqual(run.others, [], `${name}: ${run.stdout}`);
      assert.match(run.lines.at(-1), /^[1-9]\d* calls, 0 with another status; (\d+) of \1 callbacks/);
      ++same;
    }
    assert.ok(same >= (version.major >= 22 ? names.length - 1 : 12), `${same} of ${names.length}`);
  });

  test(`in Node.js ${version.major} another status is told`, () => {
    const place = path.join(folder, 'planted');
    const driver = path.join(folder, 'promise_is_rejected_from_complete', 'driver.mjs');
    const run = play(node, driver, path.join(place, 'addon.node'));
    assert.deepEqual(run.others, ['call napi_reject_deferred 0, in the host 1']);
    assert.match(run.lines.at(-1), /, 1 with another status/);
  });
}

test('the CMakeLists.txt of the export builds it, and the driver finds it', (t) => {
  const { NAPISAN_COMMAND, NAPISAN_CMAKE, NAPISAN_HEADERS, NAPISAN_CASE } = process.env;
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-export-'));
  t.after(() => fs.rmSync(place, { recursive: true, force: true }));
  const run = (...command) => {
    const done = spawnSync(command[0], command.slice(1), { encoding: 'utf8', cwd: place });
    assert.equal(done.status, 0, done.stdout + done.stderr);
    return done.stdout;
  };
  run(NAPISAN_COMMAND, 'case', 'export', NAPISAN_CASE, '--addon', '.');
  run(NAPISAN_CMAKE, '-S', '.', '-B', 'build', `-DNODE_API_HEADERS=${NAPISAN_HEADERS}`);
  run(NAPISAN_CMAKE, '--build', 'build');
  const printed = run(nodes.split(':')[0], 'driver.mjs');
  assert.match(printed, /^callback OnComplete of cell 1$/m);
  assert.match(printed, / calls, 0 with another status; 2 of 2 callbacks ran\n$/);
});
