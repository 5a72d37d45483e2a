// ./suite fuzz: runs fuzz targets with libFuzzer, tells every few seconds how far each is, and ends
// with a table. An interrupt ends with the table of what there was so far.
//
//   node fuzz.mjs BUILD [TARGET…] [--seconds N] [--total N] [--jobs N]
//
//   BUILD        the build folder with fuzz_targets.json; without a TARGET all of them, but canaries
//   --seconds N  for each target, 60 unless told; --total N is shared by all of them instead
//   --jobs N     so many targets at once
//
// Writes, below build/: report/fuzz.json, report/fuzz/TARGET.txt (the log), report/findings/TARGET as
// they arise, corpora/TARGET (what is new in the corpus).
// Exit status: 0; 1 with findings or where a target did nothing; 2 for usage; 130 when interrupted.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError, readArguments } from './arguments.mjs';
import { formatTable, readFinding, readLog, readPulse, readStability, resultOf } from './fuzz_table.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kProgressSeconds = 5;

export const parseArguments = (args) => readArguments(args, { seconds: 60, total: null, jobs: 1 });

export function chooseTargets(all, names) {
  if (names.length === 0) return all.filter((target) => !target.canary);
  return names.map((name) => {
    const found = all.find((target) => target.name === name);
    if (!found) {
      throw new UsageError(`there is no target ${name}; there are: ${all.map((one) => one.name).join(' ')}`);
    }
    return found;
  });
}

class Run {
  constructor(target, build, report, seconds) {
    Object.assign(this, { target, build, report, seconds });
    this.findings = path.join(report, 'findings', target.name);
    this.corpus = path.join(path.dirname(report), 'corpora', target.name);
    this.log = path.join(report, 'fuzz', `${target.name}.txt`);
    this.child = null;
    this.failed = null;
    this.ran = 0;
    for (const folder of [this.findings, this.corpus, path.dirname(this.log)]) fs.mkdirSync(folder, { recursive: true });
    this.before = new Set(fs.readdirSync(this.findings));
  }

  program(prefix = '') { return path.join(this.build, 'bin', prefix + this.target.name); }
  text() { return fs.existsSync(this.log) ? fs.readFileSync(this.log, 'utf8') : ''; }

  start() {
    const { flags, dict, seeds } = this.target;
    const args = [this.corpus];
    if (fs.existsSync(seeds)) args.push(seeds);
    args.push(...flags, `-max_total_time=${this.seconds}`, '-print_final_stats=1', '-reload=0',
      '-detect_leaks=1', `-artifact_prefix=${this.findings}/`);
    if (dict) args.push(`-dict=${dict}`);
    const out = fs.openSync(this.log, 'w');
    this.started = Date.now();
    return new Promise((resolve) => {
      // A group of its own: an interrupt comes from here, and once.
      this.child = spawn(this.program(), args, { stdio: ['ignore', out, out], detached: true });
      this.child.on('error', (error) => {
        this.failed = `it cannot be run: ${error.message}`;
        resolve();
      });
      this.child.on('exit', (status, signal) => {
        this.ended = true;
        if (status !== 0 && this.newFindings().length === 0 && !this.interrupted) {
          this.failed = `it ended with ${signal ?? `status ${status}`}: ${readFinding(this.text())}; all of it: ${this.log}`;
        }
        resolve();
      });
    }).finally(() => {
      fs.closeSync(out);
      this.ran = (Date.now() - this.started) / 1000;
      this.child = null;
    });
  }

  interrupt() {
    this.interrupted = true;
    this.child?.kill('SIGINT');
  }

  newFindings() {
    // A slow unit is a note of libFuzzer's, unless it was too slow.
    return fs.readdirSync(this.findings).filter((name) => !this.before.has(name) && !/^slow-unit|\.txt$/.test(name));
  }

  // The same inputs again, with what they see and the edges that they take compared.
  measureStability() {
    if (!this.target.stable || this.interrupted || this.newFindings().length > 0) return null;
    const folders = [this.corpus, this.target.seeds].filter((folder) => fs.existsSync(folder));
    const { stdout } = spawnSync(this.program('replay_'), [...folders, '--stability', '2'], { encoding: 'utf8' });
    return readStability(stdout ?? '');
  }

  result() {
    const log = this.text();
    const seconds = this.ran || (Date.now() - (this.started ?? Date.now())) / 1000;
    const findings = this.newFindings().map((name) => {
      const file = path.relative(root, path.join(this.findings, name));
      // What it said stays beside the input.
      fs.writeFileSync(path.join(this.findings, `${name}.txt`), log);
      return { file, why: readFinding(log), again: `${path.relative(root, this.program('replay_'))} ${file}` };
    });
    return {
      name: this.target.name, stable: this.target.stable, seconds: Math.round(seconds * 10) / 10,
      ...readLog(this.started ? log : '', seconds), stability: this.stability ?? null, findings,
      failed: this.failed,
    };
  }
}

async function main(args) {
  const options = parseArguments(args);
  const build = path.resolve(options.build);
  const all = JSON.parse(fs.readFileSync(path.join(build, 'fuzz_targets.json'), 'utf8'));
  const targets = chooseTargets(all, options.names);
  const report = path.join(root, 'build/report');
  const begun = Date.now();
  const say = (line) => console.log(`[${String(Math.round((Date.now() - begun) / 1000)).padStart(4)}s] ${line}`);

  const at_once = Math.min(options.jobs, Math.max(targets.length, 1));
  const seconds = options.total === null ? options.seconds
    : Math.max(1, Math.round((options.total * at_once) / Math.max(targets.length, 1)));
  const runs = targets.map((target) => new Run(target, build, report, seconds));
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      interrupted = true;
      for (const run of runs) run.interrupt();
    });
  }
  const clock = setInterval(() => {
    for (const run of runs) {
      if (!run.child) continue;
      const pulse = readPulse(run.text());
      const findings = run.newFindings().length;
      say(`${run.target.name}: ${pulse
        ? `${pulse.executions} executions, ${pulse.perSecond} a second, corpus ${pulse.corpus}, features ${pulse.features}, edges ${pulse.edges}`
        : 'starting'}${findings > 0 ? `, ${findings} FINDINGS` : ''}`);
    }
  }, kProgressSeconds * 1000);

  say(`fuzzing ${targets.map((target) => target.name).join(' ')}, ${seconds} s each, ${at_once} at once`);
  const waiting = [...runs];
  await Promise.all(Array.from({ length: at_once }, async () => {
    while (waiting.length > 0 && !interrupted) {
      const run = waiting.shift();
      await run.start();
      run.stability = run.measureStability();
      for (const name of run.newFindings()) say(`${run.target.name}: FOUND ${path.relative(root, path.join(run.findings, name))}`);
    }
  }));
  clearInterval(clock);

  const result = resultOf(runs.filter((run) => run.started).map((run) => run.result()), interrupted);
  const file = path.join(report, 'fuzz.json');
  fs.writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${formatTable(result)}\n${path.relative(root, file)}${interrupted ? '; interrupted' : ''}`);
  return interrupted ? 130 : result.ok ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const line = error.code === 'ENOENT' ? `cannot read ${error.path}` : error.message;
    console.error(`fuzz: ${line}`);
    process.exitCode = 2;
  }
}
