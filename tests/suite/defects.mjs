// ./suite defects: whether fuzz targets find the seeded defects (runtime/api/defects.def), and in how
// long: from an empty corpus, on one core, the median of some seeds.
//
//   node defects.mjs BUILD [NAME…] [--seconds N] [--seeds N] [--jobs N]
//
//   BUILD        a build with NAPISAN_DEFECTS and libFuzzer
//   NAME         one of the defects, or sequence or schedule for all of a kind; else all of them
//   --seconds N  for each seed at most, 60 unless told; --seeds N: so many seeds, 5 unless told
//   --jobs N     so many defects at once, one unless told: what takes turns on a core takes longer
//
// A defect's targets take turns, until one finds it with more than half of its seeds. Without any
// defect the targets must find nothing: who finds it there would prove nothing.
//
// Writes, below build/report: defects.json, defects/NAME/TARGET-SEED.txt (the log) and
// TARGET-SEED-crash-… as libFuzzer found it.
// Exit status: 0 where all are found; 1 where one is not; 2 for usage; 130 when interrupted.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError, readArguments } from './arguments.mjs';
import { formatTable, isLost, judge, medianOf, readDefects, resultOf } from './defects_table.mjs';
import { readFinding } from './fuzz_table.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
// An input that hangs, instead of a crash. Inputs take microseconds.
const kHangSeconds = 5;

export const parseArguments = (args) => readArguments(args, { seconds: 60, seeds: 5, jobs: 1 });

export function chooseDefects(all, names) {
  if (names.length === 0) return all;
  for (const name of names) {
    if (all.some((one) => one.name === name || one.kind === name)) continue;
    throw new UsageError(`there is no defect ${name}; they are in runtime/api/defects.def`);
  }
  return all.filter((one) => names.includes(one.name) || names.includes(one.kind));
}

const running = new Set();

// One process; resolves with {target, seed, seconds, file, why}.
function fuzzOnce(target, name, seed, seconds, folders) {
  const start = `${target.name}-${seed}`;
  const log = path.join(folders.report, `${start}.txt`);
  const prefix = path.join(folders.report, `${start}-`);
  const out = fs.openSync(log, 'w');
  const args = [...target.flags, `-seed=${seed}`, `-max_total_time=${seconds}`, `-timeout=${kHangSeconds}`,
    '-detect_leaks=1', '-reload=0', `-artifact_prefix=${prefix}`];
  if (target.dict) args.push(`-dict=${target.dict}`);
  const env = { ...process.env };
  if (name) env.NAPISAN_DEFECT = name; else delete env.NAPISAN_DEFECT;
  const begun = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(folders.build, 'bin', target.name), args, { stdio: ['ignore', out, out], env, detached: true });
    running.add(child);
    child.on('error', reject);
    child.on('exit', (status) => {
      running.delete(child);
      fs.closeSync(out);
      const took = (Date.now() - begun) / 1000;
      const text = fs.readFileSync(log, 'utf8');
      // A slow unit is a note of libFuzzer's, no finding.
      const made = fs.readdirSync(folders.report)
        .find((file) => file.startsWith(`${start}-`) && !file.startsWith(`${start}-slow-unit`));
      if (!made && status !== 0 && !folders.interrupted()) {
        return reject(new Error(`${target.name} ends with status ${status} and no input: ${readFinding(text)}; all of it: ${log}`));
      }
      resolve({
        target: target.name, seed, seconds: made ? Math.round(took * 10) / 10 : null,
        file: made ? path.relative(root, path.join(folders.report, made)) : null, why: made ? readFinding(text) : null,
      });
    });
  });
}

async function main(args) {
  const options = parseArguments(args);
  const build = path.resolve(options.build);
  const targets = JSON.parse(fs.readFileSync(path.join(build, 'fuzz_targets.json'), 'utf8'));
  const all = readDefects(fs.readFileSync(path.join(root, 'runtime/api/defects.def'), 'utf8'));
  const defects = chooseDefects(all, options.names);
  const report = path.join(root, 'build/report');
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      interrupted = true;
      for (const child of running) child.kill('SIGINT');
    });
  }
  const begun = Date.now();
  const say = (line) => console.log(`[${String(Math.round((Date.now() - begun) / 1000)).padStart(4)}s] ${line}`);
  const foldersOf = (name) => {
    const folder = path.join(report, 'defects', name);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    return { build, report: folder, interrupted: () => interrupted };
  };

  const rows = [];
  const note = (row) => {
    rows.push(row);
    say(row.found ? `${row.name}: found by ${row.by} in ${row.seconds} s` : `${row.name}: NOT FOUND`);
  };
  const of = (defect) => defect.targets.map((name) => targets.find((one) => one.name === name)).filter(Boolean);
  const write = () => {
    const order = (row) => all.findIndex((one) => one.name === row.name);
    const result = resultOf(rows.sort((a, b) => order(a) - order(b)), interrupted);
    fs.writeFileSync(path.join(report, 'defects.json'), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  };

  // Without a defect, once, each target that is asked.
  const asked = new Set(defects.flatMap((defect) => of(defect)));
  const sound = foldersOf('none');
  for (const target of asked) {
    if (interrupted) break;
    const { why } = await fuzzOnce(target, null, 1, Math.min(options.seconds, kHangSeconds), sound);
    if (why !== null) throw new Error(`${target.name} finds something without any defect: ${why}`);
  }

  const look = async (defect) => {
    const folders = foldersOf(defect.name);
    const tries = [];
    for (const target of of(defect)) {
      const times = [];
      for (let seed = 1; seed <= options.seeds && !interrupted && !isLost(times, options.seeds); ++seed) {
        const one = await fuzzOnce(target, defect.name, seed, options.seconds, folders);
        if (interrupted && one.seconds === null) break;
        tries.push(one);
        times.push(one.seconds);
      }
      if (interrupted || (times.length > 0 && medianOf(times) !== null)) break;
    }
    if (interrupted && tries.length === 0) return;
    note(judge(defect, tries));
    write();
  };
  const waiting = [...defects];
  await Promise.all(Array.from({ length: options.jobs }, async () => {
    while (waiting.length > 0 && !interrupted) await look(waiting.shift());
  }));
  const result = write();
  console.log(`\n${formatTable(result)}\n${path.relative(root, path.join(report, 'defects.json'))}${interrupted ? '; interrupted' : ''}`);
  return interrupted ? 130 : result.ok ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const line = error.code === 'ENOENT' ? `cannot read ${error.path}` : error.message;
    for (const child of running) child.kill('SIGKILL');
    console.error(`defects: ${line}`);
    process.exitCode = error instanceof UsageError || error.code === 'ENOENT' ? 2 : 1;
  }
}
