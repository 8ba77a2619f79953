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

// src/timeline/columns.ts
var ColumnWriter = class {
  #bytes = new Uint8Array(256);
  #length = 0;
  /** One that is not below 0. */
  push(whole3) {
    if (this.#length + 10 > this.#bytes.length) this.#grow();
    let left = whole3;
    while (left > 127) {
      this.#bytes[this.#length++] = left % 128 + 128;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#length++] = left;
  }
  /** One that may be below 0: the lowest bit is its sign. */
  pushSigned(whole3) {
    this.push(whole3 < 0 ? -2 * whole3 - 1 : 2 * whole3);
  }
  /** One from 0 to 255, in a column that has no others. */
  pushByte(byte) {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = byte;
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
var ColumnReader = class {
  #bytes;
  #at = 0;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  get isAtEnd() {
    return this.#at >= this.#bytes.length;
  }
  next() {
    let byte = this.nextByte();
    let read = byte & 127;
    for (let factor = 128; byte > 127; factor *= 128) {
      byte = this.nextByte();
      read += (byte & 127) * factor;
    }
    return read;
  }
  nextSigned() {
    const read = this.next();
    return read % 2 === 1 ? -(read + 1) / 2 : read / 2;
  }
  nextByte() {
    return this.#bytes[this.#at++] ?? 0;
  }
};

// src/timeline/digest.ts
function tablesOf(lives = 0, bars = 0, reserves = 0) {
  const columns = (rows, ...names2) => Object.fromEntries(names2.map((name) => [name, new Array(rows).fill(-1)]));
  const period = ["begin", "beginTime", "end", "endTime"];
  return {
    lives: columns(lives, "lane", "address", "birth"),
    bars: columns(bars, "life", ...period, "kind", "ending", "code"),
    reserves: columns(reserves, "lane", ...period)
  };
}

// src/timeline/recent.ts
var most = 64;
var Recent = class {
  #all = [];
  /** How many others were named since then; -1 where it is none of these. */
  rankOf(who2) {
    return this.#all.indexOf(who2);
  }
  at(rank) {
    return this.#all[rank] ?? 0;
  }
  /** Names the one at this rank, or with -1 another one. */
  name(who2, rank) {
    const all = this.#all;
    for (let i = rank < 0 ? Math.min(all.length, most - 1) : rank; i > 0; i--) all[i] = all[i - 1] ?? 0;
    all[0] = who2;
  }
};

// src/timeline/digest-codec.ts
var names = [
  ...["bars", "place", "time", "who", "low", "high"],
  ...["lane", "birth", "reserveLane", "reserveEnd"]
];
var who = { reserveBegins: 0, reserveEnds: 1, other: 2, recent: 3 };
function encodeDigest(digest) {
  const { lives, bars, reserves, ...texts } = digest;
  const columns = columnsOf(() => new ColumnWriter());
  const shapes = writeBars(digest, columns.bars);
  const owners = ownersOf(digest);
  const begins = firstBars(digest);
  for (const [life, lane] of lives.lane.entries()) {
    const address = lives.address[life] ?? 0;
    columns.lane.pushSigned(lane - (owners[address] ?? 0));
    owners[address] = lane;
    columns.birth.pushSigned(whole2(lives.birth[life]) - whole2(bars.beginTime[begins[life] ?? 0]));
  }
  for (const lane of reserves.lane) columns.reserveLane.push(lane);
  writeSteps(digest, columns);
  const rows = [lives.lane.length, bars.life.length, reserves.lane.length];
  const written = names.map((name) => columns[name].written());
  const lengths = written.map(({ length }) => length);
  const head = new TextEncoder().encode(`${mark(JSON.stringify({ ...texts, rows, shapes, lengths }))}
`);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, head.length));
  bytes.set(head);
  let at = head.length;
  for (const column of written) {
    bytes.set(column, at);
    at += column.length;
  }
  return bytes;
}
function decodeDigest(bytes) {
  const end = bytes.indexOf(10);
  const { rows, shapes, lengths, ...texts } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  let at = end + 1;
  const columns = columnsOf((i) => {
    const start = at;
    at += lengths[i];
    return new ColumnReader(bytes.subarray(start, at));
  });
  const digest = { ...texts, ...tablesOf(...rows) };
  readSteps(digest, shapes, columns);
  return digest;
}
function writeBars({ addresses, lives, bars }, column) {
  const shapes = [];
  const places = /* @__PURE__ */ new Map();
  const ofAddress = addresses.map(() => []);
  for (const [row, life] of bars.life.entries()) {
    const isLast = bars.life[row + 1] !== life;
    const shape = [bars.kind[row] ?? 0, bars.ending[row] ?? 0, bars.code[row] ?? 0, Number(isLast)];
    const key2 = shape.join();
    const place = places.get(key2) ?? shapes.push(shape);
    places.set(key2, place);
    ofAddress[lives.address[life] ?? 0]?.push(place);
  }
  for (const its of ofAddress) for (const place of [...its, 0]) column.push(place);
  return shapes;
}
function writeSteps(digest, columns) {
  const { places, times, whose } = stepsOf(digest);
  const order = places.map((_, step) => step).sort((a, b2) => (places[a] ?? 0) - (places[b2] ?? 0) || a - b2);
  const recent = new Recent();
  const waiting = [];
  let reserve = 0;
  let [place, time] = [0, whole2(digest.from)];
  for (const step of order) {
    const [its = 0, at = 0, then = 0] = [whose[step], places[step], times[step]];
    columns.place.pushSigned(at - place);
    columns.time.pushSigned(then - time);
    place = at;
    time = then;
    if (its === reserveBegins) {
      columns.who.push(who.reserveBegins);
      waiting.push(reserve++);
    } else if (its < 0) {
      const rank = waiting.indexOf(reserveEnds - its);
      columns.who.push(who.reserveEnds);
      columns.reserveEnd.push(rank);
      waiting.splice(rank, 1);
    } else {
      const rank = recent.rankOf(its);
      recent.name(its, rank);
      columns.who.push(rank < 0 ? who.other : who.recent + rank);
      if (rank >= 0) continue;
      columns.low.pushByte(its % 256);
      columns.high.push(Math.floor(its / 256));
    }
  }
}
var reserveBegins = -1;
var reserveEnds = -2;
function stepsOf({ lives, bars, reserves }) {
  const [places, times, whose] = [[], [], []];
  for (const [row, life] of bars.life.entries()) {
    const address = lives.address[life] ?? 0;
    if (bars.life[row - 1] !== life) push(bars.begin[row], bars.beginTime[row], address);
    if ((bars.end[row] ?? -1) >= 0) push(bars.end[row], bars.endTime[row], address);
  }
  for (const [row, begin] of reserves.begin.entries()) {
    push(begin, reserves.beginTime[row], reserveBegins);
    if ((reserves.end[row] ?? -1) >= 0) push(reserves.end[row], reserves.endTime[row], reserveEnds - row);
  }
  return { places, times, whose };
  function push(place = 0, time = 0, its = 0) {
    places.push(place);
    times.push(whole2(time));
    whose.push(its);
  }
}
function readSteps(digest, shapes, columns) {
  const { lives, bars, reserves } = digest;
  const owners = ownersOf(digest);
  const { all, starts } = readBars(digest, columns.bars);
  const open = starts.map(() => -1);
  const recent = new Recent();
  const waiting = [];
  const rows = { lives: 0, bars: 0, reserves: 0 };
  let [place, time] = [0, whole2(digest.from)];
  while (!columns.place.isAtEnd) {
    place += columns.place.nextSigned();
    time += columns.time.nextSigned();
    const code = columns.who.next();
    if (code === who.reserveBegins) {
      const row = rows.reserves++;
      reserves.lane[row] = columns.reserveLane.next();
      begin(reserves, row);
      waiting.push(row);
    } else if (code === who.reserveEnds) {
      const [row = 0] = waiting.splice(columns.reserveEnd.next(), 1);
      end(reserves, row);
    } else {
      const rank = code === who.other ? -1 : code - who.recent;
      const address = rank < 0 ? columns.low.nextByte() + columns.high.next() * 256 : recent.at(rank);
      recent.name(address, rank);
      step(address);
    }
  }
  function step(address) {
    const row = open[address] ?? -1;
    if (row < 0) return beginLife(address);
    end(bars, row);
    const goesOn = bars.life[row + 1] === bars.life[row];
    open[address] = goesOn ? row + 1 : -1;
    if (goesOn) begin(bars, row + 1);
  }
  function beginLife(address) {
    const lane = (owners[address] ?? 0) + columns.lane.nextSigned();
    owners[address] = lane;
    const life = rows.lives++;
    lives.lane[life] = lane;
    lives.address[life] = address;
    lives.birth[life] = time + columns.birth.nextSigned();
    open[address] = rows.bars;
    begin(bars, rows.bars);
    let at = starts[address] ?? 0;
    let shape;
    do {
      const row = rows.bars++;
      shape = shapes[(all[at++] ?? 0) - 1];
      bars.life[row] = life;
      bars.kind[row] = shape?.[0] ?? 0;
      bars.ending[row] = shape?.[1] ?? 0;
      bars.code[row] = shape?.[2] ?? 0;
    } while (shape?.[3] === 0);
    starts[address] = at;
  }
  function begin(table, row) {
    table.begin[row] = place;
    table.beginTime[row] = time;
  }
  function end(table, row) {
    table.end[row] = place;
    table.endTime[row] = time;
  }
}
function readBars({ addresses }, column) {
  const all = [];
  const starts = addresses.map(() => {
    const start = all.length;
    for (let place = column.next(); place > 0; place = column.next()) all.push(place);
    return start;
  });
  return { all, starts };
}
function ownersOf({ lanes }) {
  const owners = [];
  for (const [lane, { addresses }] of lanes.entries()) for (const address of addresses) owners[address] = lane;
  return owners;
}
function firstBars({ bars }) {
  const rows = [];
  for (const [row, life] of bars.life.entries()) rows[life] ??= row;
  return rows;
}
function columnsOf(make) {
  return Object.fromEntries(names.map((name, i) => [name, make(i)]));
}
function whole2(number = 0) {
  return Math.round(number);
}

// ../../dx/t2.ts
var import_node_fs = require("node:fs");
var import_node_v8 = require("node:v8");
var d = (0, import_node_v8.deserialize)((0, import_node_fs.readFileSync)(`/tmp/dx/churn.v8`));
var b = encodeDigest(d);
var c = process.cpuUsage();
var t = performance.now();
decodeDigest(b);
console.log("dec ms", performance.now() - t, "cpu", process.cpuUsage(c));
