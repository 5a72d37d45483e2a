// Runs programs on one side, our host or a Node.js, and collects their traces: a process that dies
// is noted in the trace of its program, and the programs after that one run in another process.

import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';

// A process whose trace does not grow for this long hangs.
const idleMs = 60000;

function runProcess(command, args, env, trace, log) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, UV_THREADPOOL_SIZE: '4', NODE_OPTIONS: '', TZ: 'UTC', ...env },
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

// side: { name, command, args(programs, trace), env, programs, processes }, where programs are those
// it runs, in order, shared out among so many processes.
// Returns { name, traces, deaths: names of programs in which a process died unexpectedly,
// failures: logs of processes that ended with exit code 1 }.
export async function runSide(side, out) {
  const parts = side.processes ?? 1;
  const ended = await Promise.all(Array.from({ length: parts }, (_, part) =>
    runPart(side, side.programs.filter((each, index) => index % parts === part), `${out}.${part}`)));
  return {
    name: side.name,
    traces: new Map(ended.flatMap((each) => [...each.traces])),
    deaths: ended.flatMap((each) => each.deaths),
    failures: ended.flatMap((each) => each.failures),
  };
}

async function runPart(side, programs, out) {
  const trace = `${out}.trace`;
  const log = `${out}.log`;
  const selected = `${out}.programs.txt`;
  writeFileSync(selected, programs.map((each) => each.text).join('\n'));
  writeFileSync(trace, '');
  writeFileSync(log, '');
  const deaths = [];
  let failed = false;
  const note = ({ code, signal }) => {
    appendFileSync(trace, `the process ended by ${signal ?? `exit code ${code}`}\n`);
  };
  const run = async (...more) => {
    const ended = await runProcess(side.command, [...side.args(selected, trace), ...more], side.env, trace, log);
    if (ended.error) throw ended.error;
    return ended;
  };
  for (let after; programs.some((each) => !each.ends);) {
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
  for (const program of programs.filter((each) => each.ends)) {
    note(await run('--only', program.name));
  }
  return { traces: tracesIn(trace), deaths, failures: failed ? [log] : [] };
}
