// What came of looking for seeded defects by schedules: the estimates, the table and the document.

// The ways of choosing, in the order of the table. The portfolio is the last.
export const columns = [
  { name: 'plain', args: ['--plain', '--no-delays'], plain: true },
  { name: 'delayed', args: ['--plain'], plain: true },
  { name: 'random', args: ['--strategy', 'random20'] },
  { name: 'PCT', args: ['--strategy', 'pct3'] },
  { name: 'walk', args: ['--strategy', 'walk'] },
  { name: 'portfolio', args: [] },
];

// The rows SHOWS_IN(defect, "scenario") of defects.def.
export function readPlaces(text) {
  return new Map([...text.matchAll(/^SHOWS_IN\((\w+), "(\w+)"\)/gm)].map(([, defect, scenario]) => [defect, scenario]));
}

const rounded = (value) => Number(value.toPrecision(3));

// Of tries that ended with a finding, or were given up: how many schedules and seconds one finding
// takes. As in waiting for a rare event, that is all of them divided by the findings, and 95 times in
// 100 the true one is within a factor of e^(1.96/√findings).
export function estimate(tries) {
  const found = tries.filter((one) => one.found).length;
  const sum = (key) => tries.reduce((total, one) => total + one[key], 0);
  if (found === 0) return { found, tries_made: tries.length, schedules: null, seconds: null, factor: null, most: null };
  return {
    found,
    tries_made: tries.length,
    schedules: rounded(sum('schedules') / found),
    seconds: rounded(sum('seconds') / found),
    factor: rounded(Math.exp(1.96 / Math.sqrt(found))),
    most: Math.max(...tries.map((one) => (one.found ? one.schedules : Infinity))),
  };
}

export function judge(rows, options, cpus) {
  const portfolio = rows.map((row) => row.columns.portfolio);
  const within = (limit) => portfolio.filter((one) => one.found === one.tries_made && one.most <= limit).length;
  const replays = portfolio.flatMap((one) => one.tries).filter((one) => one.replayed > 0);
  const replayed = replays.filter((one) => one.replays === one.replayed).length;
  const found = portfolio.filter((one) => one.found > 0).length;
  return {
    v: 1,
    ok: rows.length > 0 && found === rows.length && replayed === replays.length && replays.length === rows.length,
    cpus,
    seeds: options.seeds,
    schedules: options.schedules,
    found,
    within_1000: within(1000),
    within_100: within(100),
    replayed_always: replayed,
    defects: rows,
  };
}

const cell = (one) => (one.found === 0 ? '–' : `${one.schedules} (${one.seconds} s)`);
const replayOf = (row) => {
  const one = row.columns.portfolio.tries.find((each) => each.replayed > 0);
  return one ? `${one.replays}/${one.replayed}` : '–';
};

export function formatTable(result) {
  const titles = ['defect', 'scenario', ...columns.map((one) => one.name), 'replays'];
  const cells = [titles];
  for (const row of result.defects) {
    cells.push([row.name, row.scenario, ...columns.map((one) => cell(row.columns[one.name])), replayOf(row)]);
  }
  const widths = titles.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const lines = cells.map((row) => row.map((text, at) => text.padEnd(widths[at])).join('  ').trimEnd());
  lines.push(`${result.found} of ${result.defects.length} defects found by the portfolio; with every seed within ` +
    `1,000 schedules ${result.within_1000}, within 100 ${result.within_100}; replayed always ${result.replayed_always}`);
  if (result.defects.length === 0) lines.push('FAILED  nothing was looked for');
  return lines.join('\n');
}

const interval = (one) => {
  if (one.found === 0) return '–';
  const low = rounded(one.schedules / one.factor);
  const high = rounded(one.schedules * one.factor);
  return `${one.schedules} [${low}–${high}], ${one.seconds} s${one.found < one.tries_made ? `, ${one.found}/${one.tries_made}` : ''}`;
};

export function formatDocument(result) {
  const lines = [
    '# Schedules: how soon each way of choosing finds a defect',
    '',
    '`./suite defects --by schedule` writes this file. Each defect of concurrency that is seeded in the host or the',
    'checker (`runtime/api/defects.def`) is looked for in the scenario in which it shows, under ThreadSanitizer, with',
    `${result.seeds} seeds. A cell has the schedules that a finding takes, their interval of 95 %, and the seconds; and how many`,
    'of the tries found it, where not all did. A try ends after ' +
      `${result.schedules.toLocaleString('en')} schedules, or, with plain threads, by time alone.`,
    '',
    '- *plain*: threads as they come. *delayed*: the same, and some are stopped for a moment.',
    '- *random*: anybody goes on, at one point of five. *PCT*: priorities that change twice. *walk*: each schedule as',
    '  likely as any other. *portfolio*: eight strategies in turn, which is what is taken where none is named.',
    '',
    `Found by the portfolio: **${result.found} of ${result.defects.length}**; with every seed within 1,000 schedules ` +
      `${result.within_1000}, within 100 ${result.within_100}. Replays that`,
    `failed as the finding did, each time: ${result.replayed_always} of ${result.defects.length} (the last column).`,
    '',
    `| defect | scenario | ${columns.map((one) => one.name).join(' | ')} | shrunk to | replays |`,
    `|---|---|${columns.map(() => '---').join('|')}|---|---|`,
  ];
  for (const row of result.defects) {
    const first = row.columns.portfolio.tries.find((one) => one.replayed > 0);
    lines.push(`| ${row.name} | ${row.scenario} | ${columns.map((one) => interval(row.columns[one.name])).join(' | ')} | ` +
      `${first?.shrunk_to ?? '–'} | ${replayOf(row)} |`);
  }
  lines.push('', '## What each is', '');
  for (const row of result.defects) {
    const why = row.columns.portfolio.tries.findLast((one) => one.found)?.why ?? 'not found';
    lines.push(`- **${row.name}** (modelled on ${row.modelled_on}): ${row.text} Found as ${why.replaceAll(/\s+/g, ' ').slice(0, 160)}.`);
  }
  return `${lines.join('\n')}\n`;
}
