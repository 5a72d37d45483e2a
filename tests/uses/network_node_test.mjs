// network in a real Node.js: what it gets is what node:http serves, and what fetch() gets.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import events from 'node:events';
import http from 'node:http';
import test from 'node:test';
import { codeOf, load, terminateWhile } from './uses.mjs';

const { cancel, get, getAll, post } = load('network');
const big = crypto.randomBytes(3000000);

function serve(request, response) {
  switch (request.url) {
    case '/hello': return response.setHeader('Content-Type', 'text/plain').end('hello\n');
    case '/big': return response.end(big);
    case '/pieces': // Without a length: in chunks.
      for (let i = 0; i < 10; i += 1) response.write(big.subarray(i * 1000, i * 1000 + 1000));
      return response.end();
    case '/redirect': return response.writeHead(302, { Location: '/hello' }).end();
    case '/endless': return response.writeHead(302, { Location: '/endless' }).end();
    case '/echo': return request.pipe(response.setHeader('X-Method', request.method));
    case '/broken': return request.socket.destroy();
    case '/hold': return undefined;
    default: return response.writeHead(404).end('not found\n');
  }
}

/** A server on this machine for the test `t`. */
async function serverFor(t) {
  const server = http.createServer(serve).listen(0, '127.0.0.1');
  await events.once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${server.address().port}`;
  return { server, at: (name) => `${base}/${name}` };
}

async function fetched(url, options) {
  const response = await fetch(url, options);
  return {
    status: response.status,
    type: response.headers.get('Content-Type') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  };
}

test('replies are those that fetch() gets', async (t) => {
  const { at } = await serverFor(t);
  for (const name of ['hello', 'big', 'pieces', 'redirect', 'none']) {
    assert.deepEqual(await get(at(name)), await fetched(at(name)), name);
  }
});

test('what is posted is what is read', async (t) => {
  const { at } = await serverFor(t);
  for (const body of [Buffer.alloc(0), Buffer.from('a\0b'), big]) {
    const expected = await fetched(at('echo'), { method: 'POST', body });
    assert.deepEqual(await post(at('echo'), body), expected);
  }
});

test('a body is what it was at the call', async (t) => {
  const { at } = await serverFor(t);
  const body = Buffer.from('before');
  const reply = post(at('echo'), body);
  body.write('after!');
  assert.equal((await reply).body.toString(), 'before');
});

test('several at once', async (t) => {
  const { at } = await serverFor(t);
  const names = ['hello', 'big', 'none', 'redirect', 'pieces', 'big', 'hello', 'hello'];
  const expected = await Promise.all(names.map((name) => fetched(at(name))));
  assert.deepEqual(await getAll(names.map(at)), expected);
  assert.deepEqual(await Promise.all(names.map((name) => get(at(name)))), expected);
});

test('what fails is rejected', async (t) => {
  const { server, at } = await serverFor(t);
  assert.equal(await codeOf(get(at('broken'))), 'ERR_NETWORK');
  assert.equal(await codeOf(get(at('endless'))), 'ERR_NETWORK');
  assert.equal(await codeOf(get(at('hold'), 50)), 'ETIMEDOUT');
  assert.equal(await codeOf(get('file:///etc/hostname')), 'ERR_INVALID_URL');
  server.closeAllConnections();
  server.close();
  assert.equal(await codeOf(get(at('hello'))), 'ECONNREFUSED');
});

test('what is cancelled lets go of its connection', async (t) => {
  const { server, at } = await serverFor(t);
  // Four works are all that the pool executes at once.
  const works = [...Array(4)].map(() => get(at('hold')));
  const closed = [];
  for (let i = 0; i < works.length; i += 1) {
    const [request] = await events.once(server, 'request');
    closed.push(events.once(request.socket, 'close'));
  }
  assert.equal(cancel(), 4);
  assert.deepEqual(new Set(await Promise.all(works.map(codeOf))), new Set(['ECANCELED']));
  await Promise.all(closed);
});

test('a Worker may end at any time', async (t) => {
  const { at } = await serverFor(t);
  const code = `
    for (let i = 0; i < 8; i += 1) uses.get(workerData);
    uses.getAll(Array(8).fill(workerData));
    parentPort.postMessage(0);`;
  for (let i = 0; i < 10; i += 1) await terminateWhile('network', code, at('hello'));
});
