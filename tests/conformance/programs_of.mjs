// What the comparison must know of programs, from the headers of their text.

import { readFileSync } from 'node:fs';

// [{ name, text, profile, since, teardown, ends, undefined, race }]
export function programsOf(files) {
  const programs = [];
  for (const file of files) {
    let program;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, word, rest] = line.match(/^(\S*)\s*(.*)$/);
      if (word === 'program') {
        program = {
          name: rest, text: '', profile: '', since: 0, teardown: false, ends: false, undefined: '', race: '',
        };
        programs.push(program);
      } else if (program === undefined) {
        continue;
      } else if (word === 'ends') {
        program.ends = true;
      } else if (word === 'teardown') {
        program.teardown = true;
      } else if (word === 'profile') {
        program.profile = rest;
      } else if (word === 'since') {
        program.since = Math.max(program.since, Number.parseInt(rest, 10));
      } else if (word === 'undefined:' || word === 'race:') {
        program[word.slice(0, -1)] = rest;
      }
      program.text += `${line}\n`;
    }
  }
  return programs;
}
