// ./suite fuzz --check-build: whether a fuzzing fleet would take the targets in a folder. The checks
// and their limits are those that OSS-Fuzz publishes for AddressSanitizer and libFuzzer, and one more:
// a target that is alone in an empty root still runs.
//
//   node bad_build.mjs OUT
//
// Exit status: 0; 1 where a target is bad or there is none; 2 for usage.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const kLimits = {
  edges: 100,
  asanCalls: 1000,
  otherCalls: { dfsan: 0, msan: 3, ubsan: 200 },
  runs: 4,
  // A fleet gives up a run that has not begun after a minute, an input after 25 s.
  startSeconds: 60,
  inputSeconds: 25,
  megabytes: 2560,
  // Of everything in the folder together.
  bytes: 10e9,
};
// What the fleet's machines have: the C library and its loader.
const kPresent = /^(ld-linux-[\w-]+|libc|libm|libdl|librt|libpthread|libresolv|libgcc_s)\.so\b/;

const last = (text) => text.trim().split('\n').slice(-12).join('\n');

// All of these return what is wrong, or null.

export function judgeEdges(log) {
  if (log.includes('no interesting inputs were found')) return 'it is not instrumented for coverage';
  const found = log.match(/INFO: Loaded \d+ modules.*\(.*(?:counters|guards)\):\s+(\d+)/);
  if (!found) return `it tells no number of edges:\n${last(log)}`;
  return Number(found[1]) < kLimits.edges ? `it has only ${found[1]} edges: is all of it instrumented?` : null;
}

export function judgeRuns(log) {
  return log.includes(`Done ${kLimits.runs} runs`) ? null : `it does not come to the end of ${kLimits.runs} runs:\n${last(log)}`;
}

export function countCalls(disassembly) {
  const calls = { asan: 0, dfsan: 0, msan: 0, ubsan: 0 };
  for (const [, name] of disassembly.matchAll(/\bcallq?\s+[0-9a-f]+\s+<__(asan|dfsan|msan|ubsan)/g)) ++calls[name];
  return calls;
}

export function judgeCalls(calls) {
  if (calls.asan < kLimits.asanCalls) return `only ${calls.asan} calls of AddressSanitizer: it is not compiled with it`;
  for (const [name, most] of Object.entries(kLimits.otherCalls)) {
    if (calls[name] > most) return `${calls[name]} calls of ${name}: it is compiled with another sanitizer, too`;
  }
  return null;
}

// The machine that an ELF header names: 62 is x86-64.
export function judgeMachine(bytes) {
  const elf = bytes.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
  return elf && bytes.readUInt16LE(18) === 62 ? null : 'it is not for x86-64';
}

// What `ldd` says: the libraries that the fleet has not.
export function missingLibraries(ldd) {
  const names = [...ldd.matchAll(/^\s*(\S+\.so\S*)(?:\s|$)/gm)].map(([, name]) => path.basename(name));
  return names.filter((name) => !name.startsWith('linux-vdso') && !kPresent.test(name));
}

const run = (file, args, options = {}) => {
  const result = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 1 << 30, timeout: kLimits.startSeconds * 1000, ...options });
  return { ...result, log: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `\n${result.error.message}` : ''}` };
};

const kShort = ['-seed=1337', `-runs=${kLimits.runs}`];

function checkAlone(file, scratch) {
  const root = path.join(scratch, 'root');
  fs.mkdirSync(path.join(root, 'proc'), { recursive: true });
  const name = path.basename(file);
  fs.copyFileSync(file, path.join(root, name));
  const { log: ldd } = run('ldd', [file]);
  const missing = missingLibraries(ldd);
  if (missing.length > 0) return `it needs ${missing.join(' ')}, which the fleet has not`;
  for (const [library] of ldd.matchAll(/\/\S+\.so\S*/g)) {
    fs.mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
    fs.copyFileSync(library, path.join(root, library));
  }
  // A new namespace, so that nobody has to be root, and /proc is there as on any machine.
  const { log } = run('unshare', ['--map-root-user', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c',
    'mount -t proc proc "$1/proc" && exec chroot "$1" "/$2" "$3" "$4"', 'sh', root, name, ...kShort]);
  if (/unshare(?: failed|:)/.test(log)) return `it cannot be tried alone: ${log.trim()}`;
  const wrong = judgeRuns(log);
  return wrong && `alone in an empty root, ${wrong}`;
}

function checkSeeds(file, scratch) {
  const zip = `${file}_seed_corpus.zip`;
  if (!fs.existsSync(zip)) return 'it has no seed corpus';
  const seeds = path.join(scratch, 'seeds');
  fs.mkdirSync(seeds);
  const { status, log: unpacked } = run('cmake', ['-E', 'tar', 'xf', zip], { cwd: seeds });
  if (status !== 0) return `its seed corpus cannot be unpacked:\n${last(unpacked)}`;
  const { status: ran, log } = run(file, ['-runs=0', `-timeout=${kLimits.inputSeconds}`, `-rss_limit_mb=${kLimits.megabytes}`, seeds],
    { cwd: scratch });
  return ran === 0 ? null : `it fails with its seed corpus:\n${last(log)}`;
}

// All that is wrong with one target.
export function checkTarget(file) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'bad-build-'));
  try {
    const { log } = run(file, kShort, { cwd: scratch });
    const code = run('objdump', ['-d', '--no-show-raw-insn', file]);
    return [
      judgeEdges(log), judgeRuns(log), judgeCalls(countCalls(code.stdout ?? '')),
      judgeMachine(fs.readFileSync(file)),
      checkSeeds(file, scratch), checkAlone(file, scratch),
    ].filter(Boolean);
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

// A target is an executable with the function that engines call in it.
export function findTargets(out) {
  return fs.readdirSync(out).map((name) => path.join(out, name)).filter((file) => {
    const { mode } = fs.statSync(file);
    return fs.statSync(file).isFile() && (mode & 0o111) !== 0 && fs.readFileSync(file).includes('LLVMFuzzerTestOneInput');
  });
}

export function checkFolder(out, say) {
  const targets = findTargets(out);
  if (targets.length === 0) say('FAILED  there is no target');
  let ok = targets.length > 0;
  for (const file of targets) {
    const problems = checkTarget(file);
    say(`${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${path.basename(file)}`);
    for (const problem of problems) say(`        ${problem.replaceAll('\n', '\n          ')}`);
    ok &&= problems.length === 0;
  }
  const bytes = fs.readdirSync(out).reduce((sum, name) => sum + fs.statSync(path.join(out, name)).size, 0);
  if (bytes > kLimits.bytes) {
    say(`FAILED  all of it has ${bytes} bytes, of at most ${kLimits.bytes}`);
    ok = false;
  }
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out] = process.argv.slice(2);
  if (!out || !fs.existsSync(out)) {
    console.error(out ? `bad_build: there is no folder ${out}` : 'bad_build: a folder is expected');
    process.exitCode = 2;
  } else {
    process.exitCode = checkFolder(out, console.log) ? 0 : 1;
  }
}
