// bench_calls in a real Node.js: runs bench_calls.node and writes what bench_calls_host writes, in
// the shape of Google Benchmark's JSON.
//
//   node calls_in_node.mjs MODULE --benchmark_min_time=SECONDS --benchmark_out=FILE
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';

const [module, ...rest] = process.argv.slice(2);
const options = Object.fromEntries(rest.map((option) => option.replace(/^--/, '').split('=')));
createRequire(import.meta.url)(module);
const { run, name, cpuNs } = globalThis.benchCalls;

// As bench_calls_host has it.
const kBatch = 16384;
const kWarm = 2;

const benchmarks = [];
for (let index = 0; name(index) !== undefined; ++index) {
  for (let i = 0; i < kWarm; ++i) run(index, kBatch);
  await setImmediate();
  const enough = Number(options.benchmark_min_time) * 1e9;
  const begin = cpuNs();
  let iterations = 0;
  do {
    run(index, kBatch);
    iterations += kBatch;
    // The loop turns, as it would between a module's calls: finalizers and the like have their time.
    await setImmediate();
  } while (cpuNs() - begin < enough);
  const cpu_time = (cpuNs() - begin) / iterations;
  benchmarks.push({ name: `BM_Calls/${name(index)}`, run_name: `BM_Calls/${name(index)}`, iterations,
    real_time: cpu_time, cpu_time, time_unit: 'ns' });
}
const context = { front: `node ${process.version}` };
fs.writeFileSync(options.benchmark_out, JSON.stringify({ context, benchmarks }, null, 2));
