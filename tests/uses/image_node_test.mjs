// image in a real Node.js: sizes and pixels are those that node:zlib and arithmetic give.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as png from './png.mjs';
import { codeOf, load, terminateWhile } from './uses.mjs';

const { cancel, decode, draw, icons, resize } = load('image');
v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

function randomPicture(width, height) {
  return { width, height, pixels: crypto.randomBytes(width * height * 4) };
}

/** Each pixel is the mean of those that it stands for, colours by their alpha. */
function resized({ width, height, pixels }, newWidth, newHeight) {
  const out = Buffer.alloc(newWidth * newHeight * 4);
  const rangeOf = (index, from, to) => {
    const begin = Math.floor((index * from) / to);
    return [begin, Math.max(begin + 1, Math.floor(((index + 1) * from) / to))];
  };
  for (let y = 0; y < newHeight; y += 1) {
    for (let x = 0; x < newWidth; x += 1) {
      const [left, right] = rangeOf(x, width, newWidth);
      const [top, bottom] = rangeOf(y, height, newHeight);
      const sums = [0, 0, 0, 0];
      for (let v = top; v < bottom; v += 1) {
        for (let u = left; u < right; u += 1) {
          const [red, green, blue, alpha] = pixels.subarray((v * width + u) * 4);
          [red * alpha, green * alpha, blue * alpha, alpha].forEach((sum, i) => (sums[i] += sum));
        }
      }
      const alpha = sums[3];
      const half = Math.floor(alpha / 2);
      const colour = (sum) => (alpha === 0 ? 0 : Math.floor((sum + half) / alpha));
      const count = (right - left) * (bottom - top);
      const mean = Math.floor((alpha + Math.floor(count / 2)) / count);
      out.set([...sums.slice(0, 3).map(colour), mean], (y * newWidth + x) * 4);
    }
  }
  return { width: newWidth, height: newHeight, pixels: out };
}

/** As deepEqual, without a line for each byte where they differ. */
function assertSame(actual, expected) {
  const sizeOf = ({ width, height }) => `${width}x${height}`;
  assert.equal(sizeOf(actual), sizeOf(expected));
  const at = actual.pixels.findIndex((byte, index) => byte !== expected.pixels[index]);
  assert.equal(at, -1, `of ${sizeOf(actual)}, byte ${at} differs`);
  assert.equal(actual.pixels.length, expected.pixels.length);
}

const kSizes = [[1, 1], [3, 7], [64, 64], [100, 33], [257, 5]];

test('what node:zlib packs is decoded', async () => {
  for (const [width, height] of kSizes) {
    const picture = randomPicture(width, height);
    assertSame(await decode(png.encode(picture)), picture);
  }
});

test('what is encoded is read by node:zlib', async () => {
  for (const [width, height] of kSizes) {
    const drawn = await draw(width, height);
    assertSame(png.decode(drawn), await decode(drawn));
    const picture = randomPicture(width, height);
    const same = await resize(png.encode(picture), width, height);
    // What is transparent has no colour after that.
    assertSame(png.decode(same), resized(picture, width, height));
  }
});

test('pixels are the means of those that they stand for', async () => {
  const picture = randomPicture(100, 33);
  const bytes = png.encode(picture);
  for (const [width, height] of [[1, 1], [10, 11], [99, 32], [50, 66], [200, 1]]) {
    const expected = resized(picture, width, height);
    assertSame(png.decode(await resize(bytes, width, height)), expected);
  }
  const made = (await icons(bytes, [1, 16, 33])).map(png.decode);
  [1, 16, 33].forEach((side, i) => assertSame(made[i], resized(picture, side, side)));
});

test('a Buffer that nobody has any more lives until its works are done', async () => {
  const picture = randomPicture(300, 300);
  const bytes = png.encode(picture);
  const works = [...Array(16)].map(() => decode(Buffer.from(bytes)));
  for (let i = 0; i < 5; i += 1) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  for (const work of works) assertSame(await work, picture);
});

test('what is no picture is rejected', async () => {
  const bytes = png.encode(randomPicture(10, 10));
  const bad = Buffer.from(bytes);
  bad[bytes.length - 20] ^= 1; // In what is packed: its check is wrong.
  for (const input of [Buffer.alloc(0), Buffer.from('text'), bytes.subarray(0, 60), bad]) {
    assert.equal(await codeOf(decode(input)), 'ERR_PNG');
  }
  assert.throws(() => decode('text'), TypeError);
  assert.throws(() => draw(0, 1), RangeError);
});

test('all progress comes before the promise', async () => {
  const steps = [];
  await resize(png.encode(randomPicture(64, 64)), 8, 8, (...step) => steps.push(step));
  assert.deepEqual(steps, [[1, 3], [2, 3], [3, 3]]);
});

test('what is cancelled is rejected', async () => {
  const bytes = png.encode(randomPicture(200, 200));
  const works = [...Array(6)].map(() => icons(bytes, [10, 20, 30]));
  assert.equal(cancel(), 6);
  assert.deepEqual(new Set(await Promise.all(works.map(codeOf))), new Set(['ECANCELED']));
});

test('a Worker may end at any time', async () => {
  const code = `
    const png = await uses.draw(256, 256);
    for (let i = 0; i < 8; i += 1) uses.resize(png, 64, 64, () => parentPort.postMessage(0));
    uses.icons(png, [8, 16, 24, 32]);`;
  for (let i = 0; i < 10; i += 1) await terminateWhile('image', code);
});
