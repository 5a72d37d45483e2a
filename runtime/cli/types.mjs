// Prints what a TypeScript declaration file says of a module's exports, as JSON on one line. It is
// built into the napisan command, which runs it with --types; the parsing is TypeScript's.
//
//   node --input-type=module - FILE.d.ts < types.mjs
//
// The model: { exports: { name: type }, optional: [name], types: [...] }. A type is an index into
// types, and may lead to itself. Each has `kind` and `text`, TypeScript's own words for it:
//
//   any void                     nothing is known, or nothing that can be looked at
//   number string boolean bigint symbol undefined null object never
//   literal   value              a number, string or boolean
//   union     of: [type]         one of them;   intersection: all of them
//   array     of: type           tuple   of: [type], min
//   promise   of: type
//   builtin   name               Error, Date, Uint8Array, Buffer, ...
//   record    properties: { name: { type, optional } }
//   function  signatures: [{ parameters: [parameter], returns, text }], where each parameter is
//             { name, type, optional, rest }
//   class     signatures, properties: of its constructor; instances are records
//
// Exit status: 0; 3 where typescript is missing or cannot do it; 4 where the file is wrong. Then
// one line on stderr says what to do.
import { createRequire } from 'node:module';
import path from 'node:path';

const kErrors = /^((Eval|Range|Reference|Syntax|Type|URI)?Error)$/;
const kArrays = /^((Ui|I)nt(8|16|32)|Float(16|32|64)|Big(Ui|I)nt64|Uint8Clamped)Array$/;
const kOthers = /^(Date|ArrayBuffer|DataView|Buffer)$/;
// Objects of JavaScript's own that the host cannot have.
const kOpaque = /^(Map|Set|WeakMap|WeakSet|WeakRef|RegExp|SharedArrayBuffer|Proxy|Iterator)$/;
const kGlobals = 'interface Buffer extends Uint8Array {}\n';

function fail(status, line) {
  process.stderr.write(`${line}\n`);
  process.exit(status);
}

