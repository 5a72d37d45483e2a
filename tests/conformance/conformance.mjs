// Compares our host with a real Node.js, program by program.
//
//   node conformance.mjs --node PATH --host PATH --addon FILE --out FOLDER [option …] FILE…
//
//   --node PATH       the Node.js to compare with; its major version names the profile
//   --only NAME       this program alone (or all whose names begin so, with a / at the end)
//   --plant N         our side shows the status of its Nth operation as another one
//   --coverage        a table of functions: how often they were called, with what outcome
//   --all             every difference, not the first twenty
//
// The exit code is 0 where all traces agree, 77 where there is no such Node.js.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { firstDifference } from './compare.mjs';
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
  console.log(`conformance: no Node.js at ${options.node}; skipped (./suite setup installs it)`);
  process.exit(77);
}
const profile = `node${version.split('.')[0]}`;

mkdirSync(options.out, { recursive: true });
let programs = programsOf(files).filter((each) => !each.profile || each.profile === profile);
if (options.only !== undefined) {
  programs = programs.filter((each) => each.name === options.only ||
    (options.only.endsWith('/') && each.name.startsWith(options.only)));
}
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
    args: (trace) => [
      '--min-semi-space-size=64', '--max-semi-space-size=64', driver,
      '--addon', options.addon, '--programs', selected, '--trace', trace,
    ],
    programs: programs.filter((each) => !each.undefined),
  }, join(options.out, `${profile}.node`)),
]);

let compared = 0;
const different = [];
for (const program of programs) {
  if (program.undefined || program.race) continue;
  ++compared;
  const found = firstDifference(node.traces.get(program.name) ?? [],
    host.traces.get(program.name) ?? [], () => false);
  if (found !== null) different.push({ program, ...found });
}

const shown = options.all ? different : different.slice(0, 20);
for (const { program, index, node: nodeLine, host: hostLine } of shown) {
  console.log(`${program.name}, line ${index + 1}`);
  for (const line of (node.traces.get(program.name) ?? []).slice(Math.max(0, index - 3), index)) {
    console.log(`       ${line}`);
  }
  console.log(`  node ${nodeLine}`);
  console.log(`  host ${hostLine}`);
}
if (shown.length < different.length) console.log(`... ${different.length - shown.length} more`);
console.log(`Node.js deaths: ${node.deaths.length} ${node.deaths.slice(0, 200).join('\n')}`);
console.log(`host deaths: ${host.deaths.length} ${host.deaths.slice(0, 50).join(' ')}`);
console.log(`Node.js ${version}: ${compared} programs compared, ${different.length} differ; ` +
  `${programs.filter((each) => each.undefined).length} undefined, ` +
  `${programs.filter((each) => each.race).length} races`);
process.exitCode = different.length > 0 ? 1 : 0;
