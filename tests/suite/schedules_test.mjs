import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { readDefects } from './defects_table.mjs';
import { columns, estimate, formatDocument, formatTable, judge, readPlaces } from './schedules_table.mjs';

const found = (schedules, seconds, more = {}) => ({ seed: 1, found: true, schedules, seconds, why: 'report: x', replays: 0, replayed: 0, ...more });
const lost = (schedules, seconds) => ({ ...found(schedules, seconds), found: false, why: null });

test('a finding takes all that was run, divided by the findings', () => {
  const one = estimate([found(10, 1), found(30, 3), lost(100, 6)]);
  assert.equal(one.found, 2);
  assert.equal(one.schedules, 70);
  assert.equal(one.seconds, 5);
  assert.equal(one.most, Infinity);
  assert.ok(Math.abs(one.factor - Math.exp(1.96 / Math.SQRT2)) < 0.01);
  assert.equal(estimate([lost(5, 1)]).schedules, null);
});

const rowOf = (tries) => ({
  name: 'd', scenario: 's', modelled_on: 'm', text: 'It.',
  columns: Object.fromEntries(columns.map((one) => [one.name, { tries, ...estimate(tries) }])),
});
const options = { seeds: 2, schedules: 1000 };

test('all is well only where each is found, and each replay fails', () => {
  const good = [found(5, 1, { replays: 10, replayed: 10 }), found(90, 1)];
  assert.ok(judge([rowOf(good)], options, 2).ok);
  assert.equal(judge([rowOf(good)], options, 2).within_100, 1);
  assert.ok(!judge([rowOf([found(5, 1, { replays: 9, replayed: 10 })])], options, 2).ok);
  assert.ok(!judge([rowOf([lost(1000, 1)])], options, 2).ok);
  assert.ok(!judge([], options, 2).ok);
  assert.match(formatTable(judge([], options, 2)), /nothing was looked for/);
});

test('the document has a row for each', () => {
  const text = formatDocument(judge([rowOf([found(5, 1, { replays: 10, replayed: 10 })])], options, 2));
  assert.match(text, /\| d \| s \| 5 \[0\.704–35\.5\], 1 s/);
  assert.match(text, /10\/10/);
});

test('each defect of the kind schedule has a scenario that there is', () => {
  const text = fs.readFileSync(new URL('../../runtime/api/defects.def', import.meta.url), 'utf8');
  const scenarios = fs.readFileSync(new URL('../../stress/scenarios/scenarios.def', import.meta.url), 'utf8');
  const names = new Set([...scenarios.matchAll(/^SCENARIO\("(\w+)"/gm)].map(([, name]) => name));
  const places = readPlaces(text);
  const defects = readDefects(text).filter((one) => one.kind === 'schedule');
  assert.ok(defects.length >= 15);
  for (const one of defects) assert.ok(names.has(places.get(one.name)), `${one.name} shows in ${places.get(one.name)}`);
});