/** The typescript of the project that the file belongs to, or else of where the command runs. */
function findTypeScript(file) {
  for (const from of [file, path.join(process.cwd(), 'index.js')]) {
    const require = createRequire(path.resolve(from));
    try {
      const ts = require('typescript');
      if (ts.createProgram) return ts;
      fail(3, `typescript ${ts.version} has no API to parse with; npm install typescript@6`);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return fail(3, 'typescript is missing, which parses it: npm install typescript@6');
}

const file = process.argv[2];
const ts = findTypeScript(file);
const { SymbolFlags, TypeFlags } = ts;

function makeProgram() {
  const options = {
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const globals = path.join(path.dirname(path.resolve(file)), 'napisan-globals.d.ts');
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === globals || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === globals
      ? ts.createSourceFile(name, kGlobals, ts.ScriptTarget.ESNext)
      : getSourceFile(name, ...rest);
  return ts.createProgram([file, globals], options, host);
}

const program = makeProgram();
const checker = program.getTypeChecker();
const source = program.getSourceFile(file) ?? fail(4, `${file}: no such file; name a .d.ts file`);
const [wrong] = program.getSyntacticDiagnostics(source);
if (wrong) {
  const { line, character } = source.getLineAndCharacterOfPosition(wrong.start);
  const message = ts.flattenDiagnosticMessageText(wrong.messageText, ' ');
  fail(4, `${file}:${line + 1}:${character + 1}: ${message}`);
}

/** The file itself, or the one module that it declares by name. */
function moduleSymbol() {
  const own = checker.getSymbolAtLocation(source);
  if (own) return own;
  const named = source.statements.filter(
    (node) => ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name),
  );
  if (named.length === 1) return checker.getSymbolAtLocation(named[0].name);
  return fail(4, `${file}: it exports nothing; declare with export what the module exports`);
}

const types = [];
const indexOf = new Map();
// Generic types can lead to new ones without end.
const kDepthMax = 20;
const kTypesMax = 2000;
let depth = 0;

function typeOf(type) {
  if (indexOf.has(type)) return indexOf.get(type);
  const index = types.length;
  // Before what it is made of: it may lead to itself.
  types.push(null);
  const text = checker.typeToString(type);
  if (depth > kDepthMax || index > kTypesMax) {
    types[index] = { kind: 'any', text };
    return index;
  }
  indexOf.set(type, index);
  depth += 1;
  types[index] = { ...describe(type), text };
  depth -= 1;
  return index;
}

function describe(type) {
  const { flags } = type;
  if (flags & TypeFlags.Void) return { kind: 'void' };
  if (flags & TypeFlags.Undefined) return { kind: 'undefined' };
  if (flags & TypeFlags.Null) return { kind: 'null' };
  if (flags & TypeFlags.Never) return { kind: 'never' };
  if (flags & TypeFlags.BooleanLiteral) {
    return { kind: 'literal', value: checker.typeToString(type) === 'true' };
  }
  if (flags & (TypeFlags.StringLiteral | TypeFlags.NumberLiteral)) {
    return { kind: 'literal', value: type.value };
  }
  if (flags & TypeFlags.Boolean) return { kind: 'boolean' };
  // An enum is a union of its members where they are known.
  if (type.isUnion()) return { kind: 'union', of: type.types.map(typeOf) };
  if (type.isIntersection()) return { kind: 'intersection', of: type.types.map(typeOf) };
  if (flags & TypeFlags.NumberLike) return { kind: 'number' };
  if (flags & TypeFlags.StringLike) return { kind: 'string' };
  if (flags & TypeFlags.BigIntLike) return { kind: 'bigint' };
  if (flags & TypeFlags.ESSymbolLike) return { kind: 'symbol' };
  if (flags & TypeFlags.NonPrimitive) return { kind: 'object' };
  if (flags & TypeFlags.Object) return describeObject(type);
  return { kind: 'any' };
}

const isOfLibrary = (symbol) =>
  symbol?.declarations?.some(
    (node) =>
      program.isSourceFileDefaultLibrary(node.getSourceFile()) ||
      node.getSourceFile().fileName.endsWith('napisan-globals.d.ts') ||
      /[\\/]@types[\\/]node[\\/]/.test(node.getSourceFile().fileName),
  );

function describeObject(type) {
  const name = type.symbol?.name ?? '';
  if (checker.isTupleType(type)) {
    const { minLength, hasRestElement } = type.target;
    if (hasRestElement) return { kind: 'any' };
    return { kind: 'tuple', of: checker.getTypeArguments(type).map(typeOf), min: minLength };
  }
  if (checker.isArrayType(type)) {
    return { kind: 'array', of: typeOf(checker.getTypeArguments(type)[0]) };
  }
  if (isOfLibrary(type.symbol)) {
    if (name === 'Promise' || name === 'PromiseLike') {
      return { kind: 'promise', of: typeOf(checker.getTypeArguments(type)[0]) };
    }
    if ([kErrors, kArrays, kOthers].some((pattern) => pattern.test(name))) {
      return { kind: 'builtin', name };
    }
    if (kOpaque.test(name)) return { kind: 'object' };
    if (name === 'Function' || name === 'CallableFunction') return functionOf([]);
    return { kind: 'any' };
  }
  const constructors = checker.getSignaturesOfType(type, ts.SignatureKind.Construct);
  const calls = checker.getSignaturesOfType(type, ts.SignatureKind.Call);
  if (constructors.length > 0) {
    const { signatures } = functionOf(constructors, ts.SignatureKind.Construct);
    return { kind: 'class', signatures, properties: propertiesOf(type) };
  }
  if (calls.length > 0) return functionOf(calls);
  return { kind: 'record', properties: propertiesOf(type) };
}

function functionOf(signatures, kind = ts.SignatureKind.Call) {
  return { kind: 'function', signatures: signatures.map((each) => signatureOf(each, kind)) };
}

const kArrow = ts.TypeFormatFlags.WriteArrowStyleSignature;

function signatureOf(signature, kind) {
  const parameters = signature.getParameters().map((symbol) => {
    const node = symbol.valueDeclaration;
    const type = checker.getTypeOfSymbolAtLocation(symbol, node ?? source);
    const rest = Boolean(node && ts.isParameter(node) && node.dotDotDotToken);
    const element = rest ? checker.getTypeArguments(type)[0] : type;
    const optional = Boolean(node && ts.isParameter(node) && checker.isOptionalParameter(node));
    return { name: symbol.name, type: typeOf(element ?? type), optional: optional || rest, rest };
  });
  return {
    parameters,
    returns: typeOf(signature.getReturnType()),
    text: checker.signatureToString(signature, undefined, kArrow, kind),
  };
}

function propertiesOf(type) {
  const properties = {};
  for (const symbol of checker.getPropertiesOfType(type)) {
    if (symbol.name === 'prototype' || symbol.name.startsWith('__@')) continue;
    const modifiers = ts.getCombinedModifierFlags(symbol.valueDeclaration ?? source);
    // Not for others to look at.
    if (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) continue;
    const node = symbol.valueDeclaration ?? symbol.declarations?.[0] ?? source;
    properties[symbol.name] = {
      type: typeOf(checker.getTypeOfSymbolAtLocation(symbol, node)),
      optional: Boolean(symbol.flags & SymbolFlags.Optional),
    };
  }
  return properties;
}

const exported = {};
const optional = [];
for (const symbol of checker.getExportsOfModule(moduleSymbol())) {
  const real = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (!(real.flags & SymbolFlags.Value)) continue;
  // TypeScript puts the values of these where they are used.
  if (real.flags & SymbolFlags.ConstEnum) optional.push(symbol.name);
  exported[symbol.name] = typeOf(checker.getTypeOfSymbolAtLocation(real, source));
}
if (Object.keys(exported).length === 0) {
  fail(4, `${file}: it exports no values; declare with export what the module exports`);
}
process.stdout.write(`${JSON.stringify({ v: 1, exports: exported, optional, types })}\n`);
