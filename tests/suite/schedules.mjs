// ./suite defects --by schedule: how many schedules, and how long, it takes to find the seeded defects
// of concurrency (runtime/api/defects.def), by each way of choosing them; under ThreadSanitizer.
//
//   node schedules.mjs BUILD [NAME…] [--seconds N] [--seeds N] [--schedules N] [--replays N]
//
//   BUILD          a build with NAPISAN_DEFECTS, and stress in it
//   NAME           one of the defects; else all of the kind schedule
//   --seconds N    for each try at most, 10 unless told; --seeds N: so many tries, 5 unless told
//   --schedules N  so many for each try under control, 1,000 unless told; plain threads have only the
//                  seconds
//   --replays N    how often the first finding of the portfolio is replayed, 1,000 unless told
//
// Each defect shows in one scenario (SHOWS_IN). Without any defect, the scenario must find nothing.
//
// Writes build/report/schedules.json and build/report/schedules/NAME/COLUMN-SEED.json as they arise;
// with all defects, docs/schedules.md, too.
// Exit status: 0 where the portfolio finds all, and every replay fails; 1 where not; 2 for usage; 130
// when interrupted.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError, readArguments } from './arguments.mjs';
import { readDefects } from './defects_table.mjs';
import { columns, estimate, formatDocument, formatTable, judge, readPlaces } from './schedules_table.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const report = path.join(root, 'build/report/schedules');
let interrupted = false;

export const parseArguments = (args) =>
  readArguments(args, { seconds: 10, seeds: 5, schedules: 1000, replays: 1000 });

// One try; {schedules, seconds, found, why, schedule, replays, replayed}.
function tryOnce(options, defect, column, seed, replays) {
  const folder = path.join(report, defect.name);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${column.name.replaceAll(' ', '_')}-${seed}.json`);
  const findings = path.join(folder, 'findings');
  fs.rmSync(file, { force: true });
  // A schedule that is kept would be run first.
  fs.rmSync(findings, { recursive: true, force: true });
  const args = [defect.scenario, ...column.args, '--seed', String(seed), '--seconds', String(options.seconds),
    '--findings', findings, '--json', file, '-q', '--replays', String(replays)];
  if (replays === 0) args.push('--no-shrink');
  // A schedule takes milliseconds.
  if (column.plain) args.push('--hang', '3');
  else args.push('--schedules', String(options.schedules));
  const env = { ...process.env };
  // A thousand reports are not read; naming their functions would take a minute or two.
  if (replays > 0) env.TSAN_OPTIONS = `symbolize=0:${env.TSAN_OPTIONS ?? ''}`;
  if (defect.none) delete env.NAPISAN_DEFECT; else env.NAPISAN_DEFECT = defect.name;
  const child = spawnSync(path.join(options.build, 'bin/stress'), args, { env, encoding: 'utf8' });
  if (child.signal || child.status === 130) interrupted = true;
  if (!fs.existsSync(file)) throw new Error(`stress ends with status ${child.status}: ${child.stderr}`);
  const subject = JSON.parse(fs.readFileSync(file, 'utf8')).subjects[0];
  const finding = subject.findings[0];
  return {
    seed,
    schedules: finding ? finding.number + 1 : subject.schedules,
    seconds: finding ? finding.seconds : subject.seconds,
    found: Boolean(finding),
    why: finding ? `${finding.kind}: ${finding.what}`.replaceAll(`${root}/`, '') : null,
    schedule: finding?.schedule ?? null,
    shrunk_to: finding?.shrunk_to ?? null,
    replays: finding?.replays_failed ?? 0,
    replayed: finding?.replays ?? 0,
  };
}

function look(options, defect) {
  const row = { ...defect, columns: {} };
  for (const column of columns) {
    const tries = [];
    for (let seed = 1; seed <= options.seeds && !interrupted; ++seed) {
      const last = column.name === 'portfolio' && seed === 1;
      tries.push(tryOnce(options, defect, column, seed, last ? options.replays : 0));
    }
    row.columns[column.name] = { tries, ...estimate(tries) };
  }
  return row;
}

function write(result, options, all) {
  fs.writeFileSync(path.join(root, 'build/report/schedules.json'), `${JSON.stringify(result, null, 1)}\n`);
  if (all && !interrupted) fs.writeFileSync(path.join(root, 'docs/schedules.md'), formatDocument(result, options));
}

function main(args) {
  const options = parseArguments(args);
  options.build = path.resolve(options.build);
  const text = fs.readFileSync(path.join(root, 'runtime/api/defects.def'), 'utf8');
  const places = readPlaces(text);
  const all = readDefects(text).filter((one) => one.kind === 'schedule')
    .map((one) => ({ ...one, scenario: places.get(one.name) }));
  for (const name of options.names) {
    if (!all.some((one) => one.name === name)) throw new UsageError(`there is no defect ${name} of the kind schedule; they are in runtime/api/defects.def`);
  }
  const chosen = options.names.length === 0 ? all : all.filter((one) => options.names.includes(one.name));
  fs.mkdirSync(report, { recursive: true });
  process.on('SIGINT', () => { interrupted = true; });

  for (const scenario of new Set(chosen.map((one) => one.scenario))) {
    const none = tryOnce(options, { name: `none-${scenario}`, scenario, none: true }, columns.at(-1), 1, 0);
    if (none.found) throw new Error(`${scenario} finds something where there is no defect: ${none.why}`);
  }
  const rows = [];
  for (const defect of chosen) {
    if (interrupted) break;
    rows.push(look(options, defect));
    const own = rows.at(-1).columns.portfolio;
    console.log(`${defect.name}: ${own.found === 0 ? 'NOT FOUND' : `${own.schedules} schedules, ${own.seconds} s`}`);
    write(judge(rows, options, os.cpus().length), options, false);
  }
  const result = judge(rows, options, os.cpus().length);
  write(result, options, options.names.length === 0);
  console.log(formatTable(result));
  if (interrupted) {
    console.log('interrupted; what there was so far is in build/report/schedules.json');
    return 130;
  }
  return result.ok ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    console.error(`schedules: ${error.message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
