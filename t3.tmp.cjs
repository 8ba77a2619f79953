// src/values/secrets.ts
var import_sha2 = require("@noble/hashes/sha2");
var percent = "%(?:25)*";
var slash = `(?:\\\\|${percent}5[cC])*(?:/|${percent}2[fF])`;
var char = `(?:[A-Za-z0-9+=_-]|${slash}|${percent}(?:2[bB]|3[dD]))`;
var colon = `(?:!*:|${percent}3[aA])`;
var tilde = `(?:!*~|${percent}7[eE])`;
var key = `(?:@|${percent}40)?${char}+(?:\\.ed25519)?`;
var shs = `shs[a-z0-9-]{0,9}${colon}${key}${colon}`;
var invite = `\\.ed25519${tilde}(?!shs[a-z0-9-]{0,9}${colon})`;
var dht = `dht${colon}`;
var seeds = new RegExp(`(${shs}|${invite}|${dht})(${char}+)`, "g");
var anySeed = new RegExp(`(?:${shs}|${invite}|${dht})${char}`);
var form = /seed-[0-9a-f]{16}/;
var whole = new RegExp(`^${form.source}$`);
function mark(text) {
  return text.replace(seeds, (_, before, seed) => before + markOf(seed));
}
var escapedSeed = new RegExp(`(?:${shs}|${invite}|${dht})${char}*[%\\\\]`);
var knownPart = new RegExp(
  `^[~;]?(?:shs[a-z0-9-]{0,9}:${key}:[A-Za-z0-9+/=_-]+$|dht:[A-Za-z0-9+/=_-]+(?::|$))`
);
function markOf(seed) {
  if (whole.test(seed)) return seed;
  const text = `ssb-conn-hub seed ${unescaped(seed)}`;
  const digest = (0, import_sha2.sha256)(Uint8Array.from(text, (char2) => char2.charCodeAt(0))).subarray(0, 8);
  return `seed-${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
var escaped = new RegExp(`${percent}([0-9a-fA-F]{2})`, "g");
function unescaped(seed) {
  const decoded = seed.replace(escaped, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  return decoded.replace(/\\/g, "");
}

// src/timeline/digest.ts
function emptyTables() {
  return {
    lives: { lane: [], address: [], birth: [] },
    bars: { life: [], begin: [], beginTime: [], end: [], endTime: [], kind: [], ending: [], code: [] },
    reserves: { lane: [], begin: [], beginTime: [], end: [], endTime: [] }
  };
}

// src/timeline/digest-codec-old.ts
var columns = [
  ["lives", "lane", "plain"],
  ["lives", "address", "plain"],
  ["lives", "birth", "delta"],
  ["bars", "life", "delta"],
  ["bars", "begin", "delta"],
  ["bars", "beginTime", "delta"],
  ["bars", "end", { from: "begin" }],
  ["bars", "endTime", { from: "beginTime" }],
  ["bars", "kind", "plain"],
  ["bars", "ending", "plain"],
  ["bars", "code", "plain"],
  ["reserves", "lane", "plain"],
  ["reserves", "begin", "delta"],
  ["reserves", "beginTime", "delta"],
  ["reserves", "end", { from: "begin" }],
  ["reserves", "endTime", { from: "beginTime" }]
];
function encodeDigest(digest) {
  const { lives, bars, reserves, ...texts } = digest;
  const tables = { lives: { ...lives }, bars: { ...bars }, reserves: { ...reserves } };
  const lengths = columns.map(([table, name]) => tables[table]?.[name]?.length ?? 0);
  const head = new TextEncoder().encode(`${mark(JSON.stringify({ ...texts, lengths }))}
`);
  const bytes = new Bytes(head);
  for (const [table, name, how] of columns) {
    const numbers = tables[table]?.[name] ?? [];
    const base = typeof how === "object" ? tables[table]?.[how.from] : void 0;
    let last = 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = Math.round(numbers[i] ?? 0);
      bytes.push(number - (base ? Math.round(base[i] ?? 0) : last));
      if (how === "delta") last = number;
    }
  }
  return bytes.written();
}
function decodeDigest(bytes) {
  const end = bytes.indexOf(10);
  const { lengths, ...texts } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const digest = { ...texts, ...emptyTables() };
  const { lives, bars, reserves } = digest;
  const tables = { lives: { ...lives }, bars: { ...bars }, reserves: { ...reserves } };
  let at = end + 1;
  for (const [c2, [table, name, how]] of columns.entries()) {
    const numbers = tables[table]?.[name] ?? [];
    const base = typeof how === "object" ? tables[table]?.[how.from] : void 0;
    let last = 0;
    for (let i = 0; i < lengths[c2]; i++) {
      let byte = bytes[at++] ?? 0;
      let read = byte & 127;
      for (let factor = 128; byte > 127; factor *= 128) {
        byte = bytes[at++] ?? 0;
        read += (byte & 127) * factor;
      }
      const half = read % 2;
      const number = (half ? -(read + 1) : read) / 2 + (base ? base[i] ?? 0 : last);
      numbers.push(number);
      if (how === "delta") last = number;
    }
  }
  return digest;
}
var Bytes = class {
  #bytes;
  #length;
  constructor(start) {
    this.#bytes = new Uint8Array(Math.max(1024, 2 * start.length));
    this.#bytes.set(start);
    this.#length = start.length;
  }
  /** A whole number, negative ones too: seven bits a byte, the lowest first; the lowest of all is the sign. */
  push(whole2) {
    let left = whole2 < 0 ? -2 * whole2 - 1 : 2 * whole2;
    if (this.#length + 10 > this.#bytes.length) this.#grow();
    while (left > 127) {
      this.#bytes[this.#length++] = left % 128 + 128;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#length++] = left;
  }
  written() {
    return this.#bytes.subarray(0, this.#length);
  }
  #grow() {
    const bytes = new Uint8Array(2 * this.#bytes.length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
};

// ../../dx/t3.ts
var import_node_fs = require("node:fs");
var import_node_v8 = require("node:v8");
var d = (0, import_node_v8.deserialize)((0, import_node_fs.readFileSync)(`/tmp/dx/churn.v8`));
var b = encodeDigest(d);
var c = process.cpuUsage();
var t = performance.now();
decodeDigest(b);
console.log("dec ms", performance.now() - t, "cpu", process.cpuUsage(c));
