// The judge of coverage fails where lines are missing, and where nothing was counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byFolder, judge } from './coverage.mjs';

const files = (...rows) => ({
  data: [{ files: rows.map(([filename, covered, count]) => ({ filename, summary: { lines: { covered, count } } })) }],
});

test('files count for their folder, and for no other', () => {
  const folders = byFolder(
    files(['/root/runtime/host/a.cc', 90, 100], ['/root/runtime/host/entry/b.cc', 9, 10], ['/root/tests/c.cc', 0, 10]),
    '/root');
  assert.deepEqual(Object.keys(folders), ['runtime/host']);
  assert.equal(folders['runtime/host'].covered, 99);
  assert.equal(folders['runtime/host'].count, 110);
  assert.deepEqual(judge(folders), []);
});

test('too few lines fail', () => {
  assert.match(judge(byFolder(files(['/r/runtime/host/a.cc', 89, 100]), '/r'))[0], /less than 90/);
});

test('nothing counted fails', () => {
  assert.match(judge(byFolder(files(['/r/runtime/api/a.cc', 1, 1]), '/r'))[0], /nothing was counted/);
});
