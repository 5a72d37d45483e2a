// napisan stress and napisan merge, as people and scripts use them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const [napisan, modules] = [process.env.NAPISAN_COMMAND, process.env.NAPISAN_EXAMPLES];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stress-'));
after(() => fs.rmSync(folder, { recursive: true }));

const run = (...args) => spawnSync(napisan, args, { cwd: folder, encoding: 'utf8' });
const moduleAt = (name) => path.join(modules, `${name}.node`);
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));

test('a module that is right is found right, with evidence', () => {
  const { status, stdout, stderr } = run('stress', moduleAt('promise'), '--call', 'asyncWork(1024)', '--call', 'asyncWork(0)',
    '--schedules', '300', '--seed', '1', '--json', 'ok.json', '--junit', 'ok.xml');
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /resolved with 1024/);
  assert.match(stdout, /^seed 1/m);
  assert.match(stdout, /promise\.node: ok: 300 schedules/);
  const [subject] = read('ok.json').subjects;
  assert.equal(subject.outcome, 'ok');
  assert.equal(subject.schedules, 300);
  assert.ok(subject.distinct > 100, `${subject.distinct}`);
  assert.equal(subject.different_the_second_time, 0);
  assert.match(fs.readFileSync(path.join(folder, 'ok.xml'), 'utf8'), /tests="1" failures="0"/);
});

test('a finding is kept, replayed, told as a timeline, and run first the next time', () => {
  const args = ['stress', moduleAt('cancel_taken_for_success'), '--call', 'asyncWork(1)', '--schedules', '500', '--seed', '3',
    '--findings', 'kept', '--json', 'bad.json', '--junit', 'bad.xml'];
  const first = run(...args);
  assert.equal(first.status, 1, first.stdout + first.stderr);
  assert.match(first.stdout, /FAILED: report: async-work\/cancel-status-ignored/);
  assert.match(first.stdout, /10 of 10 replays fail in the same way/);
  const [finding] = read('bad.json').subjects[0].findings;
  const [kept] = fs.readdirSync(path.join(folder, 'kept')).filter((name) => !name.endsWith('.seeds'));
  const files = fs.readdirSync(path.join(folder, 'kept', kept)).sort();
  assert.deepEqual(files, ['finding.json', 'output.txt', 'timeline.txt', 'trace.json']);
  assert.ok(read(`kept/${kept}/trace.json`).traceEvents.length > 0);
  assert.match(fs.readFileSync(path.join(folder, 'bad.xml'), 'utf8'), /failures="1"/);

  const again = run('stress', moduleAt('cancel_taken_for_success'), '--call', 'asyncWork(1)', '--schedule', finding.schedule);
  assert.equal(again.status, 1);
  assert.match(again.stdout, /cancel-status-ignored/);
  assert.match(run(...args).stdout, /a schedule that failed before: fails again/);
});

test('results that depend on the order are told with --same-results', () => {
  const calls = ['--call', 'asyncWork(1)', '--call', 'asyncWork(2)'];
  const { status, stdout } = run('stress', moduleAt('order_assumed'), ...calls, '--same-results', '--schedules', '500', '--seed', '1');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /something else than in the usual order/);
  const right = run('stress', moduleAt('ordered'), ...calls, '--same-results', '--schedules', '500', '--seed', '1');
  assert.equal(right.status, 0, right.stdout);
});

test('threads as they come, too', () => {
  const { status, stdout } = run('stress', moduleAt('promise'), '--call', 'asyncWork(1)', '--plain', '--schedules', '50');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /50 schedules/);
});

test('exhaustive exploration says whether it was complete', () => {
  const { status, stdout } = run('stress', moduleAt('promise'), '--call', 'asyncWork(1)', '--strategy', 'exhaustive', '--schedules', '50');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /explored completely: no, 50 schedules/);
});

test('shards are joined', () => {
  for (const shard of [1, 2]) {
    const one = run('stress', moduleAt('promise'), '--call', 'asyncWork(1)', '--schedules', '200', '--seed', '5', '--shard', `${shard}/2`,
      '--json', `shard${shard}.json`);
    assert.equal(one.status, 0, one.stdout);
    assert.equal(read(`shard${shard}.json`).subjects[0].schedules, 100);
  }
  const { status, stdout } = run('merge', 'shard1.json', 'shard2.json', '--json', 'all.json');
  assert.equal(status, 0, stdout);
  assert.equal(read('all.json').subjects[0].schedules, 200);
  assert.equal(run('merge', 'ok.json', 'bad.json').status, 2);
  assert.equal(run('merge', 'bad.json', '--junit', 'merged.xml').status, 1);
  assert.match(fs.readFileSync(path.join(folder, 'merged.xml'), 'utf8'), /cancel-status-ignored/);
});

test('what cannot be done is told, with status 2', () => {
  for (const [args, text] of [
    [['stress', moduleAt('promise'), '--call', 'no(1)'], /exports no function no/],
    [['stress', 'nothing.node', '--call', 'a()'], /nothing\.node/],
    [['stress', moduleAt('promise'), '--schedule', 'x'], /--schedule: x is none/],
    [['stress', moduleAt('promise'), '--strategy', 'x'], /x is no strategy/],
    [['stress', moduleAt('promise'), '--shard', '3/2'], /--shard/],
    [['stress', moduleAt('promise'), '--seed', 'xyz'], /xyz is no seed/],
    [['merge', 'nothing.json'], /nothing\.json is no summary/],
  ]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2, `${args}: ${stderr}`);
    assert.match(stderr, text);
  }
});
