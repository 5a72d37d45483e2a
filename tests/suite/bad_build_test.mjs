// ./suite fuzz --check-build: what it must refuse. The targets here are small programs, compiled as a
// fleet compiles and with one thing wrong each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  checkFolder, countCalls, judgeCalls, judgeEdges, judgeMachine, judgeRuns, missingLibraries,
} from './bad_build.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bad-build-test-'));
after(() => fs.rmSync(folder, { recursive: true }));

// Enough functions for the edges and the calls of AddressSanitizer that are asked for.
const kParts = Array.from({ length: 400 }, (_, i) =>
  `__attribute__((noinline)) int part${i}(const unsigned char* p, unsigned long n) {
     int sum = 0; if (n > ${i}) sum += p[${i}] == ${i} ? p[n - 1] : p[n / 2]; return sum; }`).join('\n');
const kCalls = Array.from({ length: 400 }, (_, i) => `sum += part${i}(data, size);`).join('\n');
const source = ({ parts = true, body = '' }) => `
#include <stdlib.h>
${parts ? kParts : ''}
volatile int sum;
int LLVMFuzzerTestOneInput(const unsigned char* data, unsigned long size) {
  ${body}
  ${parts ? kCalls : ''}
  return 0;
}
`;
const kInstrumented = ['-fsanitize=address', '-fsanitize=fuzzer-no-link'];

function build(name, { compile = kInstrumented, link = [], seed = 'x', ...rest } = {}) {
  const out = path.join(folder, name);
  fs.mkdirSync(out);
  const text = path.join(folder, `${name}.c`);
  fs.writeFileSync(text, source(rest));
  const object = path.join(folder, `${name}.o`);
  execFileSync('clang', ['-O1', '-w', '-c', ...compile, text, '-o', object]);
  execFileSync('clang', ['-fsanitize=address,fuzzer', '-static-libstdc++', object, ...link, '-o', path.join(out, `fuzz_${name}`)]);
  const seeds = path.join(folder, `${name}_seeds`);
  fs.mkdirSync(seeds);
  fs.writeFileSync(path.join(seeds, 'seed'), seed);
  execFileSync('cmake', ['-E', 'tar', 'cf', path.join(out, `fuzz_${name}_seed_corpus.zip`), '--format=zip', '.'], { cwd: seeds });
  return out;
}

function check(out) {
  const lines = [];
  const ok = checkFolder(out, (line) => lines.push(line));
  return { ok, text: lines.join('\n') };
}
const refuses = (out, why) => {
  const { ok, text } = check(out);
  assert.equal(ok, false, text);
  assert.match(text, why);
};

test('a good build passes', () => {
  const { ok, text } = check(build('good'));
  assert.equal(ok, true, text);
});
test('one without instrumentation', () =>
  refuses(build('plain', { compile: [] }), /not instrumented for coverage|tells no number of edges/));
test('one without AddressSanitizer', () =>
  refuses(build('no_asan', { compile: ['-fsanitize=fuzzer-no-link'] }), /is not compiled with it/));
test('one with few edges', () => refuses(build('few_edges', { parts: false }), /it has only \d+ edges/));
test('one that crashes at once', () => refuses(build('crash', { body: 'abort();' }), /does not come to the end of 4 runs/));
test('one whose seed makes it fail', () =>
  refuses(build('seed', { body: "if (size == 4 && data[0] == 's' && data[3] == 't') abort();", seed: 's??t' }),
    /it fails with its seed corpus/));
test('one that needs a library that the fleet has not', () =>
  refuses(build('library', { link: ['-Wl,--no-as-needed', '-l:libstdc++.so.6'] }), /it needs libstdc\+\+\.so\.6/));
test('one that needs more than itself', () =>
  refuses(build('file', { body: `if (system("true") != 0) abort();` }), /alone in an empty root, it does not come to the end/));
test('one without seeds', () => {
  const out = build('no_seeds');
  fs.rmSync(path.join(out, 'fuzz_no_seeds_seed_corpus.zip'));
  refuses(out, /it has no seed corpus/);
});
test('no target at all', () => {
  const out = path.join(folder, 'empty');
  fs.mkdirSync(out);
  refuses(out, /there is no target/);
});

test('what the logs say', () => {
  const log = 'INFO: Loaded 1 modules   (99 inline 8-bit counters): 99 [0x1, 0x2),\nDone 4 runs in 0 second(s)\n';
  assert.match(judgeEdges(log), /99 edges/);
  assert.equal(judgeEdges(log.replace(': 99 ', ': 100 ')), null);
  assert.equal(judgeRuns(log), null);
  assert.notEqual(judgeRuns(log.replace('4 runs', '3 runs')), null);
});
test('calls of sanitizers', () => {
  const calls = countCalls('  4a: call   48ce10 <__asan_report_load1>\n  4b: callq  48ce10 <__ubsan_handle>\n 4c: call 1 <main>\n');
  assert.deepEqual(calls, { asan: 1, dfsan: 0, msan: 0, ubsan: 1 });
  assert.match(judgeCalls({ asan: 2000, dfsan: 0, msan: 0, ubsan: 201 }), /another sanitizer/);
  assert.match(judgeCalls({ asan: 2000, dfsan: 0, msan: 4, ubsan: 0 }), /another sanitizer/);
  assert.equal(judgeCalls({ asan: 2000, dfsan: 0, msan: 3, ubsan: 200 }), null);
});
test('the machine', () => {
  const bytes = fs.readFileSync(process.execPath).subarray(0, 64);
  assert.equal(judgeMachine(bytes), null);
  bytes.writeUInt16LE(183, 18);
  assert.match(judgeMachine(bytes), /not for x86-64/);
});
test('libraries', () => {
  const ldd = '\tlinux-vdso.so.1 (0x1)\n\tlibuv.so.1 => /lib/libuv.so.1 (0x2)\n\tlibc.so.6 => /lib/libc.so.6 (0x3)\n\t/lib64/ld-linux-x86-64.so.2 (0x4)\n';
  assert.deepEqual(missingLibraries(ldd), ['libuv.so.1']);
});
