// Where our host differs from Node.js on purpose. Each row must match in the programs that it names
// as long as it is here: a row that no program needs any more fails the comparison.
//
//   programs  which, by name
//   other     what the other side's line looks like
//   host      what our host's line looks like
//   reason    why
//   rest      true where all that follows differs, too
//   until     what would have to be there for the row to go

export const differences = [
  {
    programs: /^sweep\/napi_run_script\//,
    other: /napi_run_script/,
    host: /napi_run_script .*: napi_cannot_run_js/,
    // Also what the script then throws.
    rest: true,
    reason: 'there is no engine to run a script',
    until: 'an engine, which this host is defined by not having',
  },
  {
    programs: /^(sweep\/napi_get_property_names\/1=buffer|random)\//,
    other: /array\(\d+\) .*"readBigUInt64LE"/,
    host: /array\(\d+\)/,
    reason: "Buffer's prototype has none of the methods that Node.js writes in JavaScript",
    until: 'a module that counts on their names',
  },
  {
    programs: /^sweep\/napi_get_all_property_names\/2=0\//,
    other: /"__defineGetter__"/,
    host: /"constructor", 3: "toString", 4: "valueOf"/,
    reason: 'Object.prototype has what conversions need, not all that ECMAScript has',
    until: 'a module that counts on their names',
  },
  {
    programs: /^promises\/unhandled_rejection$/,
    other: /^uncaught Error: nobody listens/,
    host: /^\(no more lines\)$/,
    reason: 'a rejection that nobody handles is told by the JavaScript layer of Node.js',
    until: 'a program in JavaScript that runs in this host',
  },
];

// The same for the host with the checker in front.
export const checkedDifferences = [
  {
    programs: /^sweep\/napi_(un)?ref_threadsafe_function\/noenv\//,
    other: /^  noenv .*: napi_invalid_arg/,
    host: /^  noenv .*: napi_ok/,
    reason: 'Node.js looks at the function only; the checker wants an env wherever there is a place',
    until: 'a module that passes none',
  },
];
