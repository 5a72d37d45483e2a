// PNGs of 8 bits a channel by node:zlib alone: what libpng is held against.
import zlib from 'node:zlib';

const kSignature = Buffer.from('89504e470d0a1a0a', 'hex');
const kChannels = { 0: 1, 2: 3, 4: 2, 6: 4 };

function paeth(left, up, corner) {
  const estimate = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(estimate - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** What a filter of PNG expects at byte `i` of a row. */
function expected(filter, row, above, i, step) {
  const left = i < step ? 0 : row[i - step];
  const up = above[i];
  const corner = i < step ? 0 : above[i - step];
  return [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
}

function chunk(type, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const named = Buffer.concat([Buffer.from(type), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

// Node.js 20.15 and later have it in zlib.
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** RGBA pixels as a PNG, with each of the five filters in turn. */
export function encode({ width, height, pixels }) {
  const size = width * 4;
  const rows = [];
  let above = Buffer.alloc(size);
  for (let y = 0; y < height; y += 1) {
    const row = pixels.subarray(y * size, (y + 1) * size);
    const filter = y % 5;
    const above_ = above;
    const filtered = Buffer.from(row.map((byte, i) => byte - expected(filter, row, above_, i, 4)));
    rows.push(Buffer.from([filter]), filtered);
    above = row;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const data = zlib.deflateSync(Buffer.concat(rows));
  const end = Buffer.alloc(0);
  const chunks = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', end)];
  return Buffer.concat([kSignature, ...chunks]);
}

/** A PNG's RGBA pixels. */
export function decode(png) {
  if (!png.subarray(0, 8).equals(kSignature)) throw new Error('no PNG');
  const data = [];
  let header;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const content = png.subarray(at + 8, at + 8 + length);
    if (crc32(png.subarray(at + 4, at + 8 + length)) !== png.readUInt32BE(at + 8 + length)) {
      throw new Error(`the check of ${type} is wrong`);
    }
    if (type === 'IHDR') header = content;
    if (type === 'IDAT') data.push(content);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = kChannels[header[9]];
  if (header[8] !== 8 || !channels || header[12] !== 0) throw new Error('no PNG of this kind');
  const bytes = zlib.inflateSync(Buffer.concat(data));
  const size = width * channels;
  const pixels = Buffer.alloc(width * height * 4);
  let above = Buffer.alloc(size);
  for (let y = 0; y < height; y += 1) {
    const filter = bytes[y * (size + 1)];
    const row = Buffer.from(bytes.subarray(y * (size + 1) + 1, (y + 1) * (size + 1)));
    for (let i = 0; i < size; i += 1) row[i] += expected(filter, row, above, i, channels);
    for (let x = 0; x < width; x += 1) {
      const pixel = row.subarray(x * channels, (x + 1) * channels);
      const grey = channels < 3;
      const alpha = channels % 2 === 0 ? pixel[channels - 1] : 255;
      pixels.set([pixel[0], pixel[grey ? 0 : 1], pixel[grey ? 0 : 2], alpha], (y * width + x) * 4);
    }
    above = row;
  }
  return { width, height, pixels };
}
