// What came of fuzzing, target by target: read from what libFuzzer and the replay programs print, and
// judged.

const lastMatch = (text, pattern) => [...text.matchAll(pattern)].at(-1);

// "#1024 NEW cov: 12 ft: 34 corp: 5/60b lim: 4 exec/s: 100 rss: 30Mb", as libFuzzer says it.
const kPulse = /^#(\d+)\s+[A-Za-z]+\s+cov: (\d+)(?: ft: (\d+))?(?: corp: (\d+)\/\S+)?.*$/gm;

// The last line of progress in a log that may go on, or null.
export function readPulse(log) {
  const pulse = lastMatch(log, kPulse);
  if (!pulse) return null;
  const [line, executions, edges, features = 0, corpus = 0] = pulse;
  const perSecond = Number(line.match(/exec\/s: (\d+)/)?.[1] ?? 0);
  return {
    executions: Number(executions), edges: Number(edges), features: Number(features),
    corpus: Number(corpus), perSecond,
  };
}

// A log that ended early, by a finding or an interrupt, has no statistics: then the last line of
// progress counts.
export function readLog(log, seconds) {
  const pulse = readPulse(log);
  const stat = (name) => {
    const found = lastMatch(log, new RegExp(`^stat::${name}:\\s+(\\d+)`, 'gm'));
    return found && Number(found[1]);
  };
  const executions = stat('number_of_executed_units') ?? pulse?.executions ?? 0;
  return {
    executions,
    executions_per_second: Math.round(executions / Math.max(seconds, 1e-3)),
    corpus: pulse?.corpus ?? 0,
    features: pulse?.features ?? 0,
    edges: pulse?.edges ?? 0,
    state_event_pairs: stat('state_event_pairs') ?? null,
  };
}

// What a log says of the finding that ended it: the target's own words before the engine's.
export function readFinding(log) {
  const line = log.match(/^.*\bFAILED: .*$/m) ?? log.match(/^SUMMARY: .*$/m) ??
    log.match(/^==\d+==\s*ERROR: .*$/m);
  return line ? line[0].trim() : 'no line says why: see the log';
}

export const readStability = (text) => {
  const found = text.match(/^stability: .*\((\d+\.\d+) %\)/m);
  return found ? Number(found[1]) : null;
};

// Why a target's run is not as it should be.
export function problemsOf(target) {
  const problems = target.findings.map(({ why, again }) => `${why}; again with: ${again}`);
  if (target.executions === 0) problems.push('no input was executed');
  if (target.stable && target.stability !== null && target.stability < 100) {
    problems.push(`the same input does not run alike each time: ${target.stability} %`);
  }
  if (target.failed) problems.push(target.failed);
  return problems;
}

export function resultOf(targets, interrupted = false) {
  const rows = targets.map((target) => ({ ...target, problems: problemsOf(target) }));
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const ok = rows.length > 0 && rows.every((row) => row.problems.length === 0);
  return { v: 1, ok, interrupted, executions: sum('executions'), targets: rows };
}

const kColumns = [
  ['target', (row) => row.name],
  ['executions', (row) => row.executions],
  ['a second', (row) => row.executions_per_second],
  ['corpus', (row) => row.corpus],
  ['features', (row) => row.features],
  ['edges', (row) => row.edges],
  ['state-event pairs', (row) => row.state_event_pairs ?? '–'],
  ['stability', (row) => (row.stability === null ? '–' : `${row.stability.toFixed(2)} %`)],
  ['findings', (row) => row.findings.length],
];

export function formatTable(result) {
  const cells = [kColumns.map(([title]) => title)];
  for (const row of result.targets) cells.push(kColumns.map(([, value]) => String(value(row))));
  const widths = kColumns.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const lines = cells.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ').trimEnd());
  for (const row of result.targets) {
    for (const problem of row.problems) lines.push(`FAILED  ${row.name}: ${problem}`);
  }
  if (result.targets.length === 0) lines.push('FAILED  no target ran');
  return lines.join('\n');
}
