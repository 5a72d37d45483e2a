// The scripts of this folder, and the modules that each names in its first lines:
//
//   // module: npm PACKAGE/FILE     below node_modules; skipped where it is not installed
//   // module: built FILE           built beside the tests
//   // reports: RULE, …             what napisan is right to report; see docs/findings.md
//   // profiles: PROFILE, …         those that it runs in, where not in all
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

export const terminates = (text) => /^terminate$/m.test(text);

const kProfiles = 'node20, node22, node24, node26, openharmony';

/** One entry for each script and module: name, script, kind, module and reports. */
export function readScripts({ packages, built, only, name }) {
  const folders = { npm: packages, built };
  const entries = [];
  for (const file of fs.readdirSync(here).sort()) {
    if (!file.endsWith('.script') || (name && file !== `${name}.script`)) continue;
    const script = path.join(here, file);
    const text = fs.readFileSync(script, 'utf8');
    const [, list = ''] = /^\/\/ reports: (.*)$/m.exec(text) ?? [];
    const reports = list.split(', ').filter(Boolean);
    const [, named = kProfiles] = /^\/\/ profiles: (.*)$/m.exec(text) ?? [];
    const profiles = named.split(', ');
    const modules = [...text.matchAll(/^\/\/ module: (npm|built) (\S+)$/gm)];
    if (modules.length === 0) throw new Error(`${file} names no module`);
    for (const [, kind, relative] of modules) {
      if (only && kind !== only) continue;
      const module = path.resolve(folders[kind] ?? '.', relative);
      const several = modules.length > 1;
      const label = several ? path.basename(relative, '.node') : path.basename(file, '.script');
      entries.push({ name: label, script, text, kind, module, relative, reports, profiles });
    }
  }
  return entries;
}

/** Why the module of an entry cannot be run here, or null. */
export function whyMissing(entry) {
  if (fs.existsSync(entry.module)) return null;
  return entry.kind === 'npm'
    ? `${entry.relative} is not installed: npm ci installs it`
    : `${entry.relative} is not built: node-addon-api is not installed`;
}
