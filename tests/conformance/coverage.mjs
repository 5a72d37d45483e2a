// How often each function was called in the programs that were compared, and what it answered.

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
