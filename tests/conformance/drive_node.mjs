// Runs programs in this Node.js, with the interpreter as an addon.
//
//   node drive_node.mjs --addon FILE --programs FILE --trace FILE [--only NAME] [--after NAME]
//
// Programs run one after the other in this process: the next begins when the loop has nothing left
// to do. Those that watch their env's teardown run in a Worker; those that end the process only run
// with --only. The exit code is 0 unless the process died.

import { inspect } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

function load(addon) {
  const module = { exports: {}, filename: addon };
  process.dlopen(module, addon);
  return module.exports;
}

// In the words of our host's listener for exceptions that nobody caught.
function describe(exception) {
  if (!(exception instanceof Error)) return inspect(exception, { breakLength: Infinity, compact: true });
  const text = exception.message ? `${exception.name}: ${exception.message}` : exception.name;
  const properties = Object.keys(exception);
  if (properties.length === 0) return text;
  const own = Object.fromEntries(properties.map((key) => [key, exception[key]]));
  return `${text} ${inspect(own, { breakLength: Infinity, compact: true })}`;
}

// Loads a program on this thread, runs its mains, each once the loop is idle, and calls `done`.
class Run {
  constructor(control, addon, index, program, done) {
    this.control = control;
    this.program = program;
    this.done = done;
    this.next = 0;
    control.select(index);
    try {
      this.exports = load(addon);
    } catch (exception) {
      control.note(`init threw ${describe(exception)}`);
    }
    control.select(0xffffffff);
  }

  // Runs the next main; false when there is none.
  step() {
    const main = this.exports?.mains?.[this.next++];
    if (main === undefined) return false;
    // In a callback of its own, so that microtasks run right after it.
    setImmediate(() => {
      try {
        main();
      } catch (exception) {
        this.exports.threw(exception);
      }
      if (this.program.teardown !== 'after main') return;
      // A tick that a microtask asks for comes after all microtasks.
      queueMicrotask(() => process.nextTick(() => {
        this.control.note('teardown');
        process.exit();
      }));
    });
    return true;
  }

  close() {
    this.exports?.close?.();
  }
}

function listen(control) {
  process.on('uncaughtException', (exception) => control.note(`uncaught ${describe(exception)}`));
  // DEP0168 and its like: what they warn of shows in the trace.
  process.on('warning', () => {});
}

function option(name) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

function mainThread() {
  const addon = option('addon');
  const control = load(addon);
  control.open(option('programs'), option('trace'));
  listen(control);
  const only = option('only');
  const after = option('after');
  const major = process.versions.node.split('.')[0];
  const programs = control.programs();
  let at = after === undefined ? 0 : programs.findIndex((program) => program.name === after) + 1;
  let run = null;

  const wanted = (program) =>
    (only === undefined ? !program.ends : program.name === only) && !program.undefined &&
    (program.profile ? program.profile === `node${major}` : major >= Number(program.since));

  const begin = () => {
    while (at < programs.length && !wanted(programs[at])) ++at;
    // No hooks: programs before this one left things behind that are not part of their traces.
    if (at === programs.length) process.reallyExit(0);
    const index = at++;
    const program = programs[index];
    control.note(`=== ${program.name}`);
    if (program.teardown !== 'never') {
      const worker = new Worker(fileURLToPath(import.meta.url), {
        workerData: { addon, index, program },
      });
      worker.on('error', (error) => control.note(`the worker failed: ${describe(error)}`));
      worker.on('exit', () => setImmediate(begin));
      return;
    }
    run = new Run(control, addon, index, program);
    proceed();
  };
  const proceed = () => {
    if (run === null || run.step()) return;
    run.close();
    run = null;
    setImmediate(begin);
  };
  process.on('beforeExit', proceed);
  begin();
}

function workerThread() {
  const { addon, index, program } = workerData;
  const control = load(addon);
  listen(control);
  const run = new Run(control, addon, index, program);
  let ended = false;
  process.on('beforeExit', () => {
    if (ended || run.step()) return;
    ended = true;
    control.note('teardown');
  });
  run.step();
}

isMainThread ? mainThread() : workerThread();
