// The command lines of fuzz.mjs and defects.mjs: BUILD [NAME…] [--seconds N] and other numbers.

export class UsageError extends Error {}

/** `numbers` has the value that each --key has where it is not given. */
export function readArguments(args, numbers) {
  const options = { build: '', names: [], ...numbers };
  for (let at = 0; at < args.length; ++at) {
    const key = args[at].startsWith('--') ? args[at].slice(2) : '';
    if (Object.hasOwn(numbers, key)) {
      const value = Number(args[++at]);
      if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${key} takes a whole number from 1`);
      options[key] = value;
    } else if (args[at].startsWith('-')) {
      throw new UsageError(`unknown option ${args[at]}`);
    } else if (!options.build) {
      options.build = args[at];
    } else {
      options.names.push(args[at]);
    }
  }
  if (!options.build) throw new UsageError('the build folder is expected');
  return options;
}
