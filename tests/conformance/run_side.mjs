// Runs programs on one side, our host or a Node.js, and collects their traces: a process that dies
// is noted in the trace of its program, and the programs after that one run in another process.

import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

// A process whose trace does not grow for this long hangs.
const idleMs = 15000;

function runProcess(command, args, trace, log) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, UV_THREADPOOL_SIZE: '4', NODE_OPTIONS: '', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let size = 0;
    const timer = setInterval(() => {
      const now = statSync(trace).size;
      if (now === size) child.kill('SIGKILL');
      size = now;
    }, idleMs);
    child.stdout.on('data', (data) => appendFileSync(log, data));
    child.stderr.on('data', (data) => appendFileSync(log, data));
    child.on('error', (error) => resolve({ error }));
    child.on('close', (code, signal) => {
      clearInterval(timer);
      resolve({ code, signal });
    });
  });
}

function tracesIn(file) {
  const traces = new Map();
  let lines;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('=== ')) {
      lines = [];
      traces.set(line.slice(4), lines);
    } else if (lines !== undefined && line !== '') {
      lines.push(line);
    }
  }
  return traces;
}

// side: { name, command, args(), programs }, where programs are those it runs, in order.
// Returns { traces, deaths: names of programs in which a process died unexpectedly, unexpected }.
export async function runSide(side, out) {
  const trace = `${out}.trace`;
  const log = `${out}.log`;
  rmSync(trace, { force: true });
  writeFileSync(trace, '');
  writeFileSync(log, '');
  const deaths = [];
  let failed = false;
  const note = ({ code, signal }) => {
    appendFileSync(trace, `the process ended by ${signal ?? `exit code ${code}`}\n`);
  };
  const run = async (...more) => {
    const ended = await runProcess(side.command, [...side.args(trace), ...more], trace, log);
    if (ended.error) throw ended.error;
    return ended;
  };
  for (let after; ;) {
    const ended = await run(...(after === undefined ? [] : ['--after', after]));
    // 1 is the checker's word for unexpected reports.
    if (ended.code === 1) failed = true;
    if (ended.code === 0 || ended.code === 1) break;
    const last = [...tracesIn(trace).keys()].at(-1);
    if (last === undefined || last === after) {
      throw new Error(`${side.name} does not run: see ${log}`);
    }
    note(ended);
    deaths.push(last);
    after = last;
  }
  for (const program of side.programs.filter((each) => each.ends)) {
    note(await run('--only', program.name));
  }
  return { name: side.name, traces: tracesIn(trace), deaths, failed, log };
}
