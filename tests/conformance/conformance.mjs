// Compares our host with a real Node.js, program by program, or with itself behind the checker.
//
//   node conformance.mjs --node PATH --addon FILE --host PATH --out FOLDER [option …] FILE…
//   node conformance.mjs --checked PATH --host PATH --out FOLDER [option …] FILE…
//
//   --node PATH       the Node.js to compare with; its major version names the profile
//   --major N         the version that it must be
//   --checked PATH    the host with the checker in front, in the profile node24
//   --only NAME       this program alone, or with a / at the end all whose names begin so
//   --plant N         our side shows the status of its Nth operation as another one (planted.mjs)
//   --minimum N       fewer programs than this are a failure
//   --teardowns N     of the programs that watch their env's teardown every Nth: each takes a Worker of
//                     its own, and together four fifths of the time (NAPISAN_TEARDOWNS goes before)
//   --functions FILE  functions.def: each that Node.js has must have been called well
//   --coverage        a table of functions: how often they were called, with what outcome
//   --all             every difference, not the first twenty
//
// The exit code is 0 where all traces agree, 1 where something is wrong, 77 where there is no such
// Node.js.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compareTraces } from './compare.mjs';
import { coverageOf, coverageTable, functionsOf, uncovered } from './coverage.mjs';
import { checkedDifferences, differences } from './differences.mjs';
import { programsOf } from './programs_of.mjs';
import { runSide } from './run_side.mjs';

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string' },
    major: { type: 'string' },
    checked: { type: 'string' },
    host: { type: 'string' },
    addon: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string' },
    plant: { type: 'string' },
    minimum: { type: 'string', default: '0' },
    teardowns: { type: 'string', default: '1' },
    functions: { type: 'string' },
    coverage: { type: 'boolean' },
    all: { type: 'boolean' },
  },
});

function versionOf(node) {
  if (!existsSync(node)) return null;
  const told = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return told.status === 0 ? told.stdout.trim().slice(1) : null;
}

const version = options.checked === undefined ? versionOf(options.node ?? '') : '24';
if (version === null) {
  console.log(`conformance: skipped, there is no Node.js at ${options.node}`);
  process.exit(77);
}
const major = Number(version.split('.')[0]);
if (options.major !== undefined && Number(options.major) !== major) {
  console.log(`conformance: skipped, ${options.node} is Node.js ${version} and not ${options.major}`);
  process.exit(77);
}
const profile = `node${major}`;
const checked = options.checked !== undefined;

const isWanted = (name) => options.only === undefined || name === options.only ||
  (options.only.endsWith('/') && name.startsWith(options.only));
const everyNth = Number(process.env.NAPISAN_TEARDOWNS ?? options.teardowns);
let teardowns = 0;
const programs = programsOf(files).filter((each) =>
  isWanted(each.name) && (each.profile ? each.profile === profile : major >= each.since) &&
  (!each.teardown || !each.name.startsWith('stopping/') || teardowns++ % everyNth === 0));
const defined = programs.filter((each) => !each.undefined);
mkdirSync(options.out, { recursive: true });

const driver = fileURLToPath(new URL('drive_node.mjs', import.meta.url));
const plant = options.plant === undefined ? [] : ['--plant', options.plant];
const hostArgs = (selected, trace) => ['--profile', profile, '--trace', trace, selected];
const nodeArgs = (selected, trace) => [
  // Room enough that nothing is collected while a program runs.
  '--min-semi-space-size=128', '--max-semi-space-size=128', '--initial-old-space-size=1024',
  '--no-memory-reducer', driver,
  '--addon', options.addon, '--programs', selected, '--trace', trace,
];

const [host, other] = await Promise.all([
  runSide({
    name: 'our host',
    command: options.host,
    args: (selected, trace) => [...plant, ...hostArgs(selected, trace)],
    programs: checked ? defined : programs,
  }, join(options.out, `${profile}.host`)),
  runSide(checked ? {
    name: 'the checked host',
    command: options.checked,
    args: hostArgs,
    // The interpreter keeps whatever a program made: the checker would look through all of it.
    env: { NAPISAN_OPTIONS: 'use_globals=0:symbolize=0' },
    programs: defined,
  } : {
    name: `Node.js ${version}`,
    command: options.node,
    args: nodeArgs,
    programs: defined,
    // Programs with a worker of their own take most of the time.
    processes: 2,
  }, join(options.out, `${profile}.${checked ? 'checked' : 'node'}`)),
]);

const rows = checked ? checkedDifferences : differences;
const compared = defined.filter((each) => !each.race);
const used = new Set();
const different = [];
for (const program of compared) {
  const found = compareTraces(program.name, other.traces.get(program.name) ?? ['(did not run)'],
    host.traces.get(program.name) ?? ['(did not run here)'], rows, used);
  if (found !== null) different.push({ program, ...found });
}

const otherName = checked ? 'checked' : 'node';
const shown = options.all ? different : different.slice(0, 20);
for (const { program, index, other: otherLine, host: hostLine, before } of shown) {
  console.log(`${program.name}, line ${index + 1}`);
  const indent = ' '.repeat(Math.max(otherName.length, 4) + 3);
  for (const line of before) console.log(`${indent}${line}`);
  console.log(`  ${otherName.padEnd(4)} ${otherLine}`);
  console.log(`  ${'host'.padEnd(otherName.length)} ${hostLine}`);
}
if (shown.length < different.length) console.log(`... and ${different.length - shown.length} more`);

let failed = different.length > 0;
function fail(text) {
  console.log(text);
  failed = true;
}

const names = new Set(defined.map((each) => each.name));
for (const side of [other, host]) {
  for (const name of side.deaths.filter((each) => names.has(each))) {
    fail(`${side.name} died in ${name}`);
  }
}
for (const log of other.failures) fail(`unexpected reports:\n${readFileSync(log, 'utf8')}`);
if (options.only === undefined) {
  for (const row of rows) {
    if (used.has(row) || (row.major !== undefined && row.major !== major)) continue;
    fail(`differences.mjs: no program needs ${row.programs} any more`);
  }
}
const covered = coverageOf(compared.map((each) => other.traces.get(each.name) ?? []));
if (options.coverage) console.log(coverageTable(covered));
if (options.functions !== undefined) {
  const functions = functionsOf(options.functions);
  for (const problem of uncovered(functions, covered, major)) fail(problem);
  console.log(`${functions.length} functions of Node-API, of which ${covered.size} were called`);
}
if (compared.length < Number(options.minimum)) {
  fail(`${options.minimum} programs were to be compared at least`);
}
const count = (what) => programs.filter((each) => each[what]).length;
console.log(`${other.name}: ${compared.length} programs compared, ${different.length} differ, ` +
  `${used.size} kinds of difference are on purpose; not compared: ${count('undefined')} undefined ` +
  `in Node.js, ${count('race')} races`);
process.exitCode = failed ? 1 : 0;
