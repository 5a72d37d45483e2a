// Compares our host with a real Node.js, program by program.
//
//   node conformance.mjs --node PATH --host PATH --addon FILE --out FOLDER [option …] FILE…
//
//   --node PATH   the Node.js to compare with; its major version names the profile
//   --only NAME   this program alone, or with a / at the end all whose names begin so
//   --plant N     our side shows the status of its Nth operation as another one
//   --coverage    a table of functions: how often they were called, with what outcome
//   --all         every difference, not the first twenty
//
// The exit code is 0 where all traces agree, 1 where they do not, 77 where there is no such Node.js.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compareTraces } from './compare.mjs';
import { coverageOf, coverageTable } from './coverage.mjs';
import { differences } from './differences.mjs';
import { programsOf } from './programs_of.mjs';
import { runSide } from './run_side.mjs';

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string' },
    host: { type: 'string' },
    addon: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string' },
    plant: { type: 'string' },
    coverage: { type: 'boolean' },
    all: { type: 'boolean' },
  },
});

function versionOf(node) {
  if (!existsSync(node)) return null;
  const told = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return told.status === 0 ? told.stdout.trim().slice(1) : null;
}

const version = versionOf(options.node);
if (version === null) {
  console.log(`conformance: skipped, there is no Node.js at ${options.node}`);
  process.exit(77);
}
const major = Number(version.split('.')[0]);
const profile = `node${major}`;

const isWanted = (name) => options.only === undefined || name === options.only ||
  (options.only.endsWith('/') && name.startsWith(options.only));
const programs = programsOf(files).filter((each) =>
  isWanted(each.name) && (each.profile ? each.profile === profile : major >= each.since));
mkdirSync(options.out, { recursive: true });
const selected = join(options.out, `${profile}.programs.txt`);
writeFileSync(selected, programs.map((each) => each.text).join('\n'));

const driver = fileURLToPath(new URL('drive_node.mjs', import.meta.url));
const plant = options.plant === undefined ? [] : ['--plant', options.plant];
const [host, node] = await Promise.all([
  runSide({
    name: 'our host',
    command: options.host,
    args: (trace) => ['--profile', profile, '--trace', trace, ...plant, selected],
    programs,
  }, join(options.out, `${profile}.host`)),
  runSide({
    name: `Node.js ${version}`,
    command: options.node,
    // Room enough that nothing is collected while a program runs.
    args: (trace) => [
      '--min-semi-space-size=64', '--max-semi-space-size=64', driver,
      '--addon', options.addon, '--programs', selected, '--trace', trace,
    ],
    programs: programs.filter((each) => !each.undefined),
  }, join(options.out, `${profile}.node`)),
]);

const compared = programs.filter((each) => !each.undefined && !each.race);
const used = new Set();
const different = [];
for (const program of compared) {
  const found = compareTraces(program.name, node.traces.get(program.name) ?? [],
    host.traces.get(program.name) ?? [], differences, used);
  if (found !== null) different.push({ program, ...found });
}

const shown = options.all ? different : different.slice(0, 20);
for (const { program, index, node: nodeLine, host: hostLine, before } of shown) {
  console.log(`${program.name}, line ${index + 1}`);
  for (const line of before) console.log(`       ${line}`);
  console.log(`  node ${nodeLine}`);
  console.log(`  host ${hostLine}`);
}
if (shown.length < different.length) console.log(`... and ${different.length - shown.length} more`);

let failed = different.length > 0;
const defined = new Set(programs.filter((each) => !each.undefined).map((each) => each.name));
for (const side of [node, host]) {
  for (const name of side.deaths.filter((each) => defined.has(each))) {
    console.log(`${side.name} died in ${name}`);
    failed = true;
  }
}
if (options.only === undefined) {
  for (const row of differences) {
    if (used.has(row) || (row.major !== undefined && row.major !== major)) continue;
    console.log(`differences.mjs: no program needs ${row.programs} any more`);
    failed = true;
  }
}
if (options.coverage) {
  console.log(coverageTable(coverageOf(compared.map((each) => node.traces.get(each.name) ?? []))));
}
const count = (what) => programs.filter((each) => each[what]).length;
console.log(`Node.js ${version}: ${compared.length} programs compared, ${different.length} differ, ` +
  `${used.size} kinds of difference are on purpose; not compared: ${count('undefined')} undefined ` +
  `in Node.js, ${count('race')} races`);
process.exitCode = failed ? 1 : 0;
