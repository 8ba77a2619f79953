import {crc32, deflateSync, inflateSync} from 'node:zlib'

/** A screenshot with a palette of its 256 most frequent colours: what else there is becomes the nearest of them. It takes less than half. */
export function smallPng(png: Buffer): Buffer {
  const {width, height, pixels} = pixelsOf(png)
  const counts = new Map<number, number>()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 256)
    .map(([pixel]) => pixel)
  const places = new Map<number, number>()
  for (const pixel of counts.keys()) places.set(pixel, nearest(palette, pixel))
  const lines = Buffer.alloc(height * (width + 1))
  for (const [i, pixel] of pixels.entries()) {
    lines[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = places.get(pixel) ?? 0
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  // 8 bits a pixel, by palette.
  head.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.from(palette.flatMap((pixel) => [pixel >> 16, (pixel >> 8) & 255, pixel & 255]))
  const chunks = [chunk('IHDR', head), chunk('PLTE', colours)]
  return Buffer.concat([
    png.subarray(0, 8),
    ...chunks,
    chunk('IDAT', deflateSync(lines, {level: 9})),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function nearest(palette: readonly number[], pixel: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [i, other] of palette.entries()) {
    const far = [16, 8, 0].reduce(
      (sum, shift) => sum + (((pixel >> shift) & 255) - ((other >> shift) & 255)) ** 2,
      0,
    )
    if (far < least) [best, least] = [i, far]
  }
  return best
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const
  ends[0].writeUInt32BE(data.length)
  ends[1].writeUInt32BE(crc32(body))
  return Buffer.concat([ends[0], body, ends[1]])
}

/** The pixels of a PNG as browsers write it: 8 bits a colour, not interlaced. */
function pixelsOf(png: Buffer): {width: number; height: number; pixels: number[]} {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const size = png[25] === 6 ? 4 : 3
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) !== 'IDAT') continue
    parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const bytes = inflateSync(Buffer.concat(parts))
  const length = width * size
  let above = Buffer.alloc(length)
  const pixels: number[] = []
  for (let y = 0; y < height; y++) {
    const start = y * (length + 1)
    const line = Buffer.from(bytes.subarray(start + 1, start + 1 + length))
    unfilter(bytes[start] ?? 0, line, above, size)
    for (let x = 0; x < length; x += size) pixels.push(line.readUIntBE(x, 3))
    above = line
  }
  return {width, height, pixels}
}

function unfilter(filter: number, line: Buffer, above: Buffer, size: number): void {
  for (let i = 0; i < line.length; i++) {
    const a = line[i - size] ?? 0
    const b = above[i] ?? 0
    const c = i < size ? 0 : (above[i - size] ?? 0)
    const by = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] ?? 0
    line[i] = ((line[i] ?? 0) + by) & 255
  }
}

function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [a, b, c].map((value) => Math.abs(a + b - c - value)) as [number, number, number]
  if (toA <= toB && toA <= toC) return a
  return toB <= toC ? b : c
}
