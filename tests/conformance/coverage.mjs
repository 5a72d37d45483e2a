// How often each function was called in the programs that were compared, and what it answered.

import { readFileSync } from 'node:fs';

// Functions that no trace shows with napi_ok, and why.
const exceptions = {
  napi_module_register: 'only a library that is being loaded may call it',
  napi_fatal_error: 'it does not return; programs that end by it are compared all the same',
};
// The first major version of Node that has them, where that is not every one.
const first = { node_api_create_buffer_from_arraybuffer: 22 };

export function coverageOf(traces) {
  const functions = new Map();
  for (const lines of traces) {
    for (const line of lines) {
      const found = line.match(/^ *(?:quiet |noenv |times \d+ )*((?:napi|node_api)_\w+).*?: (napi_\w+)/);
      if (found === null) continue;
      const [, name, status] = found;
      const statuses = functions.get(name) ?? new Map();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      functions.set(name, statuses);
    }
  }
  return functions;
}

export function coverageTable(functions) {
  return [...functions.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, statuses]) => {
      const counts = [...statuses.entries()].sort(([, a], [, b]) => b - a);
      return `${name}: ${counts.map(([status, count]) => `${status} ${count}`).join(', ')}`;
    }).join('\n');
}

// The names in functions.def that releases of Node export.
export function functionsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/^FUNCTION\((\w+), \d+,/gm)].map(([, name]) => name);
}

// What is wrong with the coverage, a line each.
export function uncovered(functions, covered, major) {
  const problems = [];
  for (const name of functions) {
    const good = covered.get(name)?.has('napi_ok') ?? false;
    const excepted = name in exceptions || major < (first[name] ?? 0);
    if (!good && !excepted) problems.push(`no program calls ${name} well`);
    if (good && excepted) problems.push(`coverage.mjs need not except ${name}`);
  }
  return problems;
}
